import { expect, it } from 'vitest';
import { computeFit, type Fit } from '#analysis/fit/fit.ts';
import { runFromText } from '../../../test/fit-runs.ts';
import { fitParts } from './fit-parts.ts';

const MIB = 2 ** 20;

it('parts are what is its own of each run, times its instances, and files once; they add up to the worst', () => {
  const inputs = [
    { name: 'serve', profile: runFromText('20/10 30/10 20/10'), count: 5 },
    { name: 'train', profile: runFromText('50/10 90/10'), count: 1 },
  ];
  const fit = computeFit(inputs, { limit: 256 * MIB, risk: 0.01, by: 'worst', draws: 100 }) as Fit;
  const parts = fitParts(fit);
  expect(parts.map(({ name, bytes, count }) => [name, bytes / MIB, count])).toEqual([
    ['serve', 100, 5],
    ['train', 80, 1],
    ['files, once', 20, 1],
  ]);
  expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(fit.worst.high);
});
