// The axis of a histogram: where it begins and ends, whether the limit is on it, and where its ticks stand.
import type { Distribution } from '#analysis/fit/distribution.ts';
import type { Bytes } from '#base/units.ts';
import { BYTE_STEPS } from './chart-scale.ts';

export interface HistogramAxis {
  readonly from: Bytes;
  readonly to: Bytes;
  readonly hasLimit: boolean;
  readonly ticks: readonly Bytes[];
}

const MOST_TICKS = 7;
const MARGIN = 0.04;

/** The limit is on it where it lies among the bins, or no farther from them than they are wide together. */
export function axisOf({ from, width, counts }: Distribution, limit: Bytes): HistogramAxis {
  const to = from + width * counts.length;
  const reach = to - from;
  const hasLimit = limit > from - reach && limit < to + reach;
  const [least, most] = hasLimit ? [Math.min(from, limit), Math.max(to, limit)] : [from, to];
  const margin = MARGIN * (most - least);
  const axis = { from: least - margin, to: most + margin };
  const step = BYTE_STEPS.find((bytes) => (axis.to - axis.from) / bytes <= MOST_TICKS) ?? axis.to - axis.from;
  const first = Math.ceil(axis.from / step);
  const count = Math.max(0, Math.floor(axis.to / step) - first + 1);
  return { ...axis, hasLimit, ticks: Array.from({ length: count }, (_, i) => (first + i) * step) };
}
