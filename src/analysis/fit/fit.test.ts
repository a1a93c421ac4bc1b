import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { runFromText } from '../../../test/fit-runs.ts';
import { randomProfile } from '../../../test/random-profiles.ts';
import { computeFit, type Fit, type FitOptions } from './fit.ts';

const MIB = 2 ** 20;

function fitOf(runs: readonly [Profile, number][], limit: number, options: Partial<FitOptions> = {}): Fit {
  const inputs = runs.map(([profile, count], i) => ({ name: 'ABC'[i]!, profile, count }));
  const fit = computeFit(inputs, { limit: limit * MIB, risk: 0.01, by: 'worst', draws: 500, ...options });
  if ('unmeasured' in fit) throw new Error(`${fit.unmeasured} was not measured`);
  return fit;
}

describe('runs that share a machine', () => {
  it('files count once for the instances of a run, everything else for each', () => {
    const serve = runFromText('20/10 30/10 20/10');
    const { worst, runs } = fitOf([[serve, 5]], 110);
    expect(worst).toEqual({ low: 110 * MIB, high: 110 * MIB });
    expect(runs[0]).toMatchObject({ ownPeak: { low: 20 * MIB, high: 20 * MIB }, files: 10 * MIB, exact: true });
    expect(runs[0]!.mostByWorst).toEqual({ low: 5, high: 5 });
  });

  it('runs of one Python share at best, and at worst each has its own files', () => {
    const one = runFromText('30/10 30/10', { python: '3.11.7' });
    const two = runFromText('40/15 40/15', { python: '3.11.7' });
    const other = runFromText('40/15 40/15', { python: '3.12.1' });
    expect(
      fitOf(
        [
          [one, 1],
          [two, 1],
        ],
        64,
      ).worst,
    ).toEqual({ low: 60 * MIB, high: 70 * MIB });
    expect(
      fitOf(
        [
          [one, 1],
          [other, 1],
        ],
        64,
      ).worst,
    ).toEqual({ low: 70 * MIB, high: 70 * MIB });
    expect(
      fitOf(
        [
          [one, 1],
          [two, 1],
        ],
        64,
      ).fits,
    ).toBe(false);
    expect(
      fitOf(
        [
          [one, 1],
          [two, 1],
        ],
        70,
      ).fits,
    ).toBe(true);
  });

  it('a file that two runs map counts once, as much of it as the one with more has', () => {
    const serve = runFromText('30/12 30/12', { files: { '/lib/libc.so': 2, '/lib/libtorch.so': 10 } });
    const train = runFromText('60/20 60/20', {
      files: { '/lib/libc.so': 1, '/lib/libtorch.so': 14, '/data/x.npy': 5 },
    });
    const fit = fitOf(
      [
        [serve, 3],
        [train, 2],
      ],
      1000,
    );
    // Own: 3 x 18 and 2 x 40. Files: 2 + 14 + 5.
    expect(fit.worst).toEqual({ low: 155 * MIB, high: 155 * MIB });
    expect(fit.runs.map(({ sharedFiles }) => sharedFiles)).toEqual([11 * MIB, 11 * MIB]);
  });

  it('a file of one path in two systems is two files', () => {
    const files = { '/lib/libc.so': 10 };
    const one = runFromText('30/10', { files });
    const environment = { ...one.meta.environment, libc: 'musl 1.2.5' };
    const other = { ...one, meta: { ...one.meta, environment } };
    const fit = fitOf(
      [
        [one, 1],
        [other, 1],
      ],
      1000,
    );
    expect(fit.worst.high).toBe(60 * MIB);
  });

  it('where the files of one were not recorded by path, it shares nothing at most and all at least', () => {
    const told = runFromText('30/10', { files: { '/lib/libc.so': 10 } });
    const fit = fitOf(
      [
        [told, 1],
        [runFromText('30/15'), 1],
      ],
      1000,
    );
    expect(fit.worst).toEqual({ low: 50 * MIB, high: 60 * MIB });
    expect(fit.runs.map(({ sharedFiles }) => sharedFiles)).toEqual([0, null]);
  });

  it('the exact high-water mark counts where no reading caught it', () => {
    const fit = fitOf([[runFromText('10 12 10', { hwm: 50 }), 3]], 200);
    expect(fit.worst).toEqual({ low: 150 * MIB, high: 150 * MIB });
  });

  it('one instance peaks at its own peak, whatever its phase', () => {
    const { random, runs } = fitOf([[runFromText('10 60/20 30 5'), 1]], 100);
    for (const bound of ['low', 'high'] as const) {
      expect(runs[0]!.peak[bound]).toBe(60 * MIB);
      for (const figure of [random.median, random.q95, random.q99]) {
        expect(figure[bound]).toEqual({ value: 60 * MIB, low: 60 * MIB, high: 60 * MIB });
      }
    }
  });

  it('the risk lets in more than the worst case, and is kept with other draws', () => {
    const spiky = runFromText(`${'10 '.repeat(30)}200 ${'10 '.repeat(30)}`);
    const { runs } = fitOf([[spiky, 1]], 2000, { risk: 0.05 });
    const [worst, risked] = [runs[0]!.mostByWorst.low!, runs[0]!.mostByRisk.low!.value];
    expect(worst).toBe(10);
    expect(risked).toBeGreaterThan(worst);
    const again = fitOf([[spiky, risked]], 2000, { risk: 0.05, by: 'risk', seed: 77 });
    expect(again.random.exceedsInCycle.high.low).toBeLessThan(0.05);
    expect(fitOf([[spiky, 3 * risked]], 2000, { risk: 0.05, by: 'risk' }).fits).toBe(false);
  });

  it('several processes: between readings of PSS memory may have stood as high as the bound of peak.ts', () => {
    const fit = fitOf([[treeThatRises(), 2]], 1000);
    // Read at 30 and 32; between them RSS stood 20 higher than at the first and 18 above the second.
    expect(fit.runs[0]).toMatchObject({ unit: 'PSS', peak: { low: 32 * MIB, high: 50 * MIB } });
    expect(fit.worst).toEqual({ low: 64 * MIB, high: 100 * MIB });
  });

  it('a run in which nothing was read is named', () => {
    const silent = runFromText('10', { hwm: Number.NaN });
    expect(computeFit([{ name: 'A', profile: silent, count: 1 }], { limit: 1, risk: 0, by: 'worst' })).toEqual({
      unmeasured: 'A',
    });
  });

  it('any profile: figures are in order, and the worst case bounds what random starts need', () => {
    const counted = fc.tuple(randomProfile, fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(
        fc.array(counted, { minLength: 1, maxLength: 3 }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        (runs, limit) => {
          const inputs = runs.map(([profile, count], i) => ({ name: `${i}`, profile, count }));
          const fit = computeFit(inputs, { limit: limit * MIB, risk: 0.01, by: 'worst', draws: 200 });
          if ('unmeasured' in fit) return;
          const { worst, steady, random } = fit;
          // Sums of fractions of bytes may differ in their last digits.
          const slack = worst.high * 1e-9 + 1;
          expect(worst.low).toBeLessThanOrEqual(worst.high + slack);
          expect(steady.low).toBeLessThanOrEqual(steady.high + slack);
          for (const bound of ['low', 'high'] as const) {
            expect(steady[bound]).toBeLessThanOrEqual(worst[bound] + slack);
            expect(random.q99[bound].high).toBeLessThanOrEqual(worst[bound] + slack);
            expect(random.q95[bound].value).toBeLessThanOrEqual(random.q99[bound].value);
          }
          expect(random.q99.low.value).toBeLessThanOrEqual(random.q99.high.value + slack);
          for (const { mostByWorst, peak } of fit.runs) {
            expect(peak.low).toBeLessThanOrEqual(peak.high);
            expect(mostByWorst.low ?? Infinity).toBeLessThanOrEqual(mostByWorst.high ?? Infinity);
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);
});

/** Two processes that are read every 100 ms; their PSS only at the first and the third look. */
function treeThatRises(): Profile {
  const one = runFromText('15 25 16');
  const { samples, processes } = one;
  const twice = (values: Float64Array) => Float64Array.from([...values].flatMap((value) => [value, value]));
  const columns = Object.entries(samples).filter(([name]) => name !== 'length');
  const doubled = Object.fromEntries(columns.map(([name, values]) => [name, twice(values as Float64Array)]));
  const pss = Float64Array.from([15, 15, Number.NaN, Number.NaN, 16, 16], (mib) => mib * MIB);
  const both = (value: number) => Float64Array.of(value, value);
  return {
    ...one,
    samples: {
      ...samples,
      ...doubled,
      threads: new Int32Array(6).fill(1),
      length: 6,
      process: Int32Array.of(0, 1, 0, 1, 0, 1),
      pss,
    },
    processes: {
      ...processes,
      length: 2,
      pid: Int32Array.of(100, 101),
      parent: Int32Array.of(-1, 0),
      name: Int32Array.of(0, 0),
      command: Int32Array.of(0, 0),
      python: Int32Array.of(0, 0),
      start: both(0),
      end: both(300),
      hwm: both(25 * MIB),
      hwmSource: Uint8Array.of(2, 2),
      traced: Uint8Array.of(0, 0),
      mean: both(Number.NaN),
      agentBytes: both(0),
      inherited: both(0),
    },
  };
}
