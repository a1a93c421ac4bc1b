// What is alive after loading, and what the memo kept alive until then. Marks every node that the root reaches, as the classes
// on the way keep their parts; then what only the memo reaches.
import { FLAG, KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import { type LoadEffects, REFERENCE } from './load-effects.ts';
import type { NodeStack } from './node-stack.ts';
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
  /** MARK bits by node. */
  readonly marks: Uint8Array;
  /** As they were when only the root had been followed, and the names met until then; see GraphWalker. */
  readonly liveMarks: Uint8Array;
  readonly liveNames: Uint8Array;
}

/** `kept`: FLAG bits that a node in the memo must have to be kept by it. `known`: of the same graph and root. */
export function computeReach(
  graph: PickleGraph,
  root: Value,
  effects: LoadEffects,
  kept: number = FLAG.keptByMemo,
  known?: Reach,
): Reach {
  const marks = known ? known.liveMarks.slice() : new Uint8Array(graph.nodeCount);
  const names = known ? known.liveNames.slice() : new Uint8Array(graph.contents.count);
  const walker = new GraphWalker(graph, effects, marks, names);
  if (!known) walker.spread(root, MARK.live);
  const liveMarks = known?.liveMarks ?? marks.slice();
  const liveNames = known?.liveNames ?? names.slice();
  for (let node = 0; node < graph.nodeCount; node++) {
    const isKept = (graph.flags[node]! & kept) === kept;
    if (isKept && (marks[node]! & REACHED) === 0) walker.spread(node, MARK.pinned);
  }
  return { marks, liveMarks, liveNames };
}

/** Goes from a node to what it keeps alive, without recursion. Hot: plain loops over typed arrays. */
export class GraphWalker {
  readonly #graph: PickleGraph;
  readonly #effects: LoadEffects;
  readonly #marks: Uint8Array;
  /** By content: an attribute of this name was met, and its string is shared from then on. */
  readonly #interned: Uint8Array;
  /** Shared by all walkers of the graph, of which one walks at a time. */
  readonly #open: NodeStack;
  #stop = REACHED;

  constructor(graph: PickleGraph, effects: LoadEffects, marks: Uint8Array, interned?: Uint8Array) {
    this.#graph = graph;
    this.#effects = effects;
    this.#marks = marks;
    this.#open = effects.openNodes;
    this.#interned = interned ?? new Uint8Array(graph.contents.count);
  }

  /** Marks all that is reached from `from` and was not reached before. */
  spread(from: Value, mark: number): void {
    const marks = this.#marks;
    this.#stop = REACHED;
    this.#push(from);
    const open = this.#open;
    while (open.top > 0) {
      const node = open.values[--open.top]!;
      if ((marks[node]! & REACHED) !== 0) continue;
      marks[node]! |= mark;
      this.pushParts(node);
    }
  }

  /** Hands out each node below `from` that has none of the marks `stop`, once; sets `set` on them. */
  visit(from: Value, stop: number, set: number, each: (node: NodeId) => void): void {
    const marks = this.#marks;
    this.#stop = stop | set;
    this.#push(from);
    const open = this.#open;
    while (open.top > 0) {
      const node = open.values[--open.top]!;
      if ((marks[node]! & this.#stop) !== 0) continue;
      marks[node]! |= set;
      each(node);
      this.pushParts(node);
    }
  }

  /** How many nodes pushParts has put on the stack. */
  get waiting(): number {
    return this.#open.top;
  }

  /** One of the nodes that pushParts has put on the stack, taken off it; -1: there are no more. */
  take(): NodeId {
    return this.#open.top === 0 ? -1 : this.#open.values[--this.#open.top]!;
  }

  pushParts(node: NodeId): void {
    const kind = this.#graph.kind[node]!;
    if (kind === KIND.object) this.#pushReferences(node);
    else if (kind >= KIND.tuple && kind <= KIND.frozenset) this.#pushItems(node);
  }

  #pushReferences(object: NodeId): void {
    const at = this.#effects.referencesOf(object);
    const { words } = this.#effects;
    const end = at + 1 + words[at]!;
    for (let i = at + 1; i < end; i++) {
      const node = words[i]! >> 2;
      const reference = words[i]! & 3;
      if (reference === REFERENCE.keep) {
        this.#push(node);
        continue;
      }
      this.#marks[node]! |= MARK.adopted;
      if (reference === REFERENCE.adopt) this.#pushItems(node);
      else this.#pushAttributes(node);
    }
  }

  #pushAttributes(dict: NodeId): void {
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
        this.#push(value);
      }
    }
  }

  /** Items and pairs, of a container or that were put into an object. */
  #pushItems(node: NodeId): void {
    const { head, edges } = this.#graph;
    const marks = this.#marks;
    const open = this.#open;
    const stop = this.#stop;
    for (let s = head[node]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if ((edges[s]! & 7) > SEGMENT.pairs) continue;
      const end = s + 2 + (edges[s]! >>> 3);
      open.reserve(end - s);
      for (let i = s + 2; i < end; i++) {
        const value = edges[i]!;
        if (value < 0 || (marks[value]! & stop) !== 0) continue;
        open.values[open.top++] = value;
      }
    }
  }

  #push(value: Value): void {
    if (value < 0 || (this.#marks[value]! & this.#stop) !== 0) return;
    this.#open.push(value);
  }
}
