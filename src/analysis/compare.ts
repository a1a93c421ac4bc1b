// Two runs, compared: the peak, what it consisted of, lines, imports, processes, and what was different around them. Findings
// are data; reports put them into words. What counts as a change is said in noise.ts.
import type { Profile } from '#profile/types.ts';
import { compareEnvironments, type Difference } from './compare-environments.ts';
import { compareImports, type ImportChange } from './compare-imports.ts';
import { compareLines, type LineChange, type LinesOfRun } from './compare-lines.ts';
import { compareParts, missingAtPeak, type PartsChange } from './compare-parts.ts';
import { comparePeaks, overviewsOf, type PeakChange, type Sides } from './compare-peaks.ts';
import { compareProcesses, type ProcessChange } from './compare-processes.ts';
import { lineAtPeak } from './line-at-peak.ts';
import { isChange, sampledNoise } from './noise.ts';
import type { Overview } from './overview.ts';
import type { OwnershipOptions } from './ownership.ts';

/** What a reader must know to read the figures rightly. */
export type Caution =
  /** One run is a sum of PSS and the other a VmHWM: only the first processes are compared. */
  | 'differentUnits'
  /** Only one of them has an account of private memory. */
  | 'differentAccounts'
  /** A run without an agent has no lines. */
  | 'noLines'
  /** A run was cut off: it may have risen further. */
  | 'incomplete'
  /** The runs were sampled at different distances, or one recorded everything. */
  | 'differentSampling'
  /** Lines changed, and the two peaks came while different lines ran. */
  | 'differentMoments';

export interface Comparison {
  readonly sides: Sides;
  /** null where one of the two was not measured. */
  readonly peak: PeakChange | null;
  readonly composition: PartsChange;
  /** Lines that import are left out: `imports` has them by package. */
  readonly lines: readonly LineChange[];
  readonly imports: readonly ImportChange[];
  readonly processes: readonly ProcessChange[];
  readonly environment: readonly Difference[];
  readonly cautions: readonly Caution[];
  /** What a line or package must change by to be named. */
  readonly lineNoise: number;
}

export function computeComparison(before: Profile, after: Profile, options: OwnershipOptions = {}): Comparison {
  const sides = overviewsOf(before, after, options);
  const { before: a, after: b } = sides;
  const lineNoise = sampledNoise(Math.max(a.peak?.bytes ?? 0, b.peak?.bytes ?? 0));
  const composition = compareParts({ profile: before, overview: a }, { profile: after, overview: b });
  const haveLines = a.heap !== null && b.heap !== null;
  const lines = haveLines ? compareLines(linesOf(before, a), linesOf(after, b), lineNoise) : [];
  const cautions = cautionsOf(before, after, sides, composition);
  if (lines.some((row) => isChange(row.verdict)) && cameElsewhere(before, after, sides))
    cautions.push('differentMoments');
  return {
    sides,
    peak: comparePeaks(a.peak, b.peak),
    composition,
    lines,
    imports: haveLines ? compareImports(a.imports, b.imports, lineNoise) : [],
    processes: compareProcesses(before, after),
    environment: compareEnvironments(before, after),
    cautions,
    lineNoise,
  };
}

function cameElsewhere(before: Profile, after: Profile, sides: Sides): boolean {
  const [a, b] = [lineAtPeak(before, sides.before), lineAtPeak(after, sides.after)];
  return a !== '' && b !== '' && a !== b;
}

function linesOf(profile: Profile, overview: Overview): LinesOfRun {
  return { profile, lines: overview.lines, missing: missingAtPeak(overview) };
}

function cautionsOf(before: Profile, after: Profile, sides: Sides, composition: PartsChange): Caution[] {
  const { before: a, after: b, firstProcessOnly } = sides;
  const cautions: Caution[] = [];
  if (firstProcessOnly) cautions.push('differentUnits');
  if (a.peak && b.peak && !composition.comparable) cautions.push('differentAccounts');
  if (a.heap === null || b.heap === null) cautions.push('noLines');
  if (!before.meta.complete || !after.meta.complete) cautions.push('incomplete');
  const [x, y] = [before.processes.mean[0], after.processes.mean[0]];
  if (x !== y && !(Number.isNaN(x) || Number.isNaN(y))) cautions.push('differentSampling');
  return cautions;
}
