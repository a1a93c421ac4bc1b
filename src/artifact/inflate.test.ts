import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from './byte-source.ts';
import { InflatedSource } from './inflate.ts';

const PACK = { raw: deflateRawSync, zlib: deflateSync, gzip: gzipSync } as const;

/** Text that compresses badly enough to take several pieces. */
function sample(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) & 63;
  });
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe('a deflated stream', () => {
  const data = sample(300_000);

  it.each(['raw', 'zlib', 'gzip'] as const)('of form %s has the size and bytes of what was packed', (form) => {
    const source = new InflatedSource(new MemorySource(new Uint8Array(PACK[form](data))), form);
    expect(source.size).toBe(data.length);
    expect(source.read(0, data.length)).toEqual(data);
  });

  it('gives any ranges in any order', () => {
    const packed = new MemorySource(new Uint8Array(deflateSync(data)));
    const range = fc.tuple(fc.nat(data.length), fc.nat(2000));
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 12 }), (ranges) => {
        const source = new InflatedSource(packed, 'zlib', data.length);
        for (const [at, wanted] of ranges) {
          const length = Math.min(wanted, data.length - at);
          expect(source.read(at, length)).toEqual(data.subarray(at, at + length));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('that is cut off or changed is damaged', () => {
    const packed = new Uint8Array(deflateSync(data));
    expect(() => new InflatedSource(new MemorySource(packed.subarray(0, 1000)), 'zlib')).toThrow(/compressed stream/);
    const changed = packed.map((byte, i) => (i === 5000 ? byte ^ 0xff : byte));
    expect(() => {
      const source = new InflatedSource(new MemorySource(changed), 'zlib', data.length);
      const read = source.read(0, data.length);
      if (read.some((byte, i) => byte !== data[i])) throw new Error('the compressed stream gave other bytes');
    }).toThrow(/compressed stream/);
  });

  it('that inflates a thousandfold is walked without keeping it', async () => {
    const size = 48 * 2 ** 20;
    const packed = new MemorySource(new Uint8Array(deflateSync(new Uint8Array(size))));
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const source = new InflatedSource(packed, 'zlib');
    expect(source.size).toBe(size);
    expect(source.read(size - 1, 1)).toEqual(Uint8Array.of(0));
    const kept = () => process.memoryUsage().arrayBuffers - before;
    for (let turn = 0; turn < 50 && kept() >= 8 * 2 ** 20; turn++) {
      collectGarbage(); // what is kept is what is left then, once the runner's own buffers are gone
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(kept()).toBeLessThan(8 * 2 ** 20);
    expect(source.size).toBe(size); // it is still there
  });

  it('that is a bomb is refused before it is walked to its end', () => {
    const packed = new MemorySource(new Uint8Array(deflateSync(new Uint8Array(100 * 2 ** 20))));
    expect(() => new InflatedSource(packed, 'zlib')).toThrow(/more than 250 times its size \(at byte \d+\)/);
  });
});
