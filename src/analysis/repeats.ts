// Several runs of one program: which of them stands for all, and between what their figures lie. What runs of one program
// differ by is then known and need not be supposed.
import type { Fraction } from '#base/units.ts';
import type { Range } from './noise.ts';

/** Index of the run with the median figure; of an even number the lower of the two in the middle. NaN stands last. */
export function medianIndex(figures: readonly number[]): number {
  const known = (figure: number) => (Number.isNaN(figure) ? Number.POSITIVE_INFINITY : figure);
  const order = [...figures.keys()].sort((a, b) => known(figures[a]!) - known(figures[b]!));
  return order[(order.length - 1) >> 1]!;
}

/**
 * Where the median lies: between order statistics that hold it with 95 % confidence, whatever the distribution. That takes six
 * runs; of fewer it is between the least and the most.
 */
export function medianRange<T extends Range>(shown: T, all: readonly Range[]): T {
  const rank = rankOfMedian(all.length);
  const lows = all.map(({ low }) => low).sort((a, b) => a - b);
  const highs = all.map(({ high }) => high).sort((a, b) => a - b);
  return { ...shown, low: lows[rank - 1]!, high: highs[highs.length - rank]! };
}

const CONFIDENCE: Fraction = 0.95;

/** Largest k for which the k-th smallest and the k-th largest of n values enclose the median often enough; at least 1. */
function rankOfMedian(n: number): number {
  let rank = 1;
  let chance = 0.5 ** n; // that exactly `rank - 1` of n values lie below the median
  let outside = chance;
  for (;;) {
    chance *= (n - rank + 1) / rank;
    outside += chance;
    if (1 - 2 * outside < CONFIDENCE || rank >= n / 2) return rank;
    rank++;
  }
}

/** How likely it is that all of one side lie on one side of all of the other where nothing changed. */
export function chanceOfParting(before: number, after: number): Fraction {
  let ways = 1;
  for (let i = 1; i <= before; i++) ways *= (after + i) / i;
  return 2 / Math.round(ways);
}
