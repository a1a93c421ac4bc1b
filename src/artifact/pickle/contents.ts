// What strings and bytes of a file say, each once. Only where it stands in the file and a fingerprint of 64 bits is kept;
// the text is read again for the few that are shown. Long ones are not read at all: they are told apart by where they are.
import type { ByteSource } from '../byte-source.ts';

/** How the bytes in the file spell the content. */
export const SPELLING = { utf8: 0, bytes: 1, rawUnicodeEscape: 2, quoted: 3 } as const;

/** Bytes beyond this are not hashed: an array's payload is skipped, not read. Strings are read whole: their width counts. */
export const LONGEST_HASHED_BYTES = 4096;
const FIRST_SLOTS = 1024;

export class ContentTable {
  #at = new Float64Array(512);
  #length = new Float64Array(512);
  #hash = new Int32Array(512);
  #check = new Int32Array(512);
  #spelling = new Uint8Array(512);
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  #hashed = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get held(): number {
    return this.#at.length * 25 + this.#slots.byteLength;
  }

  /** Number of the content at `at`; the same number for the same spelling and bytes. */
  add(at: number, length: number, spelling: number, hash: number, check: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let found = this.#slots[slot]!; found >= 0; found = this.#slots[slot]!) {
      if (
        this.#hash[found] === hash &&
        this.#check[found] === check &&
        this.#length[found] === length &&
        this.#spelling[found] === spelling
      ) {
        return found;
      }
      slot = (slot + 1) & mask;
    }
    const row = this.#push(at, length, spelling, hash, check);
    this.#slots[slot] = row;
    if (++this.#hashed * 3 > this.#slots.length * 2) this.#growSlots();
    return row;
  }

  /** A content that is taken as unlike all others, unread. */
  addUnread(at: number, length: number, spelling: number): number {
    return this.#push(at, length, spelling, 0, 0);
  }

  /** Byte of the stream where it first stands. */
  at(content: number): number {
    return this.#at[content]!;
  }

  /** Bytes that it takes in the file. */
  lengthOf(content: number): number {
    return this.#length[content]!;
  }

  /** The first `most` bytes as text, unescaped. */
  readText(content: number, source: ByteSource, most = 512): string {
    const bytes = source.read(this.#at[content]!, Math.min(most, this.#length[content]!));
    switch (this.#spelling[content]) {
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
    const row = this.#count++;
    if (row === this.#at.length) this.#growRows();
    this.#at[row] = at;
    this.#length[row] = length;
    this.#hash[row] = hash;
    this.#check[row] = check;
    this.#spelling[row] = spelling;
    return row;
  }

  #growRows(): void {
    const rows = Math.ceil(this.#at.length * 1.5);
    const longer = <A extends { set(from: A): void }>(made: A, from: A): A => {
      made.set(from);
      return made;
    };
    this.#at = longer(new Float64Array(rows), this.#at);
    this.#length = longer(new Float64Array(rows), this.#length);
    this.#hash = longer(new Int32Array(rows), this.#hash);
    this.#check = longer(new Int32Array(rows), this.#check);
    this.#spelling = longer(new Uint8Array(rows), this.#spelling);
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (const row of this.#slots) {
      if (row < 0) continue;
      let slot = this.#hash[row]! & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = row;
    }
    this.#slots = slots;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
