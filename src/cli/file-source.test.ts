import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openFileSource } from './file-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'highwater-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a file as a source', () => {
  const bytes = Uint8Array.from({ length: 700_001 }, (_, i) => (i * 31 + (i >> 8)) & 255);
  const path = join(folder, 'bytes');
  writeFileSync(path, bytes);

  it('gives any ranges in any order, and memory that it does not write to again', () => {
    const opened = openFileSource(path);
    if (!opened.ok) throw new Error(opened.error.message);
    const source = opened.value;
    const range = fc.tuple(fc.nat(bytes.length), fc.nat(200_000));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 60 }), (ranges) => {
        const cut = ranges.map(([at, length]) => [at, Math.min(length, bytes.length - at)] as const);
        const read = cut.map(([at, length]) => source.read(at, length));
        read.forEach((piece, i) => {
          const [at, length] = cut[i]!;
          expect(Buffer.compare(piece, bytes.subarray(at, at + length))).toBe(0);
        });
      }),
      { numRuns: 50 },
    );
    source.close();
  });

  it('outside of it is damage that names the byte', () => {
    const opened = openFileSource(path);
    if (!opened.ok) throw new Error(opened.error.message);
    expect(() => opened.value.read(700_000, 2)).toThrow(/\(at byte 700000\)/);
    expect(() => opened.value.read(-1, 2)).toThrow(/at byte/);
    opened.value.close();
  });
});
