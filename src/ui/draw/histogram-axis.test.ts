import { expect, test } from 'vitest';
import { axisOf } from './histogram-axis.ts';

const bins = { from: 100, width: 10, counts: [1, 2, 1] };

test('a limit that is near is on the axis, one that is far is not', () => {
  expect(axisOf(bins, 115)).toMatchObject({ hasLimit: true, from: 98.8, to: 131.2 });
  expect(axisOf(bins, 150)).toMatchObject({ hasLimit: true, from: 98, to: 152 });
  expect(axisOf(bins, 1000)).toMatchObject({ hasLimit: false, from: 98.8, to: 131.2 });
});

test('ticks are few, round, and on the axis', () => {
  expect(axisOf(bins, 1000).ticks).toEqual([104, 112, 120, 128]);
});
