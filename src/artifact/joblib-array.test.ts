import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from './byte-source.ts';
import { Damage } from './damage.ts';
import { isJoblibWrapper, locateArrayData, type WrappedArray } from './joblib-array.ts';

const FLOATS: WrappedArray = {
  shape: [2, 3],
  dtype: 'f8',
  itemBytes: undefined,
  flags: undefined,
  alignment: undefined,
};

describe("what joblib's wrapper says of its array", () => {
  const source = new MemorySource(new Uint8Array(200).fill(3));

  it.each<[string, Partial<WrappedArray>, object]>([
    ['numbers, by the name of the dtype', {}, { dataAt: 10, end: 58, alignment: 0 }],
    ['numbers behind a padding', { alignment: 16 }, { dataAt: 14, end: 62, alignment: 16 }],
    ['one number', { shape: [] }, { dataAt: 10, end: 18 }],
    ['none at all', { shape: [0, 5] }, { dataAt: 10, end: 10 }],
    ['texts of four bytes a character', { dtype: 'U3', shape: [2] }, { dataAt: 10, end: 34 }],
    ['dates, whose state gives no size', { dtype: 'M8', itemBytes: -1, shape: [2] }, { dataAt: 10, end: 26 }],
    ['records, by the size in the state', { dtype: 'V12', itemBytes: 12, flags: 16, shape: [2] }, { end: 34 }],
    ['objects', { dtype: 'O8' }, { isPickle: true }],
    ['records that hold objects', { dtype: 'V16', itemBytes: 16, flags: 63, shape: [2] }, { isPickle: true }],
  ])('%s', (_what, facts, expected) => {
    expect(locateArrayData(source, 10, { ...FLOATS, ...facts })).toMatchObject(expected);
  });

  it('never reaches out of the file, whatever it says', () => {
    const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
    const number = fc.oneof(fc.integer({ min: -3, max: 300 }), fc.double(), fc.maxSafeInteger());
    const facts = fc.record({
      shape: maybe(fc.array(number, { maxLength: 4 })),
      dtype: maybe(fc.oneof(fc.constantFrom('f8', '<i4', 'O', 'U5', 'V8', 'b1', ''), fc.string({ maxLength: 5 }))),
      itemBytes: maybe(number),
      flags: maybe(fc.integer()),
      alignment: maybe(number),
    });
    fc.assert(
      fc.property(facts, fc.nat(200), (array, at) => {
        try {
          const data = locateArrayData(source, at, array);
          if (!data.isPickle) expect(at <= data.dataAt && data.dataAt <= data.end && data.end <= 200).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Damage);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is known by its whole name', () => {
    const names = ['joblib.numpy_pickle.NumpyArrayWrapper', 'sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper'];
    expect(names.every(isJoblibWrapper)).toBe(true);
    expect(isJoblibWrapper('evil.joblib.numpy_pickle.NumpyArrayWrapper')).toBe(false);
  });
});
