// Draws against all phases that there are: tiny cycles, each place of each instance tried, summed the plain way.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceOf, quantileOf } from './chance.ts';
import { type Part, worstOf } from './joint.ts';
import { mostByWorst } from './most.ts';
import { PhaseStream } from './random.ts';
import { simulateCounts, simulateJoint } from './simulate.ts';

/** "1 5/2 3" = own and files of each step; all files in one pool, or in several, in order, up to so many bytes. */
function partOf(text: string, count = 1, sharing: number | readonly [pool: number, bytes: number][] = 0): Part {
  const steps = text.split(' ').map((word) => word.split('/').map(Number));
  const own = Float64Array.from(steps, ([bytes]) => bytes!);
  const total = Float64Array.from(steps, ([bytes, files = 0]) => bytes! + files);
  const shares = typeof sharing === 'number' ? [[sharing, Number.POSITIVE_INFINITY] as const] : sharing;
  return { grid: { own, total }, count, pools: shares.map(([pool, bytes]) => ({ pool, bytes })) };
}

/** Peak and share of steps above the limit at every combination of phases, each as likely as the others. */
function bruteForce(parts: readonly Part[], limit: number): { peak: number; over: number }[] {
  const instances = parts.flatMap((part) => Array.from({ length: part.count }, () => part));
  const window = Math.max(...parts.map(({ grid }) => grid.own.length));
  let phases: number[][] = [[]];
  for (const { grid } of instances) {
    phases = phases.flatMap((before) => Array.from(grid.own, (_, phase) => [...before, phase]));
  }
  return phases.map((chosen) => {
    const heights = Array.from({ length: window }, (_, time) => heightAt(instances, chosen, time));
    return { peak: Math.max(...heights), over: heights.filter((height) => height > limit).length / window };
  });
}

function heightAt(instances: readonly Part[], phases: readonly number[], time: number): number {
  const files: Record<number, number> = {};
  let height = 0;
  instances.forEach(({ grid, pools }, i) => {
    const at = (time + phases[i]!) % grid.own.length;
    height += grid.own[at]!;
    let left = grid.total[at]! - grid.own[at]!;
    for (const { pool, bytes } of pools) {
      files[pool] = Math.max(files[pool] ?? 0, Math.min(left, bytes));
      left -= Math.min(left, bytes);
    }
  });
  return height + Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
}

const DRAWS = 4000;

