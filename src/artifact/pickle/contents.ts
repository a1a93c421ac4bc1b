// What strings and bytes of a file say, each once. Only where it stands in the file and a fingerprint of 64 bits is kept;
// the text is read again for the few that are shown. Long ones are not read at all: they are told apart by where they are.
//
// A row is five words, so that a look at one costs one line of the processor's cache:
//
//     hash   check   length   place   place above 32 bits << 8 | length above 32 bits << 2 | spelling
import type { Bytes } from '#base/units.ts';
import type { ByteSource } from '../byte-source.ts';
import { lengthen } from './columns.ts';

/** How the bytes in the file spell the content. */
export const SPELLING = { utf8: 0, bytes: 1, rawUnicodeEscape: 2, quoted: 3 } as const;

/** Bytes beyond this are not hashed: an array's payload is skipped, not read. Strings are read whole: their width counts. */
export const LONGEST_HASHED_BYTES = 4096;
const FIRST_SLOTS = 8;
const ROW = 5;
const ROW_BYTES = ROW * 4;
/** Numbers above 2^38 would not fit: no file is that large. */
const HIGH_BITS = 63;

export class ContentTable {
  #rows = new Int32Array(FIRST_SLOTS * ROW);
  /** Row plus one by hash; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS);
  #hashed = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get held(): Bytes {
    return this.#count * ROW_BYTES + this.#slots.byteLength;
  }

  /** Number of the content at `at`; the same number for the same spelling and bytes. */
  add(at: number, length: number, spelling: number, hash: number, check: number): number {
    const rows = this.#rows;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let found = slots[slot]!; found > 0; found = slots[slot]!) {
      const row = (found - 1) * ROW;
      const isSame = rows[row] === hash && rows[row + 1] === check && rows[row + 2] === (length | 0);
      if (isSame && (rows[row + 4]! & 3) === spelling) return found - 1;
      slot = (slot + 1) & mask;
    }
    const content = this.#push(at, length, spelling, hash, check);
    slots[slot] = content + 1;
    if (++this.#hashed * 3 > slots.length * 2) this.#growSlots();
    return content;
  }

  /** A content that is taken as unlike all others, unread. */
  addUnread(at: number, length: number, spelling: number): number {
    return this.#push(at, length, spelling, 0, 0);
  }

  /** Byte of the stream where it first stands. */
  at(content: number): number {
    const row = content * ROW;
    return (this.#rows[row + 3]! >>> 0) + ((this.#rows[row + 4]! >>> 8) & HIGH_BITS) * 2 ** 32;
  }

  /** Bytes that it takes in the file. */
  lengthOf(content: number): number {
    const row = content * ROW;
    return (this.#rows[row + 2]! >>> 0) + ((this.#rows[row + 4]! >>> 2) & HIGH_BITS) * 2 ** 32;
  }

  /** The first `most` bytes as text, unescaped. */
  readText(content: number, source: ByteSource, most = 512): string {
    const bytes = source.read(this.at(content), Math.min(most, this.lengthOf(content)));
    switch (this.#rows[content * ROW + 4]! & 3) {
      case SPELLING.utf8:
        return new TextDecoder().decode(bytes);
      case SPELLING.bytes:
        return latin1(bytes);
      case SPELLING.rawUnicodeEscape:
        return latin1(bytes).replace(/\\u([0-9a-fA-F]{4})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
      default:
        return latin1(bytes).replace(/\\x([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  }

  #push(at: number, length: number, spelling: number, hash: number, check: number): number {
    const content = this.#count++;
    const row = content * ROW;
    if (row === this.#rows.length) this.#rows = lengthen(this.#rows, (content + (content >> 1)) * ROW);
    const rows = this.#rows;
    rows[row] = hash;
    rows[row + 1] = check;
    rows[row + 2] = length;
    rows[row + 3] = at;
    const high = (Math.floor(at / 2 ** 32) << 8) | (Math.floor(length / 2 ** 32) << 2);
    rows[row + 4] = high | spelling;
    return content;
  }

  /** Rows that were not hashed are in no slot. */
  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (const found of this.#slots) {
      if (found === 0) continue;
      const hash = this.#rows[(found - 1) * ROW]!;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot]! > 0) slot = (slot + 1) & mask;
      slots[slot] = found;
    }
    this.#slots = slots;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
