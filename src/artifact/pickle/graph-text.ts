// A graph as indented text, for tests and for looking at small files: one line for each object, parts below it. An object that
// was shown before is only named (#2), so sharing and circles can be seen.
import { ClassTable } from './class-table.ts';
import { KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import type { LoadedPickle } from './machine.ts';
import { type NodeId, payloadOf, TAG, tagOf, type Value } from './values.ts';

const MOST_DEPTH = 30;
const SEGMENT_WORDS = ['', '', 'args', 'state'] as const;

export function describeGraph({ graph, root }: Pick<LoadedPickle, 'graph' | 'root'>): string {
  return new GraphText(graph).lines(root, 0).join('\n');
}

class GraphText {
  readonly #graph: PickleGraph;
  readonly #classes: ClassTable;
  readonly #shown = new Map<NodeId, number>();

  constructor(graph: PickleGraph) {
    this.#graph = graph;
    this.#classes = new ClassTable(graph);
  }

  lines(value: Value, depth: number): string[] {
    const indent = '  '.repeat(depth);
    if (value < 0) return [`${indent}${this.#immediate(value)}`];
    const shown = this.#shown.get(value);
    if (shown !== undefined) return [`${indent}#${shown}`];
    if (this.#graph.kind[value] === KIND.atom) return [`${indent}${this.#immediate(this.#graph.aux[value]!)} (shared)`];
    const number = this.#isNumbered(value) ? this.#number(value) : '';
    const own = `${indent}${number}${this.#own(value)}`;
    return depth >= MOST_DEPTH ? [own] : [own, ...this.#parts(value, depth + 1)];
  }

  #isNumbered(node: NodeId): boolean {
    return this.#graph.kind[node] !== KIND.global;
  }

  #number(node: NodeId): string {
    this.#shown.set(node, this.#shown.size + 1);
    return `#${this.#shown.size} `;
  }

  #own(node: NodeId): string {
    const graph = this.#graph;
    switch (graph.kind[node]) {
      case KIND.string:
        return JSON.stringify(graph.readText(node));
      case KIND.bytes:
      case KIND.bytearray:
        return `${this.#classes.names[graph.kind[node]!]}[${graph.contents.lengthOf(graph.aux[node]!)}]`;
      case KIND.global:
        return graph.globals.rows[graph.aux[node]!]!.full;
      case KIND.object:
        return `${this.#classes.names[this.#classes.classOf(node)]} object`;
      case KIND.persistent:
        return 'persistent';
      default:
        return `${this.#classes.names[graph.kind[node]!]}[${graph.length[node]!}]`;
    }
  }

  #parts(node: NodeId, depth: number): string[] {
    const { head, edges, kind, aux } = this.#graph;
    const segments: number[] = [];
    for (let s = head[node]!; s !== NO_SEGMENT; s = edges[s + 1]!) segments.push(s);
    const lines = kind[node] === KIND.persistent ? this.lines(aux[node]!, depth) : [];
    for (const s of segments.reverse()) {
      const segment = edges[s]! & 7;
      const count = segment === SEGMENT.state ? 1 : edges[s]! >>> 3;
      const word = SEGMENT_WORDS[segment];
      if (word) lines.push(`${'  '.repeat(depth)}${word}:`);
      for (let i = 0; i < count; i++) lines.push(...this.lines(edges[s + 2 + i]!, word ? depth + 1 : depth));
    }
    return lines;
  }

  #immediate(value: Value): string {
    const payload = payloadOf(value);
    switch (tagOf(value)) {
      case TAG.constant:
        return ['None', 'False', 'True'][payload]!;
      case TAG.float:
        return formatFloat(this.#graph.floats.valueOf(payload));
      case TAG.long:
        return `int of ${payload} digits`;
      case TAG.run:
        return `${this.#graph.runs.valuesOf(payload)} ints`;
      default:
        return String(this.#graph.integerOf(value));
    }
  }
}

function formatFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
