import { describe, expect, it } from 'vitest';
import { chanceOfParting, medianIndex, medianRange } from './repeats.ts';

const at = (low: number, high = low) => ({ bytes: low, low, high });

describe('several runs of one program', () => {
  it('are stood for by the one with the median figure', () => {
    expect([[3, 1, 2], [4, 1, 2, 3], [7], [Number.NaN, 5, 6]].map(medianIndex)).toEqual([2, 2, 0, 2]);
  });

  it('lie between the least and the most of up to five, and within that of more', () => {
    const runs = [5, 1, 4, 2, 3].map((n) => at(n, n + 0.5));
    expect(medianRange(at(3), runs)).toEqual({ bytes: 3, low: 1, high: 5.5 });
    const ten = Array.from({ length: 10 }, (_, i) => at(i));
    // The 2nd of ten values lies above the median once in 93 times, the 3rd once in 18.
    expect(medianRange(at(4), ten)).toEqual({ bytes: 4, low: 1, high: 8 });
    const six = Array.from({ length: 6 }, (_, i) => at(i));
    expect(medianRange(at(2), six)).toEqual({ bytes: 2, low: 0, high: 5 });
    expect(medianRange(at(2), [at(2)])).toEqual(at(2));
  });

  it('part by luck less often the more there are', () => {
    expect([chanceOfParting(1, 1), chanceOfParting(3, 3), chanceOfParting(2, 4), chanceOfParting(5, 5)]).toEqual([
      1,
      0.1,
      2 / 15,
      2 / 252,
    ]);
  });
});
