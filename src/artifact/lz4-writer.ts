// An LZ4 frame as joblib reads it again: for files that were compressed with lz4 and are rewritten. Blocks of 64 KiB, each by
// itself; matches are found by a table of the last place of each four bytes, as the fast level of the lz4 library does.
import type { Bytes } from '#base/units.ts';

const BLOCK: Bytes = 64 * 1024;
/** Magic; version 1, independent blocks, no checksums; blocks of 64 KiB; the checksum of these two bytes. */
const HEAD = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82);
const END = new Uint8Array(4);
const LEAST_MATCH = 4;
/** The last match begins so many bytes before the end of a block, and the last literals are at least five. */
const LAST_MATCH = 12;
const LAST_LITERALS = 5;
const HASH_BITS = 14;
const STORED = 0x80000000;

/** Pieces of the frame; `pieces` may be of any length. */
export function* encodeLz4(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield HEAD;
  for (const block of blocksOf(pieces)) yield encodeBlock(block);
  yield END;
}

function* blocksOf(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let block = new Uint8Array(BLOCK);
  let used = 0;
  for (const piece of pieces) {
    for (let done = 0; done < piece.length; ) {
      const length = Math.min(BLOCK - used, piece.length - done);
      block.set(piece.subarray(done, done + length), used);
      used += length;
      done += length;
      if (used < BLOCK) continue;
      yield block;
      block = new Uint8Array(BLOCK);
      used = 0;
    }
  }
  if (used > 0) yield block.subarray(0, used);
}

/** With its length before it; as it is where that is shorter. */
function encodeBlock(block: Uint8Array): Uint8Array {
  const out = new BlockWriter(block.length);
  const places = new Int32Array(2 ** HASH_BITS).fill(-1);
  let literalsAt = 0;
  for (let at = 0; at + LAST_MATCH < block.length; ) {
    const slot = Math.imul(wordAt(block, at), 0x9e3779b1) >>> (32 - HASH_BITS);
    const place = places[slot]!;
    places[slot] = at;
    if (place < 0 || wordAt(block, place) !== wordAt(block, at)) {
      at++;
      continue;
    }
    const length = matchLength(block, place, at);
    out.sequence(block, literalsAt, at, at - place, length);
    at += length;
    literalsAt = at;
  }
  out.literals(block, literalsAt, block.length, 0);
  return out.finish(block);
}

function matchLength(block: Uint8Array, place: number, at: number): number {
  const most = block.length - LAST_LITERALS - at;
  let length = LEAST_MATCH;
  while (length < most && block[place + length] === block[at + length]) length++;
  return length;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

class BlockWriter {
  /** Of a block in which nothing repeats, and its length. */
  readonly #bytes: Uint8Array;
  #end = 4;

  constructor(length: Bytes) {
    this.#bytes = new Uint8Array(4 + length + Math.ceil(length / 255) + 16);
  }

  sequence(block: Uint8Array, from: number, to: number, offset: number, match: number): void {
    const rest = match - LEAST_MATCH;
    this.literals(block, from, to, Math.min(15, rest));
    this.#bytes[this.#end++] = offset & 255;
    this.#bytes[this.#end++] = offset >>> 8;
    if (rest >= 15) this.#length(rest - 15);
  }

  /** `match`: the low half of the token. */
  literals(block: Uint8Array, from: number, to: number, match: number): void {
    const count = to - from;
    this.#bytes[this.#end++] = (Math.min(15, count) << 4) | match;
    if (count >= 15) this.#length(count - 15);
    this.#bytes.set(block.subarray(from, to), this.#end);
    this.#end += count;
  }

  finish(block: Uint8Array): Uint8Array {
    const isStored = this.#end - 4 >= block.length;
    if (isStored) this.#bytes.set(block, 4);
    const length = isStored ? block.length : this.#end - 4;
    new DataView(this.#bytes.buffer).setUint32(0, isStored ? length + STORED : length, true);
    return this.#bytes.subarray(0, 4 + length);
  }

  #length(rest: number): void {
    let left = rest;
    for (; left >= 255; left -= 255) this.#bytes[this.#end++] = 255;
    this.#bytes[this.#end++] = left;
  }
}
