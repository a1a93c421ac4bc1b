import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Splices } from './splices.ts';

describe('a column of splices', () => {
  it('finds each by its first byte, in whatever order it is asked', () => {
    const starts = fc.uniqueArray(fc.nat(10_000), { maxLength: 60 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(starts, fc.array(fc.nat(10_000), { maxLength: 100 }), (all, asked) => {
        const splices = new Splices();
        for (const at of all) {
          splices.add({ at, dataAt: at + 3, end: at + 9, isPickle: at % 2 === 0, alignment: at % 2 === 0 ? 0 : 16 });
        }
        for (const at of [...all, ...asked, ...all]) {
          if (all.length === 0) continue;
          const row = splices.find(at);
          expect(row).toBe(all.indexOf(at));
          if (row < 0) continue;
          expect(splices.endOf(row)).toBe(at + 9);
          expect(splices.read(row)).toMatchObject({ at, dataAt: at + 3, isPickle: at % 2 === 0 });
        }
      }),
    );
  });
});
