import { describe, expect, it } from 'vitest';
import { MemorySource } from './byte-source.ts';
import { readCodecHeader } from './codec-header.ts';
import type { Codec } from './detect.ts';

const MIB = 2 ** 20;

/** First bytes of streams, made by Python's lzma and bz2 and by the lz4 program. */
describe('the head of a compressed stream', () => {
  it.each<[Codec, string, number, number]>([
    ['zlib', '789c', 6, 48 * 1024],
    ['zlib', '78da', 9, 48 * 1024],
    ['bz2', '425a6833', 3, 1_200_000],
    ['xz', 'fd377a585a000004e6d6b446 0200 210116000000742fe5a3', 6, 8 * MIB],
    ['xz', 'fd377a585a000004e6d6b446 0200 21011c00000010cf58cc', 9, 64 * MIB],
    ['xz', 'fd377a585a000004e6d6b446 0200 21010c0000008f98419c', 0, MIB / 4],
    ['lzma', '5d00008000ffffffffffffffff', 6, 8 * MIB],
    ['lzma', '5d00001000ffffffffffffffff', 1, MIB],
    ['lz4', '04224d18644 0a7'.replace(' ', ''), 0, 128 * 1024],
    ['zstd', '28b52ffd 0058 543a03b6', 3, 2 * MIB],
    ['zstd', '28b52ffd 0068 04130004', 3, 8 * MIB],
    ['zstd', '28b52ffd 2005 29000068', 3, 5],
    ['zstd', '28b52ffd 6000 0f 290000', 3, 0x0f00 + 256],
    ['zstd', '28b52ffd a0 40420f00 2900', 3, 1_000_000],
  ])('%s %s tells the level and what its decompressor takes', (codec, head, level, decompressor) => {
    const bytes = new Uint8Array(Buffer.from(head.replaceAll(' ', ''), 'hex'));
    expect(readCodecHeader(new MemorySource(bytes), codec)).toEqual({ level, decompressor });
  });

  it('that is cut off tells something all the same', () => {
    for (const codec of ['zlib', 'gzip', 'bz2', 'xz', 'lzma', 'lz4', 'zstd'] as const) {
      for (let length = 0; length < 20; length++) {
        const source = new MemorySource(new Uint8Array(length).fill(0xff));
        expect(readCodecHeader(source, codec).decompressor).toBeGreaterThanOrEqual(0);
      }
    }
  });
});
