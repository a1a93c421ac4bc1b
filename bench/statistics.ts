// Medians, and how sure they are.

export interface Interval {
  readonly median: number;
  /** NaN where too few values stand behind it. */
  readonly low: number;
  readonly high: number;
  readonly values: readonly number[];
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const CONFIDENCE = 0.95;

/**
 * The median with the narrowest pair of order statistics that holds it with 95 % confidence, whatever the distribution. A
 * percentile bootstrap of seven values is narrower, and holds the median 87 times in 100 only. Six values are needed.
 */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const result = { median: median(sorted), values: sorted };
  const rank = rankOfConfidence(sorted.length);
  if (rank < 1) return { ...result, low: Number.NaN, high: Number.NaN };
  return { ...result, low: sorted[rank - 1]!, high: sorted[sorted.length - rank]! };
}

/** Largest k for which the k-th smallest and the k-th largest of n enclose the median often enough; 0: none does. */
function rankOfConfidence(n: number): number {
  let rank = 0;
  let below = 0; // chance that fewer than rank + 1 of n values lie below the median
  let chance = 0.5 ** n;
  while (rank < n / 2) {
    below += chance;
    if (1 - 2 * below < CONFIDENCE) return rank;
    rank++;
    chance *= (n - rank + 1) / rank;
  }
  return rank;
}

const RESAMPLES = 10_000;
const FEWEST = 3;

/** The median over groups of each group's median: percentile bootstrap that draws anew within each group. */
export function medianOfMedians(groups: readonly (readonly number[])[]): Interval {
  const filled = groups.filter((group) => group.length > 0);
  const result = { median: median(filled.map(median)), low: Number.NaN, high: Number.NaN, values: filled.map(median) };
  if (filled.length === 0 || filled.some((group) => group.length < FEWEST)) return result;
  const random = randomFrom(1);
  const draw = (group: readonly number[]) => group.map(() => group[Math.floor(random() * group.length)]!);
  const drawn = Array.from({ length: RESAMPLES }, () => median(filled.map((group) => median(draw(group)))));
  drawn.sort((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  return { ...result, low: drawn[Math.floor(RESAMPLES * tail)]!, high: drawn[Math.ceil(RESAMPLES * (1 - tail)) - 1]! };
}

/** The interval with the highest median, as it is: that one was picked for being high makes it look a little worse than it is. */
export function highest(intervals: readonly Interval[]): Interval {
  const filled = intervals.filter((interval) => interval.values.length > 0);
  const none: Interval = { median: Number.NaN, low: Number.NaN, high: Number.NaN, values: [] };
  return filled.reduce(
    (high, interval) => (high.values.length === 0 || interval.median > high.median ? interval : high),
    none,
  );
}
