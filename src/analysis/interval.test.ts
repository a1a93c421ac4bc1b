import { describe, expect, it } from 'vitest';
import { estimate, FEWEST_SAMPLES, NOTHING } from './interval.ts';
import { Tally } from './tally.ts';

const MEAN = 64 * 1024;

/** Marsaglia's xorshift32, so that a run can be repeated. Uniform over (0, 1]. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 1) / 2 ** 32;
  };
}

/** Sizes as programs ask for them: many small blocks, few of the largest that are not recorded exactly. */
function randomSize(random: () => number): number {
  return Math.ceil(16 * 2 ** (random() * 13.9));
}

interface Simulated {
  readonly truth: number;
  readonly tally: Tally;
}

/** Poisson sampling by bytes: the distance to the next sample is exponential; a sampled block stands for 1/P blocks. */
function samplePoisson(random: () => number, blocks: number): Simulated {
  const tally = new Tally(MEAN);
  let truth = 0;
  for (let i = 0; i < blocks; i++) {
    const size = randomSize(random);
    truth += size;
    const likely = 1 - Math.exp(-size / MEAN);
    if (random() > likely) continue;
    const weight = size / likely;
    tally.add(weight, 0, 1 / likely, 1, weight * MEAN);
  }
  return { truth, tally };
}

/** Jittered systematic sampling: distances between samples uniform over half to one and a half of the mean. */
function sampleJittered(random: () => number, blocks: number): Simulated {
  const tally = new Tally(MEAN);
  let truth = 0;
  let untilNext = MEAN * random();
  for (let i = 0; i < blocks; i++) {
    const size = randomSize(random);
    truth += size;
    let hits = 0;
    for (untilNext -= size; untilNext < 0; untilNext += MEAN * (0.5 + random())) hits++;
    if (hits > 0) tally.add(hits * MEAN, 0, (hits * MEAN) / size, hits, hits * MEAN * MEAN);
  }
  return { truth, tally };
}

function coverage(sample: typeof samplePoisson, blocks: number, seed: number): number {
  const random = generator(seed);
  const runs = 2000;
  let covered = 0;
  for (let run = 0; run < runs; run++) {
    const { truth, tally } = sample(random, blocks);
    const { low, high } = tally.estimate();
    if (low <= truth && truth <= high) covered++;
  }
  return covered / runs;
}

describe('the 95 % interval covers the truth', () => {
  // From about 12 samples (what is shown as a fact) to some hundreds.
  it.each([250, 1000, 5000])('of %d blocks sampled by Poisson', (blocks) => {
    expect(coverage(samplePoisson, blocks, 12345)).toBeGreaterThanOrEqual(0.93);
  });

  it.each([250, 1000, 5000])('of %d blocks sampled with jitter, and more often than that', (blocks) => {
    expect(coverage(sampleJittered, blocks, 54321)).toBeGreaterThanOrEqual(0.95);
  });

  it('and is no wider than it must be', () => {
    const { tally } = samplePoisson(generator(99), 5000);
    const { bytes, low, high, samples } = tally.estimate();
    const halfWidth = (high - low) / 2 / bytes;
    expect(halfWidth).toBeLessThan((1.96 / Math.sqrt(samples)) * 1.15);
  });
});

describe('an estimate', () => {
  it('without samples is exact', () => {
    expect(estimate(1000, 1000, 0, 0)).toEqual({ bytes: 1000, low: 1000, high: 1000, samples: 0, certain: true });
    expect(new Tally(MEAN).estimate()).toEqual(NOTHING);
  });

  it('without samples may miss small blocks up to the rule of three, but nothing where every block was recorded', () => {
    expect(estimate(1000, 1000, 0, 0, MEAN)).toMatchObject({ bytes: 1000, low: 1000, samples: 0, certain: true });
    expect((estimate(1000, 1000, 0, 0, MEAN).high - 1000) / MEAN).toBeCloseTo(3, 1);
    expect(estimate(1000, 1000, 0, 0, 0).high).toBe(1000);
  });

  it('of few samples is not a fact, of enough it is', () => {
    const of = (samples: number) => estimate(samples * MEAN, 0, samples, samples * MEAN * MEAN);
    expect(of(FEWEST_SAMPLES - 1).certain).toBe(false);
    expect(of(FEWEST_SAMPLES).certain).toBe(true);
    expect(of(1).low).toBeGreaterThan(0);
    expect(of(1).high / MEAN).toBeCloseTo(5.57, 1); // The exact Poisson limit is 5.572.
    expect(of(10).low / MEAN).toBeCloseTo(4.8, 1); // 4.795
    expect(of(10).high / MEAN).toBeCloseTo(18.39, 1); // 18.39
  });

  it('few samples beside a large exact part do not matter', () => {
    expect(estimate(1000 * MEAN, 999 * MEAN, 1, MEAN * MEAN).certain).toBe(true);
  });

  it('lies inside its interval, which never falls below the exact part', () => {
    for (const samples of [1, 2, 5, 10, 100, 10_000]) {
      const { bytes, low, high } = estimate(500 + samples * MEAN, 500, samples, samples * MEAN * MEAN);
      expect(low).toBeGreaterThanOrEqual(500);
      expect(low).toBeLessThan(bytes);
      expect(high).toBeGreaterThan(bytes);
    }
  });
});
