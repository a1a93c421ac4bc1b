import { expect, test } from 'vitest';
import { computeTicks } from '#analysis/ticks.ts';
import { richProfile } from '../../../test/ui-fixtures.ts';
import { profileWithoutAgent } from '../../../test/ui-fixtures-odd.ts';
import { perSecond, readProcessSeries, readTreeSeries, stackUp } from './process-series.ts';

const profile = richProfile();

test('the parts of a process stack up to its resident memory', () => {
  const data = readProcessSeries(profile, 0);
  const top = stackUp([data.anon, data.file, data.shmem])[2]!;
  expect(data.time).toHaveLength(241);
  top.forEach((bytes, i) => {
    expect(bytes).toBeCloseTo(data.rss[i]!, 3);
  });
});

test('the processes stack up to the sum of PSS of each tick', () => {
  const ticks = computeTicks(profile);
  const { unit, time, parts } = readTreeSeries(profile, ticks);
  const sums = stackUp(parts.map((part) => part.bytes))[parts.length - 1]!;
  expect(unit).toBe('PSS');
  expect(parts.map((part) => part.process)).toEqual([0, 1, 2]);
  expect(sums[28]).toBeCloseTo(ticks.find((tick) => tick.time === time[28])!.pss, 3);
});

test('without PSS the sum is of RSS', () => {
  const small = profileWithoutAgent();
  expect(readTreeSeries(small, computeTicks(small))).toMatchObject({ unit: 'RSS', parts: [{ process: 0 }] });
});

test('totals become rates', () => {
  expect([...perSecond(Float64Array.of(0, 500, 1500), Float64Array.of(10, 20, 20))]).toEqual([Number.NaN, 20, 0]);
});
