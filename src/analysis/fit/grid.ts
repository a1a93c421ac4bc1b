// A run's readings on a grid of equal steps of time, twice: the least that they leave room for, and the most. A step holds
// its largest reading, so that no peak is lost whatever the step.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { Reading } from './readings.ts';

/** What one instance holds, step by step of its cycle. */
export interface Grid {
  /** What no other instance shares. */
  readonly own: Float64Array;
  /** The same and its pages of files. At no step less than `own`. */
  readonly total: Float64Array;
}

export interface Grids {
  readonly low: Grid;
  readonly high: Grid;
}

/** `length` steps over `cycle`. Least: what was read in a step, else the lesser reading beside it; most: the largest of all. */
export function gridsOf(readings: readonly Reading[], cycle: Milliseconds, length: number): Grids {
  const low = emptyGrid(length);
  const high = emptyGrid(length);
  const stepOf = (reading: Reading) => Math.max(0, Math.min(length - 1, Math.floor((reading.time / cycle) * length)));
  let next = 0;
  for (let step = 0; step < length; step++) {
    const first = next;
    while (next < readings.length && stepOf(readings[next]!) <= step) next++;
    const beside = [readings[first - 1], readings[next]].filter((reading) => reading !== undefined);
    const inside = readings.slice(first, next);
    const all = [...inside, ...beside];
    const least = inside.length > 0 ? inside : [beside.reduce((a, b) => (b.total < a.total ? b : a))];
    low.total[step] = largest(least, (reading) => reading.total);
    low.own[step] =
      inside.length > 0 ? largest(inside, ownAtLeast) : -largest(beside, (reading) => -ownAtLeast(reading));
    high.total[step] = largest(all, (reading) => reading.most);
    high.own[step] = largest(all, (reading) => reading.most - reading.files);
  }
  return { low, high };
}

function ownAtLeast(reading: Reading): Bytes {
  return reading.total - reading.files;
}

function emptyGrid(length: number): Grid {
  return { own: new Float64Array(length), total: new Float64Array(length) };
}

function largest(readings: readonly Reading[], bytesOf: (reading: Reading) => Bytes): Bytes {
  return readings.reduce((most, reading) => Math.max(most, bytesOf(reading)), Number.NEGATIVE_INFINITY);
}
