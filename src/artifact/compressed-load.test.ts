import { describe, expect, it } from 'vitest';
import { loadModel, readModel } from '../../test/models.ts';
import { costsOf } from './compressed-load.ts';

const MIB = 2 ** 20;

describe('loading a compressed file', () => {
  const stored = { storedBytes: 1000, decompressor: 8 * MIB };

  it('takes a history as far as there is something to put into it', () => {
    expect(costsOf({ ...stored, codec: 'xz' }, 3 * MIB, false).decompressor).toBe(3 * MIB);
    expect(costsOf({ ...stored, codec: 'xz' }, 300 * MIB, false).decompressor).toBe(8 * MIB);
  });

  it("takes joblib's buffer where joblib opens it, and what filling it takes where that is a long way", () => {
    expect(costsOf({ ...stored, codec: 'lzma' }, 3 * MIB, true).decompressor).toBe(4 * MIB);
    expect(costsOf({ ...stored, codec: 'lzma' }, 300 * MIB, true).decompressor).toBe(10.5 * MIB);
  });

  it.each([
    ['bz2', true, 0],
    ['bz2', false, 0],
    ['gzip', false, 1],
    ['xz', true, 1],
    ['zlib', true, 1.6],
    ['lz4', true, 1.6],
  ] as const)('%s (by joblib: %s) makes %d copies of large bytes', (codec, isJoblib, copies) => {
    expect(costsOf({ ...stored, codec }, MIB, isJoblib).copies).toBe(copies);
  });

  it('has a part of the peak, without which a plain file would do', () => {
    const result = readModel('lz4.joblib', loadModel('lz4.joblib'));
    if (!result.ok) throw new Error(result.error.message);
    const { format, forecast, whatIfs } = result.value;
    expect([format.name, forecast?.call]).toEqual(['joblib, compressed with lz4', 'joblib.load(path)']);
    const part = forecast!.peakParts.find(({ id }) => id === 'decompressor')!;
    const plain = whatIfs.find(({ id }) => id === 'uncompressed')!;
    expect(plain.peak).toBeCloseTo(forecast!.peak - part.bytes);
    const other = readModel('plain.joblib', loadModel('plain.joblib'));
    expect(other.ok && other.value.whatIfs.some(({ id }) => id === 'uncompressed')).toBe(false);
  });
});
