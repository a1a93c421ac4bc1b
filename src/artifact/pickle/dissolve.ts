// What dissolves: arguments and states that were made only to be read by the object they are for. What of them the memo holds
// stays until loading ends, and is counted here by class and by whom it was for; the rest is freed as soon as it was read,
// and counts only where it is large: then the moment of its death decides over the peak.
import type { Bytes } from '#base/units.ts';
import { KIND } from './graph.ts';
import { GraphWalker, MARK, type Reach } from './reach.ts';
import { ClassTally, type SizeModel } from './tally.ts';
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
  readonly pinned: readonly PinnedPart[];
  readonly deaths: readonly Death[];
}

export function computeDissolved(reach: Reach, model: SizeModel): Dissolved {
  return new Dissolver(reach, model).run();
}

class Dissolver {
  readonly #reach: Reach;
  readonly #model: SizeModel;
  readonly #walker: GraphWalker;
  readonly #pinned = new Map<number, PinnedPart>();
  readonly #temporaries: ClassTally;
  readonly #deaths: Death[] = [];
  /** Of the root that dissolves now. */
  #part: PinnedPart | undefined;
  #now = { bytes: 0, small: 0, largest: 0 };
  readonly #nodes: NodeId[] = [];

  constructor(reach: Reach, model: SizeModel) {
    this.#reach = reach;
    this.#model = model;
    this.#walker = new GraphWalker(reach.graph, reach.classes, model.sizes, reach.marks);
    this.#temporaries = new ClassTally(model);
  }

  run(): Dissolved {
    const { graph, classes, marks } = this.#reach;
    for (let node = 0; node < graph.nodeCount; node++) {
      if (graph.kind[node] !== KIND.object) continue;
      const { args, keywords, state, builtAt } = classes.view.at(node);
      this.#dissolve(args, node, false, node + 1);
      this.#dissolve(keywords, node, false, node + 1);
      this.#dissolve(state, node, true, builtAt);
    }
    const others = this.#partOf(-1, false);
    for (let node = 0; node < graph.nodeCount; node++) {
      if ((marks[node]! & (MARK.pinned | MARK.visited)) === MARK.pinned) others.tally.add(node);
    }
    return { pinned: [...this.#pinned.values()], deaths: this.#deaths.sort((a, b) => a.time - b.time) };
  }

  #dissolve(root: Value, owner: NodeId, isState: boolean, time: number): void {
    const { marks, classes } = this.#reach;
    if (root < 0 || (marks[root]! & (MARK.live | MARK.visited)) !== 0) return;
    this.#part = this.#partOf(classes.classOf(owner), isState);
    this.#now = { bytes: 0, small: 0, largest: 0 };
    this.#nodes.length = 0;
    this.#walker.visit(root, MARK.live, MARK.visited, this.#see);
    const { bytes, small, largest } = this.#now;
    if (bytes < LARGE_TEMPORARY) return;
    for (const node of this.#nodes) marks[node]! |= MARK.temporary;
    this.#deaths.push({ time, bytes, small, largest });
  }

  /** A node below the root that dissolves. One function for all of them: there are millions. */
  readonly #see = (node: NodeId): void => {
    if ((this.#reach.marks[node]! & MARK.pinned) !== 0) {
      this.#part!.tally.add(node);
      return;
    }
    this.#temporaries.add(node);
    this.#now.bytes += this.#temporaries.last;
    this.#now.small += this.#temporaries.lastSmall;
    this.#now.largest = Math.max(this.#now.largest, this.#temporaries.lastLargest);
    this.#nodes.push(node);
  };

  #partOf(owner: number, isState: boolean): PinnedPart {
    const key = owner * 2 + (isState ? 1 : 0);
    let part = this.#pinned.get(key);
    if (!part) {
      part = { owner, isState, tally: new ClassTally(this.#model) };
      this.#pinned.set(key, part);
    }
    return part;
  }
}
