// A comparison as the pages show it: findings and words, and both runs over time in columns of one scale. The pages are given
// this and not the second profile, so that a report grows by some kilobytes and shows nothing else of the run before
// (docs/decisions/0012-comparisons-in-pages.md).
import type { Comparison } from '#analysis/compare.ts';
import type { ImportChange } from '#analysis/compare-imports.ts';
import type { LineChange } from '#analysis/compare-lines.ts';
import type { PartChange } from '#analysis/compare-parts.ts';
import type { PeakChange } from '#analysis/compare-peaks.ts';
import type { ProcessChange } from '#analysis/compare-processes.ts';
import type { Overview } from '#analysis/overview.ts';
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import {
  CAUTION_WORDS,
  changeOfComparison,
  formatFacts,
  headlineOfComparison,
  repeatsOfComparison,
  ruleOfComparison,
  titleOfDifference,
} from './compare-words.ts';
import { headlineOf } from './headline.ts';
import { plainText } from './plain-text.ts';
import type { NamedProfile } from './terminal-compare.ts';
import { type Point, pssOverTime, residentOverTime } from './timeline.ts';

export interface ComparedRun {
  /** What the user calls it: the file. */
  readonly name: string;
  readonly title: string;
  readonly command: string;
  /** Since 1970. */
  readonly startedAt: Milliseconds;
  /** What its own report begins with. */
  readonly headline: string;
  /** null: not measured. */
  readonly peak: Bytes | null;
  /** Memory in columns of `stepMs`, in the unit of the peak: of each the largest reading, null outside the run. */
  readonly timeline: readonly (Bytes | null)[];
}

export interface ComparisonPage {
  readonly headline: string;
  /** The headline without the peak itself, for the page of the later run. */
  readonly change: string;
  readonly cautions: readonly string[];
  /** What further runs say; "" for one run of each. */
  readonly repeats: string;
  /** What counts as a change. */
  readonly rule: string;
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  readonly stepMs: Milliseconds;
  readonly peak: Pick<PeakChange, 'unit' | 'before' | 'after' | 'change' | 'verdict' | 'noise'> | null;
  readonly parts: readonly PartChange[];
  /** Those that changed, or may have; the largest first. */
  readonly lines: Listed<LineChange>;
  readonly imports: Listed<ImportChange>;
  readonly processes: Listed<ProcessChange>;
  readonly around: Listed<{ readonly title: string; readonly before: string; readonly after: string }>;
}

export interface Listed<T> {
  readonly rows: readonly T[];
  /** How many more there are. */
  readonly left: number;
}

const MOST_ROWS = 100;
const COLUMNS = 400;

export function comparisonPageOf(before: NamedProfile, after: NamedProfile, comparison: Comparison): ComparisonPage {
  const { sides, peak, composition, lineNoise } = comparison;
  const longest = Math.max(before.profile.meta.durationMs, after.profile.meta.durationMs, 1);
  const stepMs = longest / COLUMNS;
  const lines = comparison.lines.filter((row) => row.verdict !== 'noChange' && Math.abs(row.change) >= lineNoise);
  const page: ComparisonPage = {
    headline: headlineOfComparison(comparison),
    change: changeOfComparison(comparison),
    cautions: comparison.cautions.map((caution) => CAUTION_WORDS[caution]),
    repeats: repeatsOfComparison(comparison),
    rule: ruleOfComparison(comparison),
    before: comparedRunOf(before, sides.before, stepMs),
    after: comparedRunOf(after, sides.after, stepMs),
    stepMs,
    peak: peak && {
      unit: peak.unit,
      before: peak.before,
      after: peak.after,
      change: peak.change,
      verdict: peak.verdict,
      noise: peak.noise,
    },
    parts: composition.parts,
    lines: list(lines),
    imports: list(comparison.imports.filter((row) => row.verdict !== 'noChange' && row.verdict !== 'cannotTell')),
    processes: list(processesWorthSaying(comparison)),
    around: list(
      comparison.environment.map((row) => {
        const [before, after] = formatFacts(row);
        return { title: titleOfDifference(row), before, after };
      }),
    ),
  };
  return withPlainTexts(page);
}

function list<T>(rows: readonly T[]): Listed<T> {
  return { rows: rows.slice(0, MOST_ROWS), left: Math.max(0, rows.length - MOST_ROWS) };
}

/** One process in both runs is the peak itself. */
function processesWorthSaying({ processes }: Comparison): readonly ProcessChange[] {
  return processes.length < 2 && processes.every((row) => row.countBefore === row.countAfter) ? [] : processes;
}

function comparedRunOf({ profile, name }: NamedProfile, overview: Overview, stepMs: Milliseconds): ComparedRun {
  const { title, command, startedAt } = profile.meta;
  return {
    name,
    title,
    command: command.join(' '),
    startedAt,
    headline: headlineOf(profile, overview),
    peak: overview.peak?.bytes ?? null,
    timeline: columnsOf(pointsOf(profile, overview), profile.meta.durationMs, stepMs),
  };
}

/** The peak is one of them: readings can miss it, and, as the kernel keeps counters by core, pass it by a few pages. */
function pointsOf(profile: Profile, { peak, mainProcess }: Overview): Point[] {
  if (!peak) return [];
  const read = peak.unit === 'PSS' ? pssOverTime(profile) : residentOverTime(profile, mainProcess);
  const points = peak.exact ? read.map(({ time, bytes }) => ({ time, bytes: Math.min(bytes, peak.bytes) })) : read;
  return Number.isNaN(peak.time) ? points : [...points, { time: peak.time, bytes: peak.bytes }];
}

/** Between two readings nothing is known; the earlier one is drawn on, as a step. */
export function columnsOf(points: readonly Point[], durationMs: Milliseconds, stepMs: Milliseconds): (Bytes | null)[] {
  const columns = new Array<Bytes | null>(COLUMNS).fill(null);
  const columnOf = (time: Milliseconds) => Math.min(COLUMNS - 1, Math.max(0, Math.floor(time / stepMs)));
  for (const { time, bytes } of points) {
    const at = columnOf(time);
    columns[at] = Math.round(Math.max(columns[at] ?? 0, bytes));
  }
  const end = columnOf(durationMs);
  let last: Bytes | null = null;
  return columns.map((bytes, at) => {
    last = bytes ?? last;
    return at <= end ? last : null;
  });
}

/** What came from a program, its files and its command line must not turn the reading direction of a page. */
function withPlainTexts(page: ComparisonPage): ComparisonPage {
  return JSON.parse(JSON.stringify(page), (_, value: unknown) =>
    typeof value === 'string' ? plainText(value) : value,
  );
}
