// Do recorded runs fit on one machine together, and how many of them? docs/decisions/0009-fit.md says what is assumed.
import type { Bytes, Fraction, Milliseconds } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { findPeak, type Peak } from '../peak.ts';
import { type Chance, chanceOf, meanShareOf, quantileOf } from './chance.ts';
import { type Distribution, distributionOf } from './distribution.ts';
import { type FilePools, filePoolsOf } from './file-pools.ts';
import { type Grids, gridsOf } from './grid.ts';
import { largestOf, medianOf, type Part, steadyOf, worstOf } from './joint.ts';
import { MOST_TRIED, mostByRisk, mostByWorst } from './most.ts';
import { readingsOf } from './readings.ts';
import { drawsFor, simulateJoint } from './simulate.ts';

export interface FitInput {
  readonly name: string;
  readonly profile: Profile;
  readonly count: number;
}

export interface FitOptions {
  readonly limit: Bytes;
  /** How likely it may be that the limit is exceeded within a cycle. */
  readonly risk: Fraction;
  /** By what the answer is given: all peaks at once, or the risk. */
  readonly by: 'worst' | 'risk';
  readonly seed?: number;
  /** At most; fewer where there are many instances. */
  readonly draws?: number;
}

/** Least and most: what lies between readings is not known, nor, where files were not read by path, what runs share of them. */
export interface Span<T> {
  readonly low: T;
  readonly high: T;
}

export interface FitRun {
  readonly name: string;
  readonly count: number;
  readonly unit: Peak['unit'];
  /** False: the run may need more than was seen. */
  readonly exact: boolean;
  readonly cycleMs: Milliseconds;
  /** Of one instance alone: its peak, its level of half the time; of these what is its own. */
  readonly peak: Span<Bytes>;
  readonly steady: Span<Bytes>;
  readonly ownPeak: Span<Bytes>;
  /** Most pages of files that it had, which its instances share; 0 also where they were not told apart. */
  readonly files: Bytes;
  /** Of those, pages that others of the runs have too: once for all. null where its files were not read by path. */
  readonly sharedFiles: Bytes | null;
  /** The kernel had moved some of it to swap: its figures lack that. */
  readonly swapped: boolean;
  /** How many fit beside the others as given, all peaks at once; -1: the others alone do not fit; null: any number. */
  readonly mostByWorst: Span<number | null>;
  /** The same at random phases, surely within the risk; with the interval that the draws leave. */
  readonly mostByRisk: Span<Chance | null>;
  /** mostByRisk stopped here: more may fit. */
  readonly mostTried: number;
}

export interface Fit {
  readonly limit: Bytes;
  readonly risk: Fraction;
  readonly by: FitOptions['by'];
  readonly fits: boolean;
  readonly worst: Span<Bytes>;
  readonly steady: Span<Bytes>;
  readonly random: {
    readonly draws: number;
    readonly seed: number;
    readonly cycleMs: Milliseconds;
    /** That the limit is exceeded at some time within the longest cycle, and at a moment taken at random. */
    readonly exceedsInCycle: Span<Chance>;
    readonly exceedsAtInstant: Span<Chance>;
    /** Of the joint peak within that cycle. */
    readonly median: Span<Chance>;
    readonly q95: Span<Chance>;
    readonly q99: Span<Chance>;
    /** Of the same at most, all draws. */
    readonly peaks: Distribution;
  };
  readonly runs: readonly FitRun[];
}

/** Steps of the longest cycle. A peak shorter than a step counts as long as one. */
const STEPS = 256;

interface Known {
  readonly input: FitInput;
  readonly peak: Peak;
  readonly cycleMs: Milliseconds;
  readonly grids: Grids;
}

/** The name of a run in which no memory was read, where there is one. */
export function computeFit(inputs: readonly FitInput[], options: FitOptions): Fit | { readonly unmeasured: string } {
  const peaks = inputs.map((input) => findPeak(input.profile));
  const unmeasured = inputs.find((_, i) => peaks[i] === null);
  if (unmeasured) return { unmeasured: unmeasured.name };
  const known = gridAll(inputs, peaks as Peak[]);
  const pools = filePoolsOf(known.map(({ input, peak }) => ({ profile: input.profile, peak })));
  const low = partsOf(known, pools, 'low');
  const high = partsOf(known, pools, 'high');
  const worst = { low: worstOf(low), high: worstOf(high) };
  const random = randomOf(known, { low, high }, options);
  return {
    limit: options.limit,
    risk: options.risk,
    by: options.by,
    // By risk only what is surely within it: the upper end of the interval.
    fits: worst.high <= options.limit || (options.by === 'risk' && random.exceedsInCycle.high.high <= options.risk),
    worst,
    steady: { low: steadyOf(low), high: steadyOf(high) },
    random,
    runs: known.map((one, which) =>
      runOf(one, which, { shared: pools.shared[which] ?? null, parts: { low, high } }, options),
    ),
  };
}

