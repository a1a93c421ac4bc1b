// Objects and bytes by class. A node counts once, however many blocks it has; numbers that are no nodes count as they come.
import type { Bytes } from '#base/units.ts';
import { BlockWalker } from './blocks.ts';
import { CLASS_FLOAT, CLASS_INT, type ClassTable } from './class-table.ts';
import { KIND, type PickleGraph } from './graph.ts';
import type { BlockCosts } from './heap-layout.ts';
import type { ObjectSizes } from './object-sizes.ts';
import type { NodeId } from './values.ts';

/** How sizes are reckoned: for one version of Python, over one graph. */
export interface SizeModel {
  readonly graph: PickleGraph;
  readonly classes: ClassTable;
  readonly sizes: ObjectSizes;
  readonly costs: BlockCosts;
  readonly marks: Uint8Array;
}

export class ClassTally {
  readonly counts: number[] = [];
  readonly bytes: number[] = [];
  /** A node of each class that has one. */
  readonly examples: number[] = [];
  /** Of the last node added: all its blocks, and those of up to 512 bytes. */
  last: Bytes = 0;
  lastSmall: Bytes = 0;
  lastLargest: Bytes = 0;
  readonly #walker: BlockWalker;
  readonly #model: SizeModel;

  constructor(model: SizeModel) {
    this.#model = model;
    const { graph, classes, sizes, marks, costs } = model;
    this.#walker = new BlockWalker(graph, classes, sizes, marks, (bytes, count, isRaw, id) => {
      const cost = costs.of(bytes, isRaw) * count;
      this.last += cost;
      if (bytes <= 512) this.lastSmall += cost;
      if (bytes > this.lastLargest) this.lastLargest = bytes;
      this.bytes[id] = (this.bytes[id] ?? 0) + cost;
      if (id === CLASS_FLOAT || id === CLASS_INT) this.counts[id] = (this.counts[id] ?? 0) + count;
    });
  }

  add(node: NodeId): void {
    this.last = 0;
    this.lastSmall = 0;
    this.lastLargest = 0;
    this.#walker.walk(node);
    const { graph, classes } = this.#model;
    if (graph.kind[node] === KIND.atom || graph.kind[node] === KIND.global) return;
    const id = classes.classOf(node);
    this.counts[id] = (this.counts[id] ?? 0) + 1;
    this.examples[id] ??= node;
  }

  get totalBytes(): Bytes {
    return this.bytes.reduce((sum, bytes) => sum + bytes, 0);
  }
}
