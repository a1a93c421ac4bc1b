// The blocks of memory that an object takes, as a number: objects of one class with as many attributes take blocks of the same
// sizes, so a file of a million objects has some hundred such lists. Each is kept once, with its sums.
//
// Blocks of a shape stand side by side in the columns below, in the order in which loading makes them.
import type { Bytes } from '#base/units.ts';
import { CLASS_FLOAT } from './class-table.ts';
import { lengthen, lengthenBytes } from './columns.ts';
import { type BlockCosts, LARGEST_SMALL } from './heap-layout.ts';

export type ShapeId = number;

/** Of a node that is no object of its own to count: a class, a number that is counted by its block. */
export const UNCOUNTED = -1;

export const BLOCK = {
  /** Of malloc, whatever its size. */
  raw: 1,
  /** The dict of an instance that setting its attributes one by one would not make. */
  ownDict: 2,
} as const;

const FIRST = 8;
const ALIGNMENT = 16;

export class BlockShapes {
  count = 0;
  /** Some shape has a block of the kind `ownDict`. */
  hasOwnDicts = false;
  // By shape.
  /** The first block; that of the shape behind it is the end. */
  first = new Int32Array(FIRST + 1);
  /** Class of the object, or UNCOUNTED. */
  classOf = new Int32Array(FIRST);
  /** The same without the numbers inside of it, for where another object took those over. */
  bare = new Int32Array(FIRST);
  /** Bytes with their share of pools and headers: of all blocks, of those up to 512 bytes, of floats. */
  cost = new Float64Array(FIRST);
  small = new Float64Array(FIRST);
  floats = new Float64Array(FIRST);
  largest = new Float64Array(FIRST);
  // By block.
  bytes = new Float64Array(FIRST);
  blockCost = new Float64Array(FIRST);
  blocks = new Int32Array(FIRST);
  blockClass = new Int32Array(FIRST);
  /** pymalloc's size class; 0 of a block that is malloc's. */
  sizeClass = new Uint8Array(FIRST);
  /** BLOCK bits. */
  kind = new Uint8Array(FIRST);
  /** Shape plus one by hash; 0 is free. */
  #slots = new Int32Array(2 * FIRST);
  readonly #costs: BlockCosts;
  /** Blocks of the shape that is being made: they stand behind those of the last one. */
  #end = 0;

  constructor(costs: BlockCosts) {
    this.#costs = costs;
  }

  /** One more block of the shape that is being made; several of one size and class in a row are one. */
  add(bytes: Bytes, count: number, isRaw: boolean, id: number, kind = 0): void {
    const sizeClass = isRaw || bytes > LARGEST_SMALL ? 0 : Math.ceil(bytes / ALIGNMENT);
    const last = this.#end - 1;
    const isOpen = last >= this.first[this.count]!;
    if (isOpen && sizeClass > 0 && this.sizeClass[last] === sizeClass && this.blockClass[last] === id) {
      if (this.kind[last] === kind) {
        this.blocks[last]! += count;
        return;
      }
    }
    if (this.#end === this.bytes.length) this.#growBlocks();
    const block = this.#end++;
    this.bytes[block] = bytes;
    this.blocks[block] = count;
    this.blockClass[block] = id;
    this.blockCost[block] = this.#costs.of(bytes, isRaw);
    this.sizeClass[block] = sizeClass;
    this.kind[block] = kind | (isRaw ? BLOCK.raw : 0);
  }

  /** The number of the shape that was made: a new one, or that of an equal one. `bare`: -1 where it is its own. */
  finish(classOf: number, bare: ShapeId): ShapeId {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(this.count, this.#end, classOf) & mask;
    for (let found = this.#slots[slot]!; found > 0; found = this.#slots[slot]!) {
      if (this.#isEqual(found - 1, classOf, bare)) {
        this.#end = this.first[this.count]!;
        return found - 1;
      }
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.count + 1;
    return this.#close(classOf, bare);
  }

  #close(classOf: number, bare: ShapeId): ShapeId {
    const shape = this.count++;
    if (this.count === this.classOf.length) this.#growShapes();
    this.first[this.count] = this.#end;
    this.classOf[shape] = classOf;
    this.bare[shape] = bare < 0 ? shape : bare;
    for (let block = this.first[shape]!; block < this.#end; block++) {
      const cost = this.blockCost[block]! * this.blocks[block]!;
      this.cost[shape]! += cost;
      if (this.bytes[block]! <= LARGEST_SMALL) this.small[shape]! += cost;
      if (this.blockClass[block] === CLASS_FLOAT) this.floats[shape]! += cost;
      this.largest[shape] = Math.max(this.largest[shape]!, this.bytes[block]!);
      if ((this.kind[block]! & BLOCK.ownDict) !== 0) this.hasOwnDicts = true;
    }
    if (this.count * 2 > this.#slots.length) this.#growSlots();
    return shape;
  }

  #hash(shape: number, end: number, classOf: number): number {
    let hash = Math.imul(classOf + 2, 0x9e3779b1);
    for (let block = this.first[shape]!; block < end; block++) {
      hash = Math.imul(hash ^ (this.bytes[block]! | 0) ^ (this.kind[block]! << 30), 0x85ebca6b);
      hash = Math.imul((hash ^ (hash >>> 15)) + this.blocks[block]!, 0xc2b2ae35) + this.blockClass[block]!;
    }
    return hash ^ (hash >>> 16);
  }

  #isEqual(shape: ShapeId, classOf: number, bare: ShapeId): boolean {
    const from = this.first[shape]!;
    const made = this.first[this.count]!;
    const length = this.first[shape + 1]! - from;
    if (length !== this.#end - made || this.classOf[shape] !== classOf) return false;
    if (this.bare[shape] !== (bare < 0 ? shape : bare)) return false;
    for (let i = 0; i < length; i++) if (!this.#isEqualBlock(from + i, made + i)) return false;
    return true;
  }

  #isEqualBlock(a: number, b: number): boolean {
    return (
      this.bytes[a] === this.bytes[b] &&
      this.blocks[a] === this.blocks[b] &&
      this.blockClass[a] === this.blockClass[b] &&
      this.kind[a] === this.kind[b]
    );
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let shape = 0; shape < this.count; shape++) {
      let slot = this.#hash(shape, this.first[shape + 1]!, this.classOf[shape]!) & mask;
      while (slots[slot]! > 0) slot = (slot + 1) & mask;
      slots[slot] = shape + 1;
    }
    this.#slots = slots;
  }

  #growShapes(): void {
    const rows = this.count * 2;
    this.first = lengthen(this.first, rows + 1);
    this.classOf = lengthen(this.classOf, rows);
    this.bare = lengthen(this.bare, rows);
    this.cost = lengthenFloats(this.cost, rows);
    this.small = lengthenFloats(this.small, rows);
    this.floats = lengthenFloats(this.floats, rows);
    this.largest = lengthenFloats(this.largest, rows);
  }

  #growBlocks(): void {
    const rows = this.#end * 2;
    this.bytes = lengthenFloats(this.bytes, rows);
    this.blockCost = lengthenFloats(this.blockCost, rows);
    this.blocks = lengthen(this.blocks, rows);
    this.blockClass = lengthen(this.blockClass, rows);
    this.sizeClass = lengthenBytes(this.sizeClass, rows);
    this.kind = lengthenBytes(this.kind, rows);
  }
}

function lengthenFloats(column: Float64Array, rows: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(rows);
  longer.set(column);
  return longer;
}