function gridAll(inputs: readonly FitInput[], peaks: readonly Peak[]): Known[] {
  const readings = inputs.map(({ profile }, i) => readingsOf(profile, peaks[i]!));
  const cycles = inputs.map(({ profile }, i) => Math.max(1, profile.meta.durationMs, readings[i]!.at(-1)!.time));
  const longest = Math.max(...cycles);
  return inputs.map((input, i) => {
    const length = Math.max(1, Math.round((cycles[i]! / longest) * STEPS));
    return { input, peak: peaks[i]!, cycleMs: cycles[i]!, grids: gridsOf(readings[i]!, cycles[i]!, length) };
  });
}

function partsOf(known: readonly Known[], pools: FilePools, bound: 'low' | 'high'): Part[] {
  return known.map(({ input, grids }, i) => ({ grid: grids[bound], count: input.count, pools: pools[bound][i]! }));
}

function randomOf(known: readonly Known[], parts: Span<Part[]>, options: FitOptions): Fit['random'] {
  const { limit, seed = 1 } = options;
  const instances = known.reduce((sum, { input }) => sum + input.count, 0);
  const draws = drawsFor(STEPS * instances, options.draws);
  const low = simulateJoint(parts.low, { limit, draws, seed });
  const high = simulateJoint(parts.high, { limit, draws, seed });
  const inCycle = {
    low: chanceOfExceeding(parts.low, low.peaks, limit),
    high: chanceOfExceeding(parts.high, high.peaks, limit),
  };
  const sorted = { low: low.peaks.toSorted(), high: high.peaks.toSorted() };
  const quantile = (share: Fraction) => spanOf(sorted.low, sorted.high, (peaks) => quantileOf(peaks, share));
  return {
    draws,
    seed,
    cycleMs: Math.max(...known.map(({ cycleMs }) => cycleMs)),
    exceedsInCycle: inCycle,
    exceedsAtInstant: {
      low: meanShareOf(low.over, inCycle.low.high),
      high: meanShareOf(high.over, inCycle.high.high),
    },
    median: quantile(0.5),
    q95: quantile(0.95),
    q99: quantile(0.99),
    peaks: distributionOf(sorted.high, limit),
  };
}

function chanceOfExceeding(parts: readonly Part[], peaks: Float64Array, limit: Bytes): Chance {
  if (worstOf(parts) <= limit) return { value: 0, low: 0, high: 0 };
  return chanceOf(peaks.filter((peak) => peak > limit).length, peaks.length);
}

function spanOf<A, B>(low: A, high: A, of: (value: A) => B): Span<B> {
  return { low: of(low), high: of(high) };
}

interface Together {
  /** What the run has in common with others. */
  readonly shared: Bytes | null;
  readonly parts: Span<Part[]>;
}

function runOf({ input, peak, cycleMs, grids }: Known, which: number, together: Together, options: FitOptions): FitRun {
  const { low, high } = grids;
  const { shared, parts } = together;
  const files = low.total.reduce((most, total, step) => Math.max(most, total - low.own[step]!), 0);
  return {
    name: input.name,
    count: input.count,
    unit: peak.unit,
    exact: peak.unit === 'PSS' ? input.profile.meta.complete : peak.exact,
    cycleMs,
    peak: spanOf(low.total, high.total, largestOf),
    steady: spanOf(low.total, high.total, medianOf),
    ownPeak: spanOf(low.own, high.own, largestOf),
    files,
    sharedFiles: shared === null ? null : Math.min(files, shared),
    swapped: input.profile.samples.swap.some((bytes) => bytes > 0),
    // More room at best: the least that is needed gives the most instances.
    mostByWorst: {
      low: mostByWorst(parts.high, which, options.limit),
      high: mostByWorst(parts.low, which, options.limit),
    },
    mostByRisk: {
      low: mostByRisk(parts.high, which, options),
      high: mostByRisk(parts.low, which, options),
    },
    mostTried: MOST_TRIED,
  };
}
