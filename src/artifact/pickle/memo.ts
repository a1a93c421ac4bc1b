// The unpickler's memo. Ours is bounded by what was put in, whatever index the file names; `slots` says how large CPython's
// own array would be, which a single number in a hostile file can make 32 GiB.
import type { Bytes } from '#base/units.ts';
import { lengthen, roomFor } from './columns.ts';
import { ABSENT, type NodeId, type Value } from './values.ts';

const FIRST_SLOTS = 32;
/** An index this far beyond all others goes into a map. */
const GAP = 65_536;
/** About what an entry of a Map of small integers takes, as it grows by doubling. */
const MAP_ENTRY_BYTES: Bytes = 112;

export class Memo {
  /** By index: the node plus one; 0 where nothing was put. */
  dense = new Int32Array(16);
  readonly #sparse = new Map<number, NodeId>();
  /** Filled slots: the index that MEMOIZE takes next. */
  filled = 0;
  /** Slots of CPython's array: 32 at first; an index beyond it makes it twice that index. */
  slots = FIRST_SLOTS;

  put(index: number, node: NodeId): void {
    if (index >= this.slots) this.slots = index * 2;
    if (index < this.dense.length || index < this.filled + GAP) {
      if (index >= this.dense.length) this.reserve(index + 1, 1);
      if (this.dense[index] === 0 && !this.#sparse.delete(index)) this.filled++;
      this.dense[index] = node + 1;
      return;
    }
    if (!this.#sparse.has(index)) this.filled++;
    this.#sparse.set(index, node);
  }

  /** ABSENT where nothing was put. */
  get(index: number): Value {
    const entry = index < this.dense.length ? this.dense[index]! : 0;
    return entry === 0 ? (this.#sparse.get(index) ?? ABSENT) : entry - 1;
  }

  /** No entry lies far beyond all others. */
  get isDense(): boolean {
    return this.#sparse.size === 0;
  }

  /** Room for so many entries without gaps, where `share` of the file has been read. */
  reserve(entries: number, share: number): void {
    if (entries > this.dense.length) this.dense = lengthen(this.dense, roomFor(entries, share));
  }

  /** Sets bits of all nodes that have an entry. */
  mark(flags: Uint8Array, bits: number): void {
    const { dense } = this;
    for (let index = 0; index < dense.length; index++) {
      const entry = dense[index]!;
      if (entry > 0) flags[entry - 1]! |= bits;
    }
    for (const node of this.#sparse.values()) flags[node]! |= bits;
  }

  /** Of the entries that lie far beyond all others: no pickler makes them, and a file can hold one per five bytes. */
  get heldBeyond(): Bytes {
    return this.#sparse.size * MAP_ENTRY_BYTES;
  }
}
