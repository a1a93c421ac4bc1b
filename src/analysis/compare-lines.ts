// Lines of code of two runs, side by side: what each held at the peak, and whether that is more than chance.
import type { Profile } from '#profile/types.ts';
import type { MeasuredRun, SideRuns } from './compared-runs.ts';
import { type Estimate, NOTHING, UNSEEN_MOST } from './interval.ts';
import type { LineRow } from './lines.ts';
import { type Candidate, candidatesOf, matchLines, type Pair } from './match-lines.ts';
import {
  atPeak,
  type Change,
  cameOrWent,
  compareChanges,
  isChange,
  judgeEstimate,
  type SampledNoise,
  type Verdict,
} from './noise.ts';
import { medianRange } from './repeats.ts';
import { samplingMean } from './tally.ts';

export interface LineChange extends Change {
  /** Below the working directory, or below the installed packages, or the whole path. */
  readonly file: string;
  /** 1-based; -1 = the run has no such line, or none is known. */
  readonly lineBefore: number;
  readonly lineAfter: number;
  readonly func: string;
  readonly place: LineRow['place'];
  /** Text of the line, of the later run where both have it; "" where the profile has none. */
  readonly source: string;
  /** The text before, where it was another. */
  readonly sourceBefore: string;
  readonly beforeHeap: Estimate;
  readonly afterHeap: Estimate;
}

type Judge = (pair: Pair) => Verdict;

/** Lines that import are left to the packages. `peak`: whether that has changed. */
export function compareLines(before: SideRuns, after: SideRuns, noise: SampledNoise, peak: Verdict): LineChange[] {
  const unseen = [unseenIn(before.shown.profile), unseenIn(after.shown.profile)] as const;
  const shown = [candidatesOf(before.shown), candidatesOf(after.shown)] as const;
  const [ofBefore, ofAfter] = [knownIn(before, shown), knownIn(after, shown)];
  const judge: Judge = ([a, b]) => {
    const verdict = judgeEstimate(ofBefore(a, b), ofAfter(b, a), noise);
    if (!isChange(verdict) || isChange(peak)) return verdict;
    // Who has more at peaks of one height has it for a moment, and the other may have had it at another.
    const isMore = (b?.row.heap.bytes ?? 0) > (a?.row.heap.bytes ?? 0);
    return isOfMoments(isMore ? after.shown : before.shown, (isMore ? b : a)!.row) ? 'noChange' : verdict;
  };
  return matchLines(...shown)
    .map((pair) => changeOf(pair, unseen, judge))
    .sort(compareChanges);
}

/** What the runs of one side know of a line: `own` as the shown one has it, else `other` as the other side has it. */
function knownIn({ all }: SideRuns, shown: readonly (readonly Candidate[])[]) {
  const finders = all.map((run, i) => finderIn(i === 0 ? null : candidatesOf(run), shown));
  return (own: Candidate | undefined, other: Candidate | undefined): Estimate => {
    const estimates = all.map((run, i) => {
      const found = i === 0 ? own : finders[i]!(own ?? other!);
      return found ? nearPeak(run, found.row) : unseenIn(run.profile);
    });
    return medianRange(estimates[0]!, estimates);
  };
}

/** The line of another run that a line of one of the shown ones is. */
function finderIn(lines: readonly Candidate[] | null, shown: readonly (readonly Candidate[])[]) {
  const found = new Map<Candidate, Candidate>();
  for (const side of lines ? shown : []) {
    for (const [one, other] of matchLines(side, lines!)) if (one && other) found.set(one, other);
  }
  return (line: Candidate): Candidate | undefined => found.get(line);
}

/** At no end of an interval did the line hold even half of what it did at the peak: its blocks do not last that long. */
function isOfMoments({ near }: MeasuredRun, row: LineRow): boolean {
  const most = near.ofLine(row);
  return most !== undefined && most.possible.bytes < row.heap.bytes / 2;
}

/**
 * A line with what it held at most at moments as high as the peak; and with what the moment that was seen lacks of the peak, as far as
 * the line ever asked for so much.
 */
function nearPeak({ near, missing }: MeasuredRun, row: LineRow): Estimate {
  const { sure, possible } = near.ofLine(row) ?? { sure: row.heap, possible: row.heap };
  const [low, high] = [Math.max(row.heap.low, sure.low), Math.max(row.heap.high, possible.high)];
  const known = atPeak({ ...row.heap, low, high }, missing);
  return row.parts.mapped > 0 ? known : { ...known, high: Math.min(known.high, Math.max(high, row.allocated.high)) };
}

/** A line that no sample fell on may still hold this much. */
function unseenIn(profile: Profile): Estimate {
  return { ...NOTHING, high: UNSEEN_MOST * samplingMean(profile) };
}

function changeOf([a, b]: Pair, unseen: readonly [Estimate, Estimate], judge: Judge): LineChange {
  const one = (b ?? a)!;
  const [beforeHeap, afterHeap] = [a?.row.heap ?? unseen[0], b?.row.heap ?? unseen[1]];
  const verdict = judge([a, b]);
  return {
    file: one.file,
    lineBefore: a?.row.line ?? -1,
    lineAfter: b?.row.line ?? -1,
    func: one.row.func,
    place: one.row.place,
    source: one.source,
    sourceBefore: a && b && a.source !== b.source ? a.source : '',
    beforeHeap,
    afterHeap,
    before: beforeHeap.bytes,
    after: afterHeap.bytes,
    change: afterHeap.bytes - beforeHeap.bytes,
    verdict: cameOrWent(verdict, a !== undefined, b !== undefined),
  };
}
