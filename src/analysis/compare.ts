// Two runs, compared: the peak, what it consisted of, lines, imports, processes, and what was different around them. Findings
// are data; reports put them into words. What counts as a change is said in noise.ts.
import type { Bytes, Fraction } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { compareEnvironments, type Difference } from './compare-environments.ts';
import { compareImports, type ImportChange } from './compare-imports.ts';
import { compareLines, type LineChange } from './compare-lines.ts';
import { compareParts, type PartsChange } from './compare-parts.ts';
import { comparePeaks, type PeakChange } from './compare-peaks.ts';
import { compareProcesses, type ProcessChange } from './compare-processes.ts';
import { measureRuns, type OtherRuns, type SideRuns, type Sides } from './compared-runs.ts';
import { isSameLine, lineAtPeak } from './line-at-peak.ts';
import { isChange, sampledNoise } from './noise.ts';
import type { OwnershipOptions } from './ownership.ts';
import { chanceOfParting } from './repeats.ts';

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

/** Where there are more than two runs: their peaks, that of the shown run first; NaN where one was not measured. */
export interface Repeats {
  readonly before: readonly Bytes[];
  readonly after: readonly Bytes[];
  /** How likely it is that the runs of one side all lie on one side of those of the other, where nothing changed. */
  readonly chance: Fraction;
}

export interface Comparison {
  /** Of the shown runs. */
  readonly sides: Sides;
  /** null where one of the two was not measured. */
  readonly peak: PeakChange | null;
  /** null: one run of each. */
  readonly repeats: Repeats | null;
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

/** `others`: further runs of the two programs; what runs differ by is then known from them. */
export function computeComparison(
  before: Profile,
  after: Profile,
  options: OwnershipOptions = {},
  others: OtherRuns = NO_OTHERS,
): Comparison {
  const { sides, before: ofBefore, after: ofAfter } = measureRuns(before, after, others, options);
  const { before: a, after: b } = sides;
  const peak = comparePeaks(ofBefore, ofAfter);
  const composition = compareParts(ofBefore, ofAfter, peak ? slackOf(peak) : 0);
  const noise = sampledNoise(Math.max(a.peak?.bytes ?? 0, b.peak?.bytes ?? 0));
  const haveLines = a.heap !== null && b.heap !== null;
  const lines = haveLines ? compareLines(ofBefore, ofAfter, noise, peak?.verdict ?? 'cannotTell') : [];
  const cautions = cautionsOf(before, after, sides, composition);
  if (lines.some((row) => isChange(row.verdict)) && cameElsewhere(before, after, sides))
    cautions.push('differentMoments');
  return {
    sides,
    peak,
    repeats: repeatsOf(ofBefore, ofAfter),
    composition,
    lines,
    imports: haveLines ? compareImports(ofBefore, ofAfter, noise) : [],
    processes: compareProcesses(ofBefore, ofAfter, peak),
    environment: compareEnvironments(before, after),
    cautions,
    lineNoise: noise.least,
  };
}

function cameElsewhere(before: Profile, after: Profile, sides: Sides): boolean {
  return isSameLine(lineAtPeak(before, sides.before), lineAtPeak(after, sides.after)) === false;
}

/** Two sums of PSS that are the same by what was alive were read at different moments. */
function slackOf({ unit, byChance, change }: PeakChange): Bytes {
  return unit === 'PSS' && byChance !== null ? Math.abs(change) : 0;
}

const NO_OTHERS: OtherRuns = { before: [], after: [] };

function repeatsOf(before: SideRuns, after: SideRuns): Repeats | null {
  if (before.all.length + after.all.length === 2) return null;
  const peaks = ({ all }: SideRuns) => all.map(({ overview }) => overview.peak?.bytes ?? Number.NaN);
  return {
    before: peaks(before),
    after: peaks(after),
    chance: chanceOfParting(before.all.length, after.all.length),
  };
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
