// What dissolves: arguments and states that were made only to be read by the object they are for. What of them the memo holds
// stays until loading ends, and is counted here by class and by whom it was for; the rest is freed as soon as it was read,
// and counts only where it is large: then the moment of its death decides over the peak.
import type { Bytes } from '#base/units.ts';
import { KIND } from './graph.ts';
import { NodeStack } from './node-stack.ts';
import { GraphWalker, MARK } from './reach.ts';
import { ClassTally, type SizeModel, shapeOf } from './tally.ts';
import type { NodeId, Value } from './values.ts';

/** Smaller temporaries are taken to live in room that others left. */
const LARGE_TEMPORARY: Bytes = 64 * 1024;

export interface PinnedPart {
  /** Class for which it was made; -1: not known. */
  readonly owner: number;
  readonly isState: boolean;
  readonly tally: ClassTally;
}

/** Temporaries that die together. Sorted by time. */
export interface Death {
  /** Nodes that exist when it happens. */
  readonly time: number;
  readonly bytes: Bytes;
  /** Of them in blocks of up to 512 bytes. */
  readonly small: Bytes;
  readonly largest: Bytes;
}

export interface Dissolved {
  /** Something that dissolves is large, whether or not the memo keeps it: else no memo makes for deaths that count. */
  readonly hasLarge: boolean;
  readonly pinned: readonly PinnedPart[];
  readonly deaths: readonly Death[];
}

export const NOTHING_LARGE: Dissolved = { hasLarge: false, pinned: [], deaths: [] };

/** `withPinned`: not where only the course of the load is asked for. */
export function computeDissolved(model: SizeModel, withPinned: boolean): Dissolved {
  return new Dissolver(model, withPinned).run();
}

class Dissolver {
  readonly #model: SizeModel;
  readonly #walker: GraphWalker;
  readonly #withPinned: boolean;
  readonly #pinned: PinnedPart[] = [];
  /** The same by class of the owner: of its arguments, and of its state. */
  readonly #byOwner: (PinnedPart | undefined)[] = [];
  readonly #deaths: Death[] = [];
  /** Of the root that dissolves now. */
  #part: PinnedPart | undefined;
  #bytes = 0;
  #small = 0;
  #largest = 0;
  /** Of what the memo keeps. */
  #kept = 0;
  #hasLarge = false;
  /** What is freed with it. */
  readonly #freed = new NodeStack();

  constructor(model: SizeModel, withPinned: boolean) {
    this.#model = model;
    this.#withPinned = withPinned;
    this.#walker = new GraphWalker(model.graph, model.effects, model.marks);
  }

  run(): Dissolved {
    const { graph, classes, marks } = this.#model;
    const { kind, nodeCount } = graph;
    for (let node = 0; node < nodeCount; node++) {
      if (kind[node] !== KIND.object) continue;
      const { args, keywords, state, builtAt } = classes.view.at(node);
      if (this.#dissolves(args)) this.#dissolve(args, node, false, node + 1);
      if (this.#dissolves(keywords)) this.#dissolve(keywords, node, false, node + 1);
      if (this.#dissolves(state)) this.#dissolve(state, node, true, builtAt);
    }
    if (this.#withPinned) {
      const others = this.#partOf(-1, false);
      for (let node = 0; node < nodeCount; node++) {
        if ((marks[node]! & (MARK.pinned | MARK.visited)) === MARK.pinned) others.tally.add(node);
      }
    }
    return {
      pinned: this.#pinned,
      hasLarge: this.#hasLarge,
      deaths: this.#deaths.sort((a, b) => a.time - b.time),
    };
  }

  #dissolves(root: Value): boolean {
    return root >= 0 && (this.#model.marks[root]! & (MARK.live | MARK.visited)) === 0;
  }

  #dissolve(root: NodeId, owner: NodeId, isState: boolean, time: number): void {
    const { marks, classes } = this.#model;
    this.#part = this.#withPinned ? this.#partOf(classes.classOf(owner), isState) : undefined;
    this.#bytes = 0;
    this.#small = 0;
    this.#largest = 0;
    this.#kept = 0;
    this.#freed.top = 0;
    this.#walker.visit(root, MARK.live, MARK.visited, this.#see);
    if (this.#bytes + this.#kept >= LARGE_TEMPORARY) this.#hasLarge = true;
    if (this.#bytes < LARGE_TEMPORARY) return;
    for (let i = 0; i < this.#freed.top; i++) marks[this.#freed.values[i]!]! |= MARK.temporary;
    this.#deaths.push({ time, bytes: this.#bytes, small: this.#small, largest: this.#largest });
  }

  /** A node below the root that dissolves. One function for all of them: there are millions. */
  readonly #see = (node: NodeId): void => {
    const { shapes } = this.#model.effects;
    const shape = shapeOf(this.#model, node);
    if ((this.#model.marks[node]! & MARK.pinned) !== 0) {
      this.#part?.tally.addShape(shape, node);
      this.#kept += shapes.cost[shape]!;
      return;
    }
    this.#bytes += shapes.cost[shape]!;
    this.#small += shapes.small[shape]!;
    this.#largest = Math.max(this.#largest, shapes.largest[shape]!);
    this.#freed.push(node);
  };

  #partOf(owner: number, isState: boolean): PinnedPart {
    const key = (owner + 1) * 2 + (isState ? 1 : 0);
    const known = this.#byOwner[key];
    if (known) return known;
    const part = { owner, isState, tally: new ClassTally(this.#model) };
    this.#byOwner[key] = part;
    this.#pinned.push(part);
    return part;
  }
}
