// LZ4 frames read piece by piece: what `joblib.dump(..., compress='lz4')` writes, and the lz4 program. No package reads them by
// pieces without a compiled library, and the format is small:
//
//     frame    magic 04 22 4d 18, flags, size of blocks, [size of content: 8], [number of a dictionary: 4], checksum: 1
//              blocks, an end mark of four zeros, [checksum of content: 4]
//     block    length: 4, its highest bit set where it is stored as it is; bytes; [checksum: 4]
//     bytes    token (literals << 4 | match), [more literals], literals, offset: 2, [more match]; the last one has no match
//
// A match is a copy of what was written before, up to 64 KiB back, also across blocks that are linked. Checksums are passed over:
// whoever reads what comes out holds every length of it against what is there.
import type { Bytes } from '#base/units.ts';
import type { ByteSource } from './byte-source.ts';
import { Cursor } from './cursor.ts';
import { damaged, unsupported } from './damage.ts';

const MAGIC = 0x184d2204;
/** Sixteen numbers that begin frames which say nothing. */
const SKIPPABLE = 0x184d2a50;
const HISTORY: Bytes = 64 * 1024;
/** Room for small blocks, before history has to be moved to the front again: a file may have a million of them. */
const SPARE: Bytes = 2 ** 20;
const LEAST_MATCH = 4;
const FLAG = { checksumOfBlock: 0x10, contentSize: 0x08, checksumOfContent: 0x04, dictionary: 0x01 } as const;
const VERSION = 1;

interface Frame {
  readonly mostInBlock: Bytes;
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
}

/** The pieces of what is inside, one for each block; each is good until the next one is asked for. */
export function* decodeLz4(source: ByteSource): Generator<Uint8Array> {
  const cursor = new Cursor(source);
  do {
    const magic = cursor.u32();
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) cursor.skip(cursor.u32());
    else if (magic === MAGIC) yield* decodeFrame(cursor);
    else throw damaged(cursor.at - 4, 'no frame of lz4 begins here');
  } while (cursor.left > 0);
}

function* decodeFrame(cursor: Cursor): Generator<Uint8Array> {
  const frame = readHead(cursor);
  const out = new BlockOutput(frame.mostInBlock);
  for (;;) {
    const at = cursor.at;
    const head = cursor.u32();
    if (head === 0) break;
    const length = head & 0x7fffffff;
    if (length > frame.mostInBlock) throw damaged(at, `a block of lz4 with ${length} bytes`);
    const bytes = cursor.bytes(length);
    yield head >= 2 ** 31 ? out.store(bytes) : out.decode(bytes, at + 4);
    if (frame.hasBlockChecksums) cursor.skip(4);
  }
  if (frame.hasContentChecksum) cursor.skip(4);
}

function readHead(cursor: Cursor): Frame {
  const at = cursor.at;
  const flags = cursor.u8();
  const size = (cursor.u8() >>> 4) & 7;
  if (flags >>> 6 !== VERSION) throw unsupported(at, `a frame of lz4 of version ${flags >>> 6}`);
  if (size < 4) throw damaged(at + 1, 'a frame of lz4 with blocks of no size that there is');
  if ((flags & FLAG.dictionary) !== 0) throw unsupported(at, 'a frame of lz4 that needs a dictionary');
  if ((flags & FLAG.contentSize) !== 0) cursor.skip(8);
  cursor.skip(1);
  return {
    mostInBlock: 2 ** (8 + 2 * size),
    hasBlockChecksums: (flags & FLAG.checksumOfBlock) !== 0,
    hasContentChecksum: (flags & FLAG.checksumOfContent) !== 0,
  };
}

/** The block that is being made, behind as much of what came before as a match can reach. */
class BlockOutput {
  readonly #buffer: Uint8Array;
  /** Where the block begins in the buffer; before it stands history. */
  #start = 0;
  #end = 0;
  readonly #most: Bytes;

  constructor(most: Bytes) {
    this.#most = most;
    this.#buffer = new Uint8Array(HISTORY + most + SPARE);
  }

  store(bytes: Uint8Array): Uint8Array {
    this.#begin();
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
    return this.#block();
  }

  /** Hot and flat. `at`: byte of the file where `bytes` begin. */
  decode(bytes: Uint8Array, at: number): Uint8Array {
    this.#begin();
    const buffer = this.#buffer;
    const most = this.#start + this.#most;
    let end = this.#end;
    for (let i = 0; i < bytes.length; ) {
      const token = bytes[i++]!;
      let literals = token >>> 4;
      if (literals === 15) {
        let more = 255;
        for (; more === 255 && i < bytes.length; literals += more) more = bytes[i++]!;
      }
      if (i + literals > bytes.length || end + literals > most) throw wrong(at + i);
      if (literals > 32) buffer.set(bytes.subarray(i, i + literals), end);
      else for (let k = 0; k < literals; k++) buffer[end + k] = bytes[i + k]!;
      i += literals;
      end += literals;
      if (i === bytes.length) break;
      if (i + 2 > bytes.length) throw wrong(at + i);
      const offset = bytes[i]! | (bytes[i + 1]! << 8);
      i += 2;
      let match = token & 15;
      if (match === 15) {
        let more = 255;
        for (; more === 255 && i < bytes.length; match += more) more = bytes[i++]!;
      }
      match += LEAST_MATCH;
      if (offset === 0 || offset > end || end + match > most) throw wrong(at + i);
      if (offset >= match && match > 32) buffer.copyWithin(end, end - offset, end - offset + match);
      else for (let k = 0; k < match; k++) buffer[end + k] = buffer[end + k - offset]!;
      end += match;
    }
    this.#end = end;
    return this.#block();
  }

  /** Where there is no room for another block, what a match may reach is moved to the front. */
  #begin(): void {
    if (this.#end + this.#most > this.#buffer.length) {
      const kept = Math.min(HISTORY, this.#end);
      this.#buffer.copyWithin(0, this.#end - kept, this.#end);
      this.#end = kept;
    }
    this.#start = this.#end;
  }

  #block(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }
}

function wrong(at: number): Error {
  return damaged(at, 'a block of lz4 contradicts itself');
}
