// The live objects if nothing were shared: what `fast` pickling makes of them. Every reference gets a copy of its own, so sizes
// add up along all ways from the root; undefined where a way leads back to where it came from.
import type { Bytes } from '#base/units.ts';
import type { LoadModel } from './forecast.ts';
import type { PickleGraph } from './graph.ts';
import { GraphWalker } from './reach.ts';
import { ClassTally } from './tally.ts';
import type { NodeId } from './values.ts';

const OPEN = 1;
const DONE = 2;

export interface Expanded {
  readonly bytes: Bytes;
  /** References beyond the first to objects that take memory. */
  readonly copies: number;
}

export function computeExpanded(model: LoadModel): Expanded | undefined {
  const { graph, classes, sizes } = model.size;
  const { root } = model.pickle;
  if (root < 0) return { bytes: 0, copies: 0 };
  const marks = new Uint8Array(graph.nodeCount);
  return new Expander(model, new GraphWalker(graph, classes, sizes, marks)).run(root);
}

class Expander {
  readonly #graph: PickleGraph;
  /** Marks nothing: it only tells the parts of a node. */
  readonly #walker: GraphWalker;
  readonly #tally: ClassTally;
  readonly #state: Uint8Array;
  readonly #sums: Float64Array;
  readonly #referred: Uint8Array;
  #copies = 0;

  constructor(model: LoadModel, walker: GraphWalker) {
    this.#graph = model.size.graph;
    this.#walker = walker;
    this.#tally = new ClassTally(model.size);
    this.#state = new Uint8Array(this.#graph.nodeCount);
    this.#sums = new Float64Array(this.#graph.nodeCount);
    this.#referred = new Uint8Array(this.#graph.nodeCount);
  }

  /** Depth first, with a stack of its own: a node is left when all its parts are known. */
  run(root: NodeId): Expanded | undefined {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      if (this.#state[node] === DONE) {
        stack.pop();
      } else if (this.#state[node] === OPEN) {
        this.#close(node);
        stack.pop();
      } else {
        this.#state[node] = OPEN;
        if (!this.#open(node, stack)) return undefined;
      }
    }
    return { bytes: this.#sums[root]!, copies: this.#copies };
  }

  /** Puts the parts on the stack; false where one of them is on the way to the node. */
  #open(node: NodeId, stack: NodeId[]): boolean {
    this.#walker.pushParts(node);
    for (let part = this.#walker.take(); part >= 0; part = this.#walker.take()) {
      if (this.#state[part] === OPEN) {
        while (this.#walker.take() >= 0);
        return false;
      }
      if (this.#state[part] === 0) stack.push(part);
    }
    return true;
  }

  #close(node: NodeId): void {
    this.#tally.add(node);
    let sum = this.#tally.last;
    this.#walker.pushParts(node);
    for (let part = this.#walker.take(); part >= 0; part = this.#walker.take()) {
      sum += this.#sums[part]!;
      if (this.#referred[part] === 1 && this.#sums[part]! > 0) this.#copies++;
      this.#referred[part] = 1;
    }
    this.#sums[node] = sum;
    this.#state[node] = DONE;
  }
}
