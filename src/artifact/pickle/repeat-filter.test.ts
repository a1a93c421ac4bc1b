import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../../test/artifact/hostile.ts';
import { RepeatFilter } from './repeat-filter.ts';

describe('the filter of repeats', () => {
  it('never calls single what was seen twice, however small it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { maxLength: 300 }),
        fc.nat(300),
        fc.integer({ min: 16, max: 999 }),
        (hashes, n, most) => {
          const filter = new RepeatFilter(n, most);
          for (const hash of hashes) filter.see(hash);
          const repeated = hashes.filter((hash, i) => hashes.indexOf(hash) !== i);
          for (const hash of repeated) expect(filter.isRepeated(hash)).toBe(true);
        },
      ),
    );
  });

  it('calls few repeated that were seen once, where it has the room that it asks for', () => {
    const random = randomFrom(1);
    const hashes = Array.from({ length: 50_000 }, () => Math.floor(random() * 2 ** 32) | 0);
    const filter = new RepeatFilter(hashes.length, 2 ** 30);
    for (const hash of hashes) filter.see(hash);
    const mistaken = hashes.filter((hash) => filter.isRepeated(hash)).length;
    expect(mistaken).toBeLessThan(hashes.length * 0.06);
  });
});
