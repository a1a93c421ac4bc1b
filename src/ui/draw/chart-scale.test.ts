import { expect, test } from 'vitest';
import { byteLabel, clampRange, timeLabel } from './chart-scale.ts';

test.each([
  [0, '0'],
  [2 ** 30, '1 GiB'],
  [1.5 * 2 ** 30, '1.5 GiB'],
  [100 * 2 ** 20, '100 MiB'],
  [512, '512 B'],
])('%d bytes on an axis are %s', (bytes, label) => {
  expect(byteLabel(bytes)).toBe(label);
});

test.each([
  [0, 1000, '0'],
  [250, 50, '0.25 s'],
  [3000, 1000, '3 s'],
  [60_000, 30_000, '1 min'],
  [90_000, 30_000, '1:30 min'],
  [5_400_000, 1_800_000, '1:30 h'],
])('%d ms on an axis with steps of %d are %s', (ms, step, label) => {
  expect(timeLabel(ms, step)).toBe(label);
});

test.each([
  [50, 20, [40, 60]],
  [5, 20, [0, 20]],
  [99, 20, [80, 100]],
  [50, 500, [0, 100]],
])('a range of %d around %d stays inside the run', (center, span, range) => {
  expect(clampRange(center, span, [0, 100])).toEqual(range);
});
