// How sure a sampled figure is. Samples are taken by bytes, so the number of samples that fall into a set of blocks is at
// worst Poisson-distributed around its true value; jittered systematic sampling, which the agent uses, scatters less. The
// limits are those of Wilson and Hilferty's cube-root approximation of the chi-square quantile (1931): good to a percent
// from one sample up, and never below zero.
import type { Bytes } from '#base/units.ts';

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly bytes: Bytes;
  readonly low: Bytes;
  readonly high: Bytes;
  /** Samples behind the sampled part; 0 where everything was recorded exactly. */
  readonly samples: number;
  /** False where too few samples stand behind it to state it as a fact: print "< high". */
  readonly certain: boolean;
}

/** Fewer samples than this are not shown as a fact. */
export const FEWEST_SAMPLES = 10;

const Z95 = 1.959964;

/** As many sampling distances can lie between no sample and the 95 % limit: -ln 0.05, the "rule of three". */
export const UNSEEN_MOST = -Math.log(0.05);

/**
 * `variance` is that of the sampled part: sum over samples of weight x mean. `mean` is the distance between two samples in
 * bytes, 0 where every block was recorded: beside blocks that are exact there may be small ones on which no sample fell.
 */
export function estimate(
  bytes: Bytes,
  exactBytes: Bytes,
  samples: number,
  variance: number,
  mean: Bytes = 0,
): Estimate {
  const sampled = Math.max(0, bytes - exactBytes);
  if (sampled === 0 || samples === 0) {
    const unseen = bytes > 0 ? UNSEEN_MOST * mean : 0;
    return { bytes, low: bytes, high: bytes + unseen, samples: 0, certain: true };
  }
  const scatter = (sampled * sampled) / variance;
  const effective = scatter > 0 && Number.isFinite(scatter) ? scatter : samples;
  const perSample = sampled / effective;
  const low = exactBytes + perSample * poissonLow(effective);
  const high = exactBytes + perSample * poissonHigh(effective);
  // A figure is a fact when its samples are many, or when what they add does not matter beside the exact part.
  const certain = samples >= FEWEST_SAMPLES || high - low <= 0.1 * bytes;
  return { bytes, low, high, samples, certain };
}

export const NOTHING: Estimate = { bytes: 0, low: 0, high: 0, samples: 0, certain: true };

function poissonLow(n: number): number {
  if (n <= 0) return 0;
  return Math.max(0, n * (1 - 1 / (9 * n) - Z95 / (3 * Math.sqrt(n))) ** 3);
}

function poissonHigh(n: number): number {
  const m = n + 1;
  return m * (1 - 1 / (9 * m) + Z95 / (3 * Math.sqrt(m))) ** 3;
}
