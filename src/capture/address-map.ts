// Address -> small integer, for millions of live blocks: open addressing over two typed arrays, no object per entry.
// Deleting shifts the run back, so no tombstones gather however long the program lives.

const EMPTY = -1;

export class AddressMap {
  #keys: Float64Array;
  #values: Int32Array;
  #mask: number;
  #size = 0;

  constructor(capacity = 1024) {
    this.#keys = new Float64Array(capacity);
    this.#values = new Int32Array(capacity).fill(EMPTY);
    this.#mask = capacity - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** `value` must not be negative. Replaces the value of a known address and gives the old one, -1 for a new one. */
  set(address: number, value: number): number {
    let at = this.#find(address);
    const old = this.#values[at]!;
    if (old === EMPTY) {
      if (++this.#size * 2 > this.#mask) {
        this.#grow();
        at = this.#find(address);
      }
      this.#keys[at] = address;
    }
    this.#values[at] = value;
    return old;
  }

  /** -1 where the address is not known. */
  get(address: number): number {
    return this.#values[this.#find(address)]!;
  }

  /** Gives the value that was there, -1 for none. */
  delete(address: number): number {
    let hole = this.#find(address);
    const value = this.#values[hole]!;
    if (value === EMPTY) return EMPTY;
    this.#size--;
    for (let at = (hole + 1) & this.#mask; this.#values[at] !== EMPTY; at = (at + 1) & this.#mask) {
      const home = slot(this.#keys[at]!, this.#mask);
      if (((at - home) & this.#mask) >= ((at - hole) & this.#mask)) {
        this.#keys[hole] = this.#keys[at]!;
        this.#values[hole] = this.#values[at]!;
        hole = at;
      }
    }
    this.#values[hole] = EMPTY;
    return value;
  }

  #find(address: number): number {
    let at = slot(address, this.#mask);
    while (this.#values[at] !== EMPTY && this.#keys[at] !== address) at = (at + 1) & this.#mask;
    return at;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    const capacity = keys.length * 2;
    this.#keys = new Float64Array(capacity);
    this.#values = new Int32Array(capacity).fill(EMPTY);
    this.#mask = capacity - 1;
    for (let i = 0; i < keys.length; i++) {
      if (values[i] === EMPTY) continue;
      const at = this.#find(keys[i]!);
      this.#keys[at] = keys[i]!;
      this.#values[at] = values[i]!;
    }
  }
}

/** Blocks are 16-aligned, so the low bits say nothing; both halves are mixed by an odd multiplier (Knuth's). */
function slot(address: number, mask: number): number {
  const low = address >>> 0;
  const high = (address - low) * 2 ** -32;
  let hash = Math.imul((low >>> 4) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  hash ^= hash >>> 15;
  return hash & mask;
}
