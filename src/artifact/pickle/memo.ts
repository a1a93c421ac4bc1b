// The unpickler's memo. Ours is bounded by what was put in, whatever index the file names; `slots` says how large CPython's
// own array would be, which a single number in a hostile file can make 32 GiB.
import type { Bytes } from '#base/units.ts';
import { ABSENT, type Value } from './values.ts';

const FIRST_SLOTS = 32;
/** An index this far beyond all others goes into a map. */
const GAP = 65_536;
/** About what an entry of a Map of small integers takes, as it grows by doubling. */
const MAP_ENTRY_BYTES: Bytes = 64;

export class Memo {
  #dense = new Int32Array(1024).fill(ABSENT);
  readonly #sparse = new Map<number, Value>();
  /** Filled slots: the index that MEMOIZE takes next. */
  filled = 0;
  /** Slots of CPython's array: 32 at first; an index beyond it makes it twice that index. */
  slots = FIRST_SLOTS;

  put(index: number, value: Value): void {
    if (index >= this.slots) this.slots = index * 2;
    if (index < this.#dense.length || index < this.filled + GAP) {
      if (index >= this.#dense.length) this.#grow(index);
      if (this.#dense[index] === ABSENT) this.filled++;
      this.#dense[index] = value;
      return;
    }
    if (!this.#sparse.has(index)) this.filled++;
    this.#sparse.set(index, value);
  }

  /** ABSENT where nothing was put. */
  get(index: number): Value {
    const value = index < this.#dense.length ? this.#dense[index]! : ABSENT;
    return value === ABSENT ? (this.#sparse.get(index) ?? ABSENT) : value;
  }

  forEach(visit: (value: Value) => void): void {
    for (const value of this.#dense) if (value !== ABSENT) visit(value);
    for (const value of this.#sparse.values()) visit(value);
  }

  /** Of the entries that lie far beyond all others: no pickler makes them, and a file can hold one per five bytes. */
  get heldBeyond(): Bytes {
    return this.#sparse.size * MAP_ENTRY_BYTES;
  }

  #grow(index: number): void {
    const longer = new Int32Array(Math.max(index + 1, Math.ceil(this.#dense.length * 1.5))).fill(ABSENT);
    longer.set(this.#dense);
    this.#dense = longer;
  }
}
