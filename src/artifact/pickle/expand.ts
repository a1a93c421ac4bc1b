// The live objects if nothing were shared: what `fast` pickling makes of them. Every reference gets a copy of its own, so sizes
// add up along all ways from the root; undefined where a way leads back to where it came from.
import type { Bytes } from '#base/units.ts';
import type { LoadModel } from './forecast.ts';
import { KIND } from './graph.ts';
import { NodeStack } from './node-stack.ts';
import { GraphWalker } from './reach.ts';
import { type SizeModel, shapeOf } from './tally.ts';
import type { NodeId } from './values.ts';

const OPEN = 1;
const DONE = 2;
/** Something that was closed refers to it. */
const REFERRED = 4;

export interface Expanded {
  readonly bytes: Bytes;
  /** References beyond the first to objects that take memory. */
  readonly copies: number;
}

export function computeExpanded(model: LoadModel): Expanded | undefined {
  const { root } = model.pickle;
  return root < 0 ? { bytes: 0, copies: 0 } : new Expander(model).run(root);
}

/** The others are most of a graph: they need not be opened. */
function hasParts(kind: number): boolean {
  return kind === KIND.object || (kind >= KIND.tuple && kind <= KIND.frozenset);
}

class Expander {
  readonly #model: SizeModel;
  /** Marks nothing: it only tells the parts of a node. */
  readonly #walker: GraphWalker;
  /** By node: OPEN or DONE, REFERRED. */
  readonly #state: Uint8Array;
  /** By node that has parts: bytes of it and of all below. */
  readonly #sums: Float64Array;
  readonly #stack = new NodeStack();
  #copies = 0;

  constructor({ size }: LoadModel) {
    const { graph, effects } = size;
    this.#model = size;
    this.#walker = new GraphWalker(graph, effects, new Uint8Array(graph.nodeCount));
    this.#state = new Uint8Array(graph.nodeCount);
    this.#sums = effects.takeSums();
  }

  /** Depth first, with a stack of its own: a node is left when all its parts are known. */
  run(root: NodeId): Expanded | undefined {
    this.#stack.push(root);
    const stack = this.#stack;
    while (stack.top > 0) {
      const node = stack.values[stack.top - 1]!;
      const state = this.#state[node]! & (OPEN | DONE);
      if (state === 0) {
        this.#state[node]! |= OPEN;
        if (!this.#open(node)) return undefined;
        continue;
      }
      if (state === OPEN) this.#close(node);
      stack.top--;
    }
    return { bytes: this.#sumOf(root), copies: this.#copies };
  }

  /** Puts the parts on the stack; false where one of them is on the way to the node. */
  #open(node: NodeId): boolean {
    this.#walker.pushParts(node);
    this.#stack.reserve(this.#walker.waiting);
    for (let part = this.#walker.take(); part >= 0; part = this.#walker.take()) {
      const state = this.#state[part]! & (OPEN | DONE);
      if (state === OPEN) return false;
      if (state !== 0) continue;
      if (hasParts(this.#model.graph.kind[part]!)) this.#stack.push(part);
      else this.#state[part]! |= DONE;
    }
    return true;
  }

  #close(node: NodeId): void {
    const own = this.#costOf(node);
    let sum = own;
    this.#walker.pushParts(node);
    for (let part = this.#walker.take(); part >= 0; part = this.#walker.take()) {
      const bytes = this.#sumOf(part);
      sum += bytes;
      if ((this.#state[part]! & REFERRED) !== 0 && bytes > 0) this.#copies++;
      this.#state[part]! |= REFERRED;
    }
    if (sum !== own) this.#sums[node] = sum;
    this.#state[node]! ^= OPEN | DONE;
  }

  #costOf(node: NodeId): Bytes {
    const shape = shapeOf(this.#model, node);
    return this.#model.effects.shapes.cost[shape]!;
  }

  #sumOf(node: NodeId): Bytes {
    return this.#sums[node]! || this.#costOf(node);
  }
}
