import { describe, expect, it } from 'vitest';
import { KIB, MIB } from '#base/units.ts';
import { MemorySource } from '../byte-source.ts';
import { computeLoadModel, type LoadModel, peakOf, residentRange } from './forecast.ts';
import { runPickle } from './machine.ts';
import { written } from './written.ts';

function load(bytes: Uint8Array, unpickler: 'c' | 'python' = 'c'): LoadModel {
  const pickle = runPickle(new MemorySource(bytes), 0, { ceiling: 1e9 });
  return computeLoadModel(pickle, { major: 3, minor: 11 }, { unpickler });
}

/** A bytes object of `size`, as it stands in a file. */
function blob(size: number): Uint8Array {
  const head = written('BINBYTES:');
  new DataView(head.buffer).setUint32(1, size, true);
  return Buffer.concat([head, new Uint8Array(size)]);
}

describe('memory over time', () => {
  it('a large argument that dies before the next is made counts once', () => {
    // bytearray(bytes): the bytes are copied, and are garbage at once where the memo does not hold them.
    const made = (memo: string) => [
      written('GLOBAL:builtins,bytearray'),
      blob(4 * MIB),
      written(`${memo} TUPLE1 REDUCE`.trim()),
    ];
    const three = (memo: string) =>
      Buffer.concat([...made(memo), ...made(memo), ...made(memo), written('TUPLE3 STOP')]);
    expect(Math.round(peakOf(load(three(''))) / MIB)).toBe(16);
    expect(Math.round(peakOf(load(three('MEMOIZE'))) / MIB)).toBe(24);
  });

  it('a dict that has just grown was there twice', () => {
    const entries = 87_382;
    const pairs = Buffer.concat(Array.from({ length: entries }, (_, i) => written(`BININT:${i} NONE`)));
    const dict = (count: number) =>
      Buffer.concat([written('EMPTY_DICT MARK'), pairs.subarray(0, count * 6), written('SETITEMS STOP')]);
    const [before, after] = [load(dict(entries - 1)), load(dict(entries))];
    const table = (slots: number) => 32 + slots * 4 + Math.floor((slots * 2) / 3) * 24;
    expect(Math.abs(after.timeline.temporary - table(131_072))).toBeLessThan(4 * KIB);
    expect(before.timeline.temporary).toBeLessThan(table(65_536));
  });

  it("a memo of the unpickler in Python is a dict with numbers, C's an array", () => {
    const many = Buffer.concat([
      written('EMPTY_LIST MARK'),
      ...Array<Uint8Array>(50_000).fill(written('EMPTY_LIST MEMOIZE')),
      written('APPENDS STOP'),
    ]);
    expect(load(many).timeline.memo).toBe(8 * 65_536);
    expect(load(many, 'python').timeline.memo).toBeGreaterThan(3 * MIB);
  });

  it('the range of what stays holds what is alive', () => {
    const model = load(written('EMPTY_LIST STOP'));
    const { low, high } = residentRange(model);
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(0);
  });
});
