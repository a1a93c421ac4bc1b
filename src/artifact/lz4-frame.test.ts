import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteSource, MemorySource } from './byte-source.ts';
import { Damage } from './damage.ts';
import { decodeLz4 } from './lz4-frame.ts';
import { encodeLz4 } from './lz4-writer.ts';

function joined(pieces: Iterable<Uint8Array>): Uint8Array {
  return Buffer.concat([...pieces].map((piece) => Buffer.from(piece)));
}

function collect(source: ByteSource): Uint8Array {
  const parts: Buffer[] = [];
  for (const piece of decodeLz4(source)) parts.push(Buffer.from(piece));
  return Buffer.concat(parts);
}

const decode = (bytes: Uint8Array) => collect(new MemorySource(bytes));
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

/** Bytes as pickles are: stretches that come again, and some that do not. */
const data = fc
  .array(
    fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new TextEncoder().encode('a word that comes again '))),
    {
      maxLength: 40,
    },
  )
  .chain((parts) =>
    fc.array(fc.nat(Math.max(0, parts.length - 1)), { maxLength: 600 }).map((picks) => ({ parts, picks })),
  )
  .map(({ parts, picks }) => joined(picks.map((pick) => parts[pick] ?? new Uint8Array(0))));

describe('a frame of lz4', () => {
  it('holds what was written into it, whatever the pieces', () => {
    fc.assert(
      fc.property(data, fc.integer({ min: 1, max: 100_000 }), (bytes, step) => {
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step));
        const frame = joined(encodeLz4(pieces));
        expect(Buffer.compare(decode(frame), bytes)).toBe(0);
        expect(frame.length).toBeLessThanOrEqual(bytes.length + 15 + 4 * Math.ceil(bytes.length / 65_536));
      }),
      { numRuns: 200 },
    );
  });

  it('may have a checksum, blocks stored as they are, and be followed by another', () => {
    const hello = hex('04224d18 6440a7 05000080 48656c6c6f 00000000 d1b2ae31');
    expect(new TextDecoder().decode(decode(joined([hello, hello])))).toBe('HelloHello');
    const skippable = hex('502a4d18 03000000 010203');
    expect(new TextDecoder().decode(decode(joined([skippable, hello])))).toBe('Hello');
  });

  it('may copy from the block before, and from what it is just writing', () => {
    // "abc" and nine bytes from three back, then "xxxxx"; in the second block five bytes from twelve back, then "yyyyy".
    const first = '0c000000 35 616263 0300 50 7878787878';
    const second = '09000000 01 0c00 50 7979797979';
    const bytes = decode(hex(`04224d18 4040c0 ${first} ${second} 00000000`));
    expect(new TextDecoder().decode(bytes)).toBe('abcabcabcabcxxxxxcabcayyyyy');
  });

  it.each([
    ['an offset of nothing', '04224d18 6040 82 04000000 10 61 0000', /contradicts itself \(at byte \d+\)/],
    ['an offset before the beginning', '04224d18 6040 82 04000000 10 61 0200', /contradicts itself/],
    ['literals beyond the block', '04224d18 6040 82 02000000 f0 ff', /contradicts itself/],
    ['a block longer than they are', '04224d18 6040 82 01000100', /a block of lz4 with 65537 bytes/],
    ['a version to come', '04224d18 a040 82', /of version 2/],
    ['a dictionary elsewhere', '04224d18 6140 82', /needs a dictionary/],
    ['no blocks of that size', '04224d18 6030 82', /of no size that there is/],
    ['an end too early', '04224d18 6040 82 05000080 4865', /at byte \d+/],
    ['something else behind it', '04224d18 6040 82 00000000 01020304', /no frame of lz4 begins here \(at byte 11\)/],
  ])('with %s is refused', (_what, bytes, message) => {
    expect(() => decode(hex(bytes))).toThrow(message);
  });

  it('that is damaged gives other bytes or one error, never more than its blocks can hold', () => {
    const frame = joined(encodeLz4([new TextEncoder().encode('some words, some words again and again '.repeat(500))]));
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.nat(255), fc.nat(frame.length), (at, byte, cut) => {
        const bytes = frame.slice(0, cut);
        if (at < bytes.length) bytes[at] = byte;
        try {
          expect(decode(bytes).length).toBeLessThanOrEqual(4 * 2 ** 20);
        } catch (error) {
          expect(error).toBeInstanceOf(Damage);
        }
      }),
      { numRuns: 500 },
    );
  });
});
