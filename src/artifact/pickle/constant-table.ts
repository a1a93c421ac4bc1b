// Constants by type and bytes: an open-addressing table over typed arrays. Entries are compared by content, a hash only finds
// them. Within a budget: a full table takes no more, and then fewer constants are shared.
import { I32Column } from '#base/columns.ts';
import type { Bytes } from '#base/units.ts';

const PAGE = 2 ** 20;
const MOST_PAGES = 4096;
/** A crafted file can make hashes equal; constants beyond so many of one hash stay as they are. */
const MOST_OF_ONE_HASH = 64;
/** Slots, columns and growth, for each entry; its bytes are counted apart. */
const BYTES_AN_ENTRY = 40;
const NO_ENTRY = -1;
/** At first: a file may hold a million small pickles. The first page grows until it is a whole one. */
const FIRST_SLOTS = 16;
const FIRST_PAGE = 256;

export class ConstantTable {
  /** Passed over to whoever uses the table: how often it is fetched, then where it stands in the new memo. */
  readonly state = new I32Column();
  isFull = false;
  /** Whether the last `findOrAdd` made a new entry. */
  isNew = false;
  readonly #hashes = new I32Column();
  /** Page times PAGE plus place in it. Before the content stand its kind and its length (four bytes). */
  readonly #places = new I32Column();
  readonly #pages: Uint8Array[] = [];
  #pageEnd = PAGE;
  #slots = new Int32Array(FIRST_SLOTS).fill(NO_ENTRY);
  readonly #budget: Bytes;

  constructor(budget: Bytes) {
    this.#budget = budget;
  }

  get length(): number {
    return this.#hashes.length;
  }

  hashOf(entry: number): number {
    return this.#hashes.at(entry);
  }

  kindOf(entry: number): number {
    const place = this.#places.at(entry) >>> 0;
    return this.#pages[Math.floor(place / PAGE)]![place % PAGE]!;
  }

  lengthOf(entry: number): number {
    const place = this.#places.at(entry) >>> 0;
    return readLength(this.#pages[Math.floor(place / PAGE)]!, place % PAGE);
  }

  /** The entry, or -1 where there is none. */
  find(kind: number, hash: number, bytes: Uint8Array, from: number, length: number): number {
    const slot = this.#seek(kind, hash, bytes, from, length);
    return slot < 0 ? NO_ENTRY : this.#slots[slot]!;
  }

  /** The entry, made if need be; -1 where the table takes no more. */
  findOrAdd(kind: number, hash: number, bytes: Uint8Array, from: number, length: number): number {
    this.isNew = false;
    const slot = this.#seek(kind, hash, bytes, from, length);
    if (slot < 0) return NO_ENTRY;
    const found = this.#slots[slot]!;
    if (found !== NO_ENTRY) return found;
    if (this.isFull || !this.#store(kind, bytes, from, length)) return NO_ENTRY;
    this.isNew = true;
    this.state.push(0);
    const entry = this.#hashes.push(hash);
    this.#slots[slot] = entry;
    if (this.#hashes.length * 5 > this.#slots.length * 3) this.#rehash();
    return entry;
  }

  /** The slot with the entry, or the free one where it would stand; -1 where too many others have this hash. */
  #seek(kind: number, hash: number, bytes: Uint8Array, from: number, length: number): number {
    const mask = this.#slots.length - 1;
    let others = 0;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]!;
      if (entry === NO_ENTRY) return slot;
      if (this.#hashes.at(entry) !== hash) continue;
      if (this.#isEqual(entry, kind, bytes, from, length)) return slot;
      if (++others === MOST_OF_ONE_HASH) return NO_ENTRY;
    }
  }

  #isEqual(entry: number, kind: number, bytes: Uint8Array, from: number, length: number): boolean {
    const place = this.#places.at(entry) >>> 0;
    const page = this.#pages[Math.floor(place / PAGE)]!;
    const head = place % PAGE;
    if (page[head] !== kind || readLength(page, head) !== length) return false;
    const content = head + HEAD;
    for (let i = 0; i < length; i++) if (page[content + i] !== bytes[from + i]) return false;
    return true;
  }

  #store(kind: number, bytes: Uint8Array, from: number, length: number): boolean {
    if (this.#pageEnd + HEAD + length > PAGE) {
      const spent = this.#pages.length * PAGE + this.#hashes.length * BYTES_AN_ENTRY;
      if (this.#pages.length === MOST_PAGES || (this.#pages.length > 0 && spent > this.#budget)) {
        this.isFull = true;
        return false;
      }
      this.#pages.push(new Uint8Array(this.#pages.length === 0 ? FIRST_PAGE : PAGE));
      this.#pageEnd = 0;
    }
    const page = this.#roomIn(this.#pages.length - 1, this.#pageEnd + HEAD + length);
    this.#places.push(((this.#pages.length - 1) * PAGE + this.#pageEnd) | 0);
    page[this.#pageEnd] = kind;
    writeLength(page, this.#pageEnd, length);
    page.set(bytes.subarray(from, from + length), this.#pageEnd + HEAD);
    this.#pageEnd += HEAD + length;
    return true;
  }

  /** The page, with room for so many bytes. */
  #roomIn(number: number, bytes: Bytes): Uint8Array {
    const page = this.#pages[number]!;
    if (bytes <= page.length) return page;
    const larger = new Uint8Array(Math.min(PAGE, Math.max(bytes, page.length * 2)));
    larger.set(page);
    this.#pages[number] = larger;
    return larger;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(NO_ENTRY);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#hashes.length; entry++) {
      let slot = this.#hashes.at(entry) & mask;
      while (slots[slot] !== NO_ENTRY) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
    this.#slots = slots;
  }
}

/** Kind and a length of three bytes. */
const HEAD = 4;

function readLength(page: Uint8Array, head: number): number {
  return page[head + 1]! | (page[head + 2]! << 8) | (page[head + 3]! << 16);
}

function writeLength(page: Uint8Array, head: number, length: number): void {
  page[head + 1] = length & 255;
  page[head + 2] = (length >>> 8) & 255;
  page[head + 3] = length >>> 16;
}
