// Objects and bytes by class. Nodes are counted by shape, and classes summed up when somebody asks. A node counts once, however
// many blocks it has; numbers that are no nodes count as they come.
import type { Bytes } from '#base/units.ts';
import { UNCOUNTED } from './block-shapes.ts';
import { CLASS_FLOAT, CLASS_INT, type ClassTable } from './class-table.ts';
import type { PickleGraph } from './graph.ts';
import type { BlockCosts } from './heap-layout.ts';
import type { LoadEffects } from './load-effects.ts';
import type { ObjectSizes } from './object-sizes.ts';
import { MARK } from './reach.ts';
import type { NodeId } from './values.ts';

/** How sizes are reckoned: for one version of Python, over one graph. */
export interface SizeModel {
  readonly graph: PickleGraph;
  readonly classes: ClassTable;
  readonly sizes: ObjectSizes;
  readonly costs: BlockCosts;
  readonly effects: LoadEffects;
  readonly marks: Uint8Array;
}

/** The shape of what a node takes itself: without the numbers that another object took over. */
export function shapeOf({ effects, marks }: SizeModel, node: NodeId): number {
  const shape = effects.shapeOf(node);
  return (marks[node]! & MARK.adopted) === 0 ? shape : effects.shapes.bare[shape]!;
}

export interface ClassSum {
  readonly id: number;
  readonly count: number;
  readonly bytes: Bytes;
  /** The first node that has a class of its own; -1: there is none. */
  readonly example: NodeId;
}

/** Shapes that are counted beside the map, by the last bits of their number. */
const PENDING = 64;

export class ClassTally {
  /** Nodes by shape, and the first of them. */
  readonly #counts = new Map<number, number>();
  readonly #examples = new Map<number, NodeId>();
  /** Shape plus one, and how often it came since it was put here: a map is slow for what comes a million times. */
  readonly #shapes = new Int32Array(PENDING);
  readonly #pending = new Int32Array(PENDING);
  readonly #model: SizeModel;

  constructor(model: SizeModel) {
    this.#model = model;
  }

  /** Gives the node's shape. */
  add(node: NodeId): number {
    const shape = shapeOf(this.#model, node);
    this.addShape(shape, node);
    return shape;
  }

  /** Where the node's shape is known. */
  addShape(shape: number, node: NodeId): void {
    const slot = shape & (PENDING - 1);
    if (this.#shapes[slot] !== shape + 1) this.#begin(slot, shape, node);
    this.#pending[slot]!++;
  }

  #begin(slot: number, shape: number, node: NodeId): void {
    this.#flush(slot);
    this.#shapes[slot] = shape + 1;
    if (!this.#examples.has(shape)) this.#examples.set(shape, node);
  }

  #flush(slot: number): void {
    const shape = this.#shapes[slot]! - 1;
    if (this.#pending[slot]! > 0) this.#counts.set(shape, (this.#counts.get(shape) ?? 0) + this.#pending[slot]!);
    this.#pending[slot] = 0;
  }

  /** Classes in the order of their numbers. */
  sums(): ClassSum[] {
    for (let slot = 0; slot < PENDING; slot++) this.#flush(slot);
    const byClass = new Map<number, { id: number; count: number; bytes: Bytes; example: NodeId }>();
    const sumOf = (id: number) => {
      const sum = byClass.get(id) ?? { id, count: 0, bytes: 0, example: -1 };
      byClass.set(id, sum);
      return sum;
    };
    const { shapes } = this.#model.effects;
    for (const [shape, count] of this.#counts) {
      const id = shapes.classOf[shape]!;
      if (id !== UNCOUNTED) {
        const sum = sumOf(id);
        const example = this.#examples.get(shape)!;
        sum.count += count;
        if (sum.example < 0 || example < sum.example) sum.example = example;
      }
      for (let block = shapes.first[shape]!; block < shapes.first[shape + 1]!; block++) {
        const of = sumOf(shapes.blockClass[block]!);
        of.bytes += shapes.blockCost[block]! * shapes.blocks[block]! * count;
        if (of.id === CLASS_FLOAT || of.id === CLASS_INT) of.count += shapes.blocks[block]! * count;
      }
    }
    return [...byClass.values()].sort((a, b) => a.id - b.id);
  }
}
