// Several instances of several runs on one machine: what they need together. Each instance holds its own memory; pages of
// files count once for all that share them, as many as the one with the most of them has.
import type { Bytes } from '#base/units.ts';
import { fillPools, type PoolShare } from './file-pools.ts';
import type { Grid } from './grid.ts';

export interface Part {
  readonly grid: Grid;
  readonly count: number;
  /** Where its pages of files are shared: instances of one part fill the same pools, and other parts some of them too. */
  readonly pools: readonly PoolShare[];
}

/** All peaks at once: no phases of the instances need more, and some need this. */
export function worstOf(parts: readonly Part[]): Bytes {
  return sumOf(parts, ({ grid }) => ({ own: largestOf(grid.own), total: largestOf(grid.total) }));
}

/** Every instance at its level of half the time: what they need together most of the time. */
export function steadyOf(parts: readonly Part[]): Bytes {
  return sumOf(parts, ({ grid }) => ({ own: medianOf(grid.own), total: medianOf(grid.total) }));
}

function sumOf(parts: readonly Part[], levelOf: (part: Part) => { own: Bytes; total: Bytes }): Bytes {
  const files = new Map<number, Bytes>();
  let sum = 0;
  for (const part of parts) {
    if (part.count === 0) continue;
    const { own, total } = levelOf(part);
    sum += part.count * own;
    for (const [pool, bytes] of fillPools(part.pools, total - own)) {
      files.set(pool, Math.max(files.get(pool) ?? 0, bytes));
    }
  }
  for (const bytes of files.values()) sum += bytes;
  return sum;
}

export function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

export function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
