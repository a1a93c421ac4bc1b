// How the joint peaks of many draws are spread: counts in bins of one width.
import type { Bytes } from '#base/units.ts';

export interface Distribution {
  /** Where the first bin begins. */
  readonly from: Bytes;
  /** 0 where all draws came to the same. */
  readonly width: Bytes;
  /** Draws in each bin; a value on an edge belongs to the bin below it. */
  readonly counts: readonly number[];
}

const BINS = 48;

/** `edge`, where it lies among the values, is where one bin ends and another begins. */
export function distributionOf(sorted: Float64Array, edge: Bytes): Distribution {
  const least = sorted[0] ?? 0;
  const most = sorted.at(-1) ?? 0;
  if (most === least) return { from: least, width: 0, counts: [sorted.length] };
  const width = (most - least) / BINS;
  const isInside = least < edge && edge < most;
  const below = isInside ? Math.ceil((edge - least) / width) : 0;
  const bins = isInside ? BINS + 1 : BINS;
  const from = isInside ? edge - below * width : least;
  const counts = new Array<number>(bins).fill(0);
  for (const value of sorted) {
    const bin = Math.ceil((value - from) / width) - 1;
    // Rounding must carry no value over the edge.
    const [first, last] = isInside && value <= edge ? [0, below - 1] : [below, bins - 1];
    counts[Math.min(last, Math.max(first, bin))]!++;
  }
  return { from, width, counts };
}
