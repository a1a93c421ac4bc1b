// All peaks at once, cut into what the instances of each run add and the pages of files that they share.
import type { Fit } from '#analysis/fit/fit.ts';
import type { Bytes } from '#base/units.ts';
import { plainLine } from '#report/plain-text.ts';
import type { Part } from './composition.ts';
import { STEP_COLORS } from './step-colors.ts';

export interface FitPart extends Part {
  /** Instances, and what each of them adds; 1 and all of it for the shared part. */
  readonly count: number;
  readonly each: Bytes;
}

/** Add up to `worst.high`. */
export function fitParts({ runs, worst }: Fit): FitPart[] {
  const parts = runs.map(({ name, count, ownPeak }, i) => ({
    name: plainLine(name),
    bytes: count * ownPeak.high,
    color: STEP_COLORS[i % STEP_COLORS.length]!,
    tip: 'What is its own of each instance, at its peak.',
    count,
    each: ownPeak.high,
  }));
  const shared = worst.high - parts.reduce((sum, { bytes }) => sum + bytes, 0);
  // Sums of floats: less than a page is none.
  if (shared < 4096) return parts;
  const tip = 'Libraries and mapped files, each once: for all instances of a run, and for all runs that have it.';
  return [...parts, { name: 'files, once', bytes: shared, color: '--part-rest', tip, count: 1, each: shared }];
}
