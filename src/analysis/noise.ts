// THE RULE OF NOISE: what a comparison calls a change. Two runs of one program on one machine are never alike to the byte;
// a change is said only where it is more than they differ by. Everything that compares goes through this file.
//
// Figures of the kernel and exact counts: within 1 %, or 0.5 MiB where that is more, is no change. The kernel keeps its
// counters by core and adds them up in batches (up to 64 pages a core), pages of files come in clusters around the one that was
// asked for, and hash and address randomization move small objects about. Sums of PSS: 2 %, since a bound on what lay
// between two readings is given only above that (peak.ts). A figure that may be higher than what was seen counts as a range.
//
// Sampled figures: their 95 % intervals must lie apart, and the change must be 1 MiB, some 16 sampling distances. Of a hundred lines
// five have an interval that misses their true value; that two intervals lie apart by chance is far rarer. A change of less than 1 %
// of the larger peak must be surer still: there the gap between the intervals must be half as wide as they are on average,
// which chance gives three times in a hundred thousand. Fewer than ten samples behind the larger figure carry no verdict, unless
// both are below that floor whatever they are.
//
// Which moment a run is caught at is chance where it stands as high more than once: a line, or a row, is held against the most that it
// held at all moments as high as the peak (near-peak.ts). Where threads run, what malloc holds free is chance (by-chance.ts). Several
// runs of a program show what they differ by (repeats.ts).
//
// Rows and lines are those of the moment that was seen, which may fall short of the peak, and what an account leaves
// unexplained may be in any of them: each may hold that much more at the peak (or less, where the rows are too much). In
// the remainder the errors of all rows meet: its noise is theirs times the root of their number, and more than that is an
// account that went wrong, not a change.
import { type Bytes, type Fraction, MIB } from '#base/units.ts';
import type { Estimate } from './interval.ts';

export type Verdict = 'grew' | 'shrank' | 'new' | 'gone' | 'noChange' | 'cannotTell';

export const KERNEL_SHARE = 0.01;
export const KERNEL_LEAST: Bytes = MIB / 2;
export const PSS_SHARE = 0.02;
export const SAMPLED_SHARE = 0.01;
export const SAMPLED_LEAST: Bytes = MIB;

/** A figure of the kernel; `high` Infinity where only a lower bound is known. */
export interface Range {
  readonly bytes: Bytes;
  readonly low: Bytes;
  readonly high: Bytes;
}

/** Two figures of the same thing in two runs. */
export interface Change {
  readonly before: Bytes;
  readonly after: Bytes;
  /** after - before. */
  readonly change: Bytes;
  readonly verdict: Verdict;
}

/** What figures of the kernel differ by without a change, where the larger of two peaks (or figures) is `largest`. */
export function kernelNoise(largest: Bytes, share = KERNEL_SHARE): Bytes {
  return Math.max(KERNEL_LEAST, share * largest);
}

/** What a sampled figure differs by without a change. */
export interface SampledNoise {
  readonly least: Bytes;
  /** Less than this must be surer. */
  readonly plain: Bytes;
}

export function sampledNoise(largestPeak: Bytes): SampledNoise {
  return { least: SAMPLED_LEAST, plain: Math.max(SAMPLED_LEAST, SAMPLED_SHARE * largestPeak) };
}

export function exactly(bytes: Bytes): Range {
  return { bytes, low: bytes, high: bytes };
}

/** What a figure of the moment that was seen may be at the peak: more by what is missing there, less by what is too much. */
export function atPeak<T extends Range>(figure: T, missing: Bytes): T {
  return { ...figure, low: figure.low + Math.min(0, missing), high: figure.high + Math.max(0, missing) };
}

export function judgeRange(before: Range, after: Range, noise: Bytes): Verdict {
  const change = after.bytes - before.bytes;
  const isBounded = Number.isFinite(before.high) && Number.isFinite(after.high);
  if (Math.abs(change) <= noise) return isBounded ? 'noChange' : 'cannotTell';
  return gapOf(change, before, after) > 0 ? directionOf(change) : 'cannotTell';
}

export function judgeRemainder(change: Bytes, noise: Bytes, rows: number): Verdict {
  return Math.abs(change) <= noise * Math.sqrt(rows) ? 'noChange' : 'cannotTell';
}

export function judgeEstimate(before: Estimate, after: Estimate, { least, plain }: SampledNoise): Verdict {
  if (Math.max(before.high, after.high) < least) return 'noChange';
  const change = after.bytes - before.bytes;
  const isCertain = (change < 0 || after.certain) && (change > 0 || before.certain);
  if (!isCertain) return 'cannotTell';
  const apart = Math.abs(change) >= plain ? 0 : SURER * (widthOf(before) + widthOf(after));
  return Math.abs(change) >= least && gapOf(change, before, after) > apart ? directionOf(change) : 'noChange';
}

/** Of the width of both intervals: puts their limits at 2.94 standard errors instead of 1.96, and the difference at 4.2. */
const SURER: Fraction = 1 / 4;

function widthOf({ low, high }: Range): Bytes {
  return high - low;
}

/** How far two ranges lie apart in the direction of the change; below zero where they overlap. */
function gapOf(change: Bytes, before: Range, after: Range): Bytes {
  return change > 0 ? after.low - before.high : before.low - after.high;
}

export function directionOf(change: Bytes): Verdict {
  return change > 0 ? 'grew' : 'shrank';
}

/** A thing that only one run has came or went, where its figure changed at all. */
export function cameOrWent(verdict: Verdict, isBefore: boolean, isAfter: boolean): Verdict {
  if (verdict === 'grew' && !isBefore) return 'new';
  return verdict === 'shrank' && !isAfter ? 'gone' : verdict;
}

/** True where the verdict says that something is different. */
export function isChange(verdict: Verdict): boolean {
  return verdict !== 'noChange' && verdict !== 'cannotTell';
}

const RANK: Readonly<Record<Verdict, number>> = { grew: 0, shrank: 0, new: 0, gone: 0, cannotTell: 1, noChange: 2 };

/** Changes first, what cannot be told next, largest first within each. */
export function compareChanges(a: Change, b: Change): number {
  return (
    RANK[a.verdict] - RANK[b.verdict] ||
    Math.abs(b.change) - Math.abs(a.change) ||
    Math.max(b.before, b.after) - Math.max(a.before, a.after)
  );
}
