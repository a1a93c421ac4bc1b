// What the first bytes of a compressed stream say of how it was made, and so how strongly to compress it again, and what memory a
// decompressor of it takes.
import type { Bytes } from '#base/units.ts';
import { type ByteSource, readAtMost } from './byte-source.ts';
import type { Codec } from './detect.ts';

const HEAD = 64;
const KIB = 1024;
const MIB = 1024 * KIB;

export interface CodecHeader {
  /** The level that makes such a stream, where it says so; else the one that everybody uses. */
  readonly level: number;
  /** Tables and history of the decompressor: touched only as far as there is something to decompress. */
  readonly decompressor: Bytes;
}

export function readCodecHeader(source: ByteSource, codec: Codec): CodecHeader {
  const head = readAtMost(source, 0, HEAD);
  switch (codec) {
    case 'zlib':
      return { level: [1, 3, 6, 9][(head[1] ?? 0) >>> 6]!, decompressor: 48 * KIB };
    case 'gzip':
      return { level: 6, decompressor: 48 * KIB };
    case 'bz2': {
      const blocks = Math.min(9, Math.max(1, (head[3] ?? 0x39) - 0x30));
      return { level: blocks, decompressor: 4 * 100_000 * blocks };
    }
    case 'xz':
      return ofDictionary(xzDictionary(head));
    case 'lzma':
      return ofDictionary(wordAt(head, 1));
    case 'lz4':
      return { level: 0, decompressor: 2 * 2 ** (8 + 2 * (((head[5] ?? 0x40) >>> 4) & 7)) };
    case 'zstd':
      return { level: 3, decompressor: zstdWindow(head) };
  }
}

/** Of the levels 0 to 9 of xz. */
const DICTIONARIES: readonly Bytes[] = [0.25, 1, 2, 4, 4, 8, 8, 16, 32, 64].map((mebibytes) => mebibytes * MIB);
const DEFAULT_LEVEL = 6;

/** Levels 3 and 4, 5 and 6 have one size; the stronger one is meant, 6 being the default. */
function ofDictionary(bytes: Bytes): CodecHeader {
  const level = DICTIONARIES.findLastIndex((size) => size <= bytes);
  return { level: level < 0 ? DEFAULT_LEVEL : level, decompressor: bytes };
}

/**
 * Header of the stream (12 bytes), then of the first block: its size, flags, sizes where flags say so, and the filters, of which
 * the last is LZMA2 (0x21) with one byte: exponent and a bit of mantissa.
 */
function xzDictionary(head: Uint8Array): Bytes {
  const flags = head[13] ?? 0;
  let at = 14;
  for (const isThere of [flags & 0x40, flags & 0x80]) if (isThere) at = behindNumber(head, at);
  for (let filter = 0; filter <= (flags & 3); filter++) {
    const id = head[at];
    const length = head[at + 1] ?? 0;
    if (id === LZMA2) return sizeOfCode(head[at + 2] ?? 0);
    at += 2 + length;
  }
  return DICTIONARIES[DEFAULT_LEVEL]!;
}

const LZMA2 = 0x21;
const LARGEST_CODE = 40;

function sizeOfCode(code: number): Bytes {
  if (code >= LARGEST_CODE) return 2 ** 32 - 1;
  return (2 | (code & 1)) * 2 ** (11 + (code >>> 1));
}

/** Magic (4 bytes), flags, and a byte with the window: exponent and three bits of mantissa; or, in its place, the size of all. */
function zstdWindow(head: Uint8Array): Bytes {
  const flags = head[4] ?? 0;
  const window = head[5] ?? 0;
  if ((flags & SINGLE_SEGMENT) === 0) return 2 ** (10 + (window >>> 3)) * (1 + (window & 7) / 8);
  const at = 5 + [0, 1, 2, 4][flags & 3]!;
  const size = wordAt(head, at);
  return [size & 255, (size & 65535) + 256, size, size + wordAt(head, at + 4) * 2 ** 32][flags >>> 6]!;
}

const SINGLE_SEGMENT = 0x20;

/** Seven bits a byte; the highest says that more follow. */
function behindNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  while (((bytes[at] ?? 0) & 0x80) !== 0) at++;
  return at + 1;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}
