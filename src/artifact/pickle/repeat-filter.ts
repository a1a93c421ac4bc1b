// Which hashes occur more than once, in two bits each: most constants of a large file occur once, and only the others are worth
// a place in a table. It errs to one side: what it calls single is single. A hash has two slots, and is repeated where both
// have been seen more than once, as in a Bloom filter.
import type { Bytes } from '#base/units.ts';

/** Slots for each hash expected; one in twenty single ones, or fewer, is then taken for repeated. */
const SLOTS_EACH = 8;

export class RepeatFilter {
  /** Two bits a slot: 0 never seen, 1 once, 2 more often. */
  readonly #slots: Uint8Array;
  readonly #mask: number;

  /** With fewer slots than would be good, where `most` bytes are not enough: it errs more often then. */
  constructor(expected: number, most: Bytes) {
    const wanted = Math.ceil(Math.log2(Math.max(64, expected * SLOTS_EACH)));
    const slots = 2 ** Math.max(6, Math.min(32, wanted, Math.floor(Math.log2(most * 4))));
    this.#slots = new Uint8Array(slots / 4);
    this.#mask = slots - 1;
  }

  see(hash: number): void {
    this.#count((hash & this.#mask) >>> 0);
    this.#count((secondHash(hash) & this.#mask) >>> 0);
  }

  isRepeated(hash: number): boolean {
    return this.#isTwo((hash & this.#mask) >>> 0) && this.#isTwo((secondHash(hash) & this.#mask) >>> 0);
  }

  #count(slot: number): void {
    const byte = slot >>> 2;
    const shift = (slot & 3) * 2;
    const seen = (this.#slots[byte]! >>> shift) & 3;
    if (seen < 2) this.#slots[byte]! += 1 << shift;
  }

  #isTwo(slot: number): boolean {
    return ((this.#slots[slot >>> 2]! >>> ((slot & 3) * 2)) & 2) !== 0;
  }
}

/** Of the same 32 bits; the halves change places, for a mask takes the low ones. */
function secondHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed >>> 16) | (mixed << 16);
}