describe('random phases', () => {
  it.each([
    ['two alike', [partOf('1 9 2 1', 2)], 11],
    ['three with files', [partOf('1/3 6/1 2/4 1', 3)], 14],
    ['two runs that share nothing', [partOf('1/3 7/1 2/4', 1, 0), partOf('5 1/6', 2, 1)], 16],
    ['two runs that share files', [partOf('1/3 7/1 2/4', 1, 0), partOf('5 1/6', 2, 0)], 16],
    [
      'two runs that share a part of their files',
      [
        partOf('1/3 7/1 2/4', 1, [
          [2, 2],
          [0, Infinity],
        ]),
        partOf('5 1/6', 2, [
          [2, 2],
          [1, Infinity],
        ]),
      ],
      15,
    ],
    ['cycles of other lengths', [partOf('4', 2, 0), partOf('1 2 9 1 3', 2, 1)], 19],
  ])('%s: as often as all phases say, within four standard errors', (_title, parts, limit) => {
    const all = bruteForce(parts, limit);
    const { peaks, over } = simulateJoint(parts, { limit, draws: DRAWS, seed: 3 });
    const expected = all.filter(({ peak }) => peak > limit).length / all.length;
    expect(expected).toBeGreaterThan(0.05);
    expect(expected).toBeLessThan(0.95);
    const error = Math.sqrt((expected * (1 - expected)) / DRAWS);
    expect(Math.abs(peaks.filter((peak) => peak > limit).length / DRAWS - expected)).toBeLessThan(4 * error);
    const share = all.reduce((sum, one) => sum + one.over, 0) / all.length;
    expect(Math.abs(over.reduce((sum, one) => sum + one, 0) / DRAWS - share)).toBeLessThan(
      4 * (0.5 / Math.sqrt(DRAWS)),
    );
    expect(Math.max(...peaks)).toBe(Math.max(...all.map(({ peak }) => peak)));
    expect(worstOf(parts)).toBeGreaterThanOrEqual(Math.max(...peaks));
  });

  it('the worst case of equal cycles is reached by some phases', () => {
    const parts = [partOf('1/3 6/1 2/4 1', 2, 0), partOf('5 1/6 2 2', 1, 0)];
    expect(worstOf(parts)).toBe(Math.max(...bruteForce(parts, 0).map(({ peak }) => peak)));
  });

  const step = fc.tuple(fc.nat(50), fc.nat(50)).map(([own, files]) => `${own}/${files}`);
  const cycle = fc.array(step, { minLength: 1, maxLength: 6 }).map((steps) => steps.join(' '));
  const anyParts = fc
    .array(fc.tuple(cycle, fc.integer({ min: 1, max: 4 }), fc.nat(1)), { minLength: 1, maxLength: 3 })
    .map((specs) => specs.map(([text, count, sharing]) => partOf(text, count, sharing)));

  it('no draw passes the worst case; one more instance never needs less; sharing never makes more', () => {
    fc.assert(
      fc.property(anyParts, fc.nat(1000), (parts, seed) => {
        const ask = { limit: 100, draws: 30, seed };
        const { peaks } = simulateJoint(parts, ask);
        const more = parts.map((part, i) => (i === 0 ? { ...part, count: part.count + 1 } : part));
        const apart = parts.map((part, i) => ({ ...part, pools: [{ pool: i, bytes: Number.POSITIVE_INFINITY }] }));
        const morePeaks = simulateJoint(more, ask).peaks;
        const apartPeaks = simulateJoint(apart, ask).peaks;
        peaks.forEach((peak, draw) => {
          expect(peak).toBeLessThanOrEqual(worstOf(parts));
          expect(peak).toBeLessThanOrEqual(morePeaks[draw]!);
          expect(peak).toBeLessThanOrEqual(apartPeaks[draw]!);
        });
        expect(worstOf(parts)).toBeLessThanOrEqual(worstOf(more));
        expect(worstOf(parts)).toBeLessThanOrEqual(worstOf(apart));
      }),
    );
  });

  it('counted one by one, as many fit as a simulation of that many says', () => {
    fc.assert(
      fc.property(anyParts, fc.nat(300), fc.nat(1000), (parts, limit, seed) => {
        const ask = { limit, draws: 20, seed };
        const counts = simulateCounts(parts, 0, 5, ask);
        for (let count = 1; count <= 5; count++) {
          const { peaks } = simulateJoint(
            parts.map((part, i) => (i === 0 ? { ...part, count } : part)),
            ask,
          );
          peaks.forEach((peak, draw) => {
            expect([count, draw, counts[draw]! >= count]).toEqual([count, draw, peak <= limit]);
          });
        }
      }),
    );
  });

  it('the largest number by the worst case fits, and one more does not', () => {
    fc.assert(
      fc.property(anyParts, fc.nat(2000), (parts, limit) => {
        const most = mostByWorst(parts, 0, limit);
        const worst = (count: number) => worstOf(parts.map((part, i) => (i === 0 ? { ...part, count } : part)));
        if (most === null) expect(worst(1e6)).toBeLessThanOrEqual(limit);
        else if (most < 0) expect(worst(0)).toBeGreaterThan(limit);
        else expect([worst(most) <= limit, worst(most + 1) <= limit]).toEqual([true, false]);
      }),
    );
  });
});

describe('what draws leave open', () => {
  it('nothing seen is not never: three in the number of draws, about', () => {
    expect(chanceOf(0, 1000)).toMatchObject({ value: 0, low: 0 });
    expect(chanceOf(0, 1000).high).toBeCloseTo(0.0038, 4);
    expect(chanceOf(1000, 1000).high).toBe(1);
  });

  it('intervals of quantiles hold the true one about as often as they say', () => {
    const stream = new PhaseStream();
    let held = 0;
    for (let seed = 1; seed <= 400; seed++) {
      stream.seed(seed, 0, 0);
      const { low, high } = quantileOf(Float64Array.from({ length: 500 }, () => stream.below(1e6)).sort(), 0.95);
      if (low <= 950_000 && high >= 950_000) held++;
    }
    expect(held).toBeGreaterThanOrEqual(370);
    expect(held).toBeLessThanOrEqual(395);
  });
});
