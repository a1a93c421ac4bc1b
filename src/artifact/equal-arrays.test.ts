import { describe, expect, it } from 'vitest';
import { assemble } from '../../test/artifact/pickle-text.ts';
import { readModel } from '../../test/models.ts';
import { MemorySource } from './byte-source.ts';
import { findEqualArrays, type PlacedArray } from './equal-arrays.ts';

const LENGTH = 4096;

/** One source with a stretch for each letter, filled from it; `edit` changes bytes of a stretch. */
function placedFrom(letters: string, edit?: (bytes: Uint8Array, index: number) => void): PlacedArray[] {
  const bytes = new Uint8Array(letters.length * LENGTH);
  [...letters].forEach((letter, i) => {
    const part = bytes.subarray(i * LENGTH, (i + 1) * LENGTH);
    part.forEach((_, k) => {
      part[k] = letter.charCodeAt(0) ^ (k * 7);
    });
    edit?.(part, i);
  });
  const source = new MemorySource(bytes);
  return [...letters].map((_, i) => ({
    source,
    at: i * LENGTH,
    bytes: LENGTH,
    type: 'float32',
    shape: '1024',
    path: () => `m[${i}]`,
  }));
}

describe('arrays that hold the same bytes', () => {
  it('are counted but for the first of each', () => {
    const { duplicates } = findEqualArrays(placedFrom('abacab'));
    expect(duplicates).toEqual({
      kind: 'array',
      count: 3,
      bytes: 3 * LENGTH,
      examples: [
        { text: 'float32 [1024]: m[0], m[2], m[4]', count: 3, bytes: 2 * LENGTH },
        { text: 'float32 [1024]: m[1], m[5]', count: 2, bytes: LENGTH },
      ],
    });
  });

  it('differ where a single byte does that no sample shows', () => {
    const placed = placedFrom('aa', (bytes, i) => {
      if (i === 1) bytes[3001]! ^= 1;
    });
    expect(findEqualArrays(placed).duplicates.count).toBe(0);
  });

  it('differ by type, by shape, and are one where they begin at one place', () => {
    const [a, b, c] = placedFrom('aaa') as [PlacedArray, PlacedArray, PlacedArray];
    const others = [a, { ...b, type: 'int32' }, { ...c, shape: '32, 32' }, { ...a, path: () => 'view' }];
    expect(findEqualArrays(others).duplicates.count).toBe(0);
  });

  it('are not looked at below 1 KiB', () => {
    const small = placedFrom('aa').map((array) => ({ ...array, bytes: 1023 }));
    expect(findEqualArrays(small).duplicates.count).toBe(0);
  });

  it('are compared wherever they begin', () => {
    const [a, b] = placedFrom('aa') as [PlacedArray, PlacedArray];
    const shifted = new Uint8Array(LENGTH + 1);
    shifted.set(b.source.read(b.at, LENGTH), 1);
    const moved = { ...b, source: new MemorySource(shifted), at: 1 };
    expect(findEqualArrays([a, moved]).duplicates.count).toBe(1);
  });
});

describe('a file', () => {
  it.each([
    ['short data, of which the machine knows the content', 256],
    ['long data, which it skips', 1024],
  ])('of pickle tells arrays with equal %s', (_what, items) => {
    const data = (fill: number) =>
      `BINBYTES ${fill
        .toString(16)
        .padStart(2, '0')
        .repeat(items * 8)}`;
    const array = (fill: number) => `
      GLOBAL numpy._core.multiarray|_reconstruct
      GLOBAL numpy|ndarray
      BININT1 0
      TUPLE1
      SHORT_BINBYTES "b"
      TUPLE3
      REDUCE
      MARK
      BININT1 1
      BININT2 ${items}
      TUPLE1
      GLOBAL numpy|dtype
      SHORT_BINUNICODE "f8"
      NEWFALSE
      NEWTRUE
      TUPLE3
      REDUCE
      NEWFALSE
      ${data(fill)}
      TUPLE
      BUILD`;
    const text = `PROTO 4\nEMPTY_LIST\nMARK${array(1)}${array(2)}${array(1)}\n${data(9)}\n${data(9)}\nAPPENDS\nSTOP`;
    const result = readModel('m.pkl', assemble(text));
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.duplicates.map(({ kind, count }) => [kind, count])).toEqual([
      ['bytes', 1],
      ['array', 1],
    ]);
    const arrays = result.value.duplicates.find(({ kind }) => kind === 'array');
    expect(arrays).toMatchObject({ bytes: items * 8, examples: [{ text: `float64 [${items}]: model[0], model[2]` }] });
  });

  it('of safetensors tells tensors that are equal', () => {
    const data = new Uint8Array(3 * LENGTH);
    data.fill(7, LENGTH, 2 * LENGTH);
    const tensor = (i: number) => ({ dtype: 'U8', shape: [LENGTH], data_offsets: [i * LENGTH, (i + 1) * LENGTH] });
    const header = new TextEncoder().encode(JSON.stringify({ a: tensor(0), b: tensor(1), c: tensor(2) }));
    const bytes = new Uint8Array(8 + header.length + data.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(header, 8);
    bytes.set(data, 8 + header.length);
    const result = readModel('x.safetensors', bytes);
    expect(result.ok && result.value.duplicates).toMatchObject([
      { kind: 'array', count: 1, bytes: LENGTH, examples: [{ text: `uint8 [${LENGTH}]: a, c` }] },
    ]);
  });
});
