// The live objects if nothing were shared: what `fast` pickling makes of them. Every reference gets a copy of its own, so sizes
// add up along all ways from the root; undefined where a way leads back to where it came from.
import type { Bytes } from '#base/units.ts';
import { lengthen } from './columns.ts';
import type { LoadModel } from './forecast.ts';
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

class Expander {
  readonly #model: SizeModel;
  /** Marks nothing: it only tells the parts of a node. */
  readonly #walker: GraphWalker;
  /** By node: OPEN or DONE, REFERRED. */
  readonly #state: Uint8Array;
  readonly #sums: Float64Array;
  #stack = new Int32Array(1024);
  #top = 0;
  #copies = 0;

  constructor({ size }: LoadModel) {
    const { graph, effects } = size;
    this.#model = size;
    this.#walker = new GraphWalker(graph, effects, new Uint8Array(graph.nodeCount));
    this.#state = new Uint8Array(graph.nodeCount);
    this.#sums = new Float64Array(graph.nodeCount);
  }

  /** Depth first, with a stack of its own: a node is left when all its parts are known. */
  run(root: NodeId): Expanded | undefined {
    this.#push(root);
    while (this.#top > 0) {
      const node = this.#stack[this.#top - 1]!;
      const state = this.#state[node]! & (OPEN | DONE);
      if (state === 0) {
        this.#state[node]! |= OPEN;
        if (!this.#open(node)) return undefined;
        continue;
      }
      if (state === OPEN) this.#close(node);
      this.#top--;
    }
    return { bytes: this.#sums[root]!, copies: this.#copies };
  }

  /** Puts the parts on the stack; false where one of them is on the way to the node. */
  #open(node: NodeId): boolean {
    this.#walker.pushParts(node);
    for (let part = this.#walker.take(); part >= 0; part = this.#walker.take()) {
      const state = this.#state[part]! & (OPEN | DONE);
      if (state === OPEN) return false;
      if (state === 0) this.#push(part);
    }
    return true;
  }

  #close(node: NodeId): void {
    const shape = shapeOf(this.#model, node);
    let sum = this.#model.effects.shapes.cost[shape]!;
    this.#walker.pushParts(node);
    for (let part = this.#walker.take(); part >= 0; part = this.#walker.take()) {
      sum += this.#sums[part]!;
      if ((this.#state[part]! & REFERRED) !== 0 && this.#sums[part]! > 0) this.#copies++;
      this.#state[part]! |= REFERRED;
    }
    this.#sums[node] = sum;
    this.#state[node]! ^= OPEN | DONE;
  }

  #push(node: NodeId): void {
    if (this.#top === this.#stack.length) this.#stack = lengthen(this.#stack, this.#top * 2);
    this.#stack[this.#top++] = node;
  }
}
