// What is alive after loading, and what the memo kept alive until then. Marks every node that the root reaches, as the classes
// on the way keep their parts; then what only the memo reaches.
import type { ClassTable } from './class-table.ts';
import { FLAG, KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import type { LoadSink } from './load-rule.ts';
import type { ObjectSizes } from './object-sizes.ts';
import type { NodeId, Value } from './values.ts';

export const MARK = {
  live: 1,
  /** Reached by the memo alone. */
  pinned: 2,
  /** Its values without a node belong to the object that took them over. */
  adopted: 4,
  /** Seen by the pass over what dissolves. */
  visited: 8,
  /** Neither live nor pinned, and large when it died: counted while it lived. */
  temporary: 16,
} as const;

const REACHED = MARK.live | MARK.pinned;

export interface Reach {
  readonly graph: PickleGraph;
  readonly classes: ClassTable;
  /** MARK bits by node. */
  readonly marks: Uint8Array;
}

/** `kept`: FLAG bits that a node in the memo must have to be kept by it. */
export function computeReach(
  graph: PickleGraph,
  root: Value,
  classes: ClassTable,
  sizes: ObjectSizes,
  kept: number = FLAG.keptByMemo,
): Reach {
  const marks = new Uint8Array(graph.nodeCount);
  const walker = new GraphWalker(graph, classes, sizes, marks);
  walker.spread(root, MARK.live);
  for (let node = 0; node < graph.nodeCount; node++) {
    if ((graph.flags[node]! & kept) === kept) walker.spread(node, MARK.pinned);
  }
  return { graph, classes, marks };
}

/** Goes from a node to what it keeps alive, without recursion. */
export class GraphWalker implements LoadSink {
  readonly sizes: ObjectSizes;
  readonly #graph: PickleGraph;
  readonly #classes: ClassTable;
  readonly #marks: Uint8Array;
  /** By content: an attribute of this name was met, and its string is shared from then on. */
  readonly #interned: Uint8Array;
  #stack = new Int32Array(1024);
  #top = 0;
  #stop = REACHED;

  constructor(graph: PickleGraph, classes: ClassTable, sizes: ObjectSizes, marks: Uint8Array) {
    this.#graph = graph;
    this.#classes = classes;
    this.sizes = sizes;
    this.#marks = marks;
    this.#interned = new Uint8Array(graph.contents.count);
  }

  /** Marks all that is reached from `from` and was not reached before. */
  spread(from: Value, mark: number): void {
    this.#stop = REACHED;
    this.keep(from);
    while (this.#top > 0) {
      const node = this.#stack[--this.#top]!;
      if ((this.#marks[node]! & REACHED) !== 0) continue;
      this.#marks[node]! |= mark;
      this.pushParts(node);
    }
  }

  /** Hands out each node below `from` that has none of the marks `stop`, once; sets `set` on them. */
  visit(from: Value, stop: number, set: number, each: (node: NodeId) => void): void {
    this.#stop = stop | set;
    this.keep(from);
    while (this.#top > 0) {
      const node = this.#stack[--this.#top]!;
      if ((this.#marks[node]! & this.#stop) !== 0) continue;
      this.#marks[node]! |= set;
      each(node);
      this.pushParts(node);
    }
  }

  /** One of the nodes that pushParts has put on the stack, taken off it; -1: there are no more. */
  take(): NodeId {
    return this.#top === 0 ? -1 : this.#stack[--this.#top]!;
  }

  pushParts(node: NodeId): void {
    switch (this.#graph.kind[node]) {
      case KIND.tuple:
      case KIND.list:
      case KIND.set:
      case KIND.frozenset:
      case KIND.dict:
        this.#pushItems(node);
        return;
      case KIND.object:
        this.#classes.ruleOf(node).load(this.#classes.view.at(node), this);
        return;
      default:
    }
  }

  keep(value: Value): void {
    if (value < 0 || (this.#marks[value]! & this.#stop) !== 0) return;
    if (this.#top === this.#stack.length) this.#grow();
    this.#stack[this.#top++] = value;
  }

  adopt(container: Value): void {
    if (container < 0) return;
    this.#marks[container]! |= MARK.adopted;
    this.#pushItems(container);
  }

  adoptAttributes(dict: Value): void {
    if (dict < 0) return;
    this.#marks[dict]! |= MARK.adopted;
    const { head, edges, kind, aux } = this.#graph;
    for (let s = head[dict]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      const end = s + 2 + (edges[s]! >>> 3);
      for (let i = s + 2; i < end; i++) {
        const value = edges[i]!;
        if (value < 0) continue;
        if (((i - s) & 1) === 0 && kind[value] === KIND.string) {
          if (this.#interned[aux[value]!] === 1) continue;
          this.#interned[aux[value]!] = 1;
        }
        this.keep(value);
      }
    }
  }

  object(): void {}
  raw(): void {}

  /** Items and pairs, of a container or that were put into an object. */
  #pushItems(node: NodeId): void {
    const { head, edges } = this.#graph;
    for (let s = head[node]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if ((edges[s]! & 7) > SEGMENT.pairs) continue;
      const end = s + 2 + (edges[s]! >>> 3);
      for (let i = s + 2; i < end; i++) this.keep(edges[i]!);
    }
  }

  #grow(): void {
    const longer = new Int32Array(this.#stack.length * 2);
    longer.set(this.#stack);
    this.#stack = longer;
  }
}
