// Lines of code of two runs, matched: by file below each run's working directory, so that two checkouts compare; by function
// and source text, so that a line that only moved stays the same line; and by number, shifted as its neighbours, where its text was edited.
import type { Profile } from '#profile/types.ts';
import type { MeasuredRun, SideRuns } from './compared-runs.ts';
import { type Estimate, NOTHING, UNSEEN_MOST } from './interval.ts';
import type { LineRow } from './lines.ts';
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

interface Candidate {
  readonly row: LineRow;
  readonly file: string;
  readonly source: string;
}

type Judge = (pair: Pair) => Verdict;
type Pair = readonly [before: Candidate | undefined, after: Candidate | undefined];

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

function candidatesOf({ profile, overview }: MeasuredRun): Candidate[] {
  const { sources, strings } = profile;
  const texts = new Map<string, string>();
  for (let row = 0; row < sources.length; row++) {
    texts.set(`${sources.line[row]}:${strings[sources.file[row]!]}`, strings[sources.text[row]!]!.trim());
  }
  return overview.lines
    .filter((row) => !row.importing)
    .map((row) => ({
      row,
      file: comparablePath(row.file, profile.meta.workingDirectory),
      source: row.place === 'line' ? (texts.get(`${row.line}:${row.file}`) ?? '') : '',
    }));
}

const INSTALLED = /\/(?:site|dist)-packages\/(.+)$/;
const STANDARD = /\/lib(?:64)?\/python3[^/]*\/(.+)$/;

/** The part of a path that two checkouts, or two environments, have in common. */
export function comparablePath(file: string, workingDirectory: string): string {
  const library = INSTALLED.exec(file) ?? STANDARD.exec(file);
  if (library) return library[1]!;
  const root = workingDirectory.endsWith('/') ? workingDirectory : `${workingDirectory}/`;
  return root.length > 1 && file.startsWith(root) ? file.slice(root.length) : file;
}

/** Each candidate in exactly one pair. Texts first, in all functions: how they moved tells where edited lines went. */
function matchLines(before: readonly Candidate[], after: readonly Candidate[]): Pair[] {
  const pairs: Pair[] = [];
  const byFile = (one: Candidate) => JSON.stringify([one.row.place, one.file]);
  for (const file of groupBoth(before, after, byFile)) {
    const functions = [...groupBoth(...file, (one) => one.row.func)].map(([a, b]) => {
      const same: Pair[] = [];
      const [restA, restB] = pairByText(a, b, same);
      return { same, restA, restB };
    });
    const inFile = functions.flatMap(({ same }) => same);
    for (const { same, restA, restB } of functions) {
      pairs.push(...same);
      pairByNumber(restA, restB, shiftOf(same.length > 0 ? same : inFile), pairs);
    }
  }
  return pairs;
}

/** Lines with the same text: by number where one run has more of them, else in the order in which they stand. */
function pairByText(before: readonly Candidate[], after: readonly Candidate[], pairs: Pair[]) {
  const rest: [Candidate[], Candidate[]] = [[], []];
  for (const [a, b] of groupBoth(before, after, (one) => one.source)) {
    if ((a[0] ?? b[0])!.source === '') {
      rest[0].push(...a);
      rest[1].push(...b);
      continue;
    }
    const [restA, restB] = a.length === b.length ? [a, b] : pairSameNumbers(a, b, pairs);
    const count = Math.min(restA.length, restB.length);
    const [inOrderA, inOrderB] = [restA.sort(byLine), restB.sort(byLine)];
    for (let i = 0; i < count; i++) pairs.push([inOrderA[i], inOrderB[i]]);
    rest[0].push(...inOrderA.slice(count));
    rest[1].push(...inOrderB.slice(count));
  }
  return rest;
}

/** By how many lines code moved: the median of those whose text did not change; 0 where there are none. */
function shiftOf(pairs: readonly Pair[]): number {
  const shifts = pairs.map(([a, b]) => b!.row.line - a!.row.line).sort((x, y) => x - y);
  const middle = (shifts.length - 1) / 2;
  return shifts.length === 0 ? 0 : (shifts[Math.floor(middle)]! + shifts[Math.ceil(middle)]!) / 2;
}

/** What is left is matched by number, moved as the others or as it was; and then stands alone. */
function pairByNumber(before: readonly Candidate[], after: readonly Candidate[], shift: number, pairs: Pair[]): void {
  const [movedA, movedB] = pairSameNumbers(before, after, pairs, shift);
  const [restA, restB] = pairSameNumbers(movedA, movedB, pairs);
  for (const one of restA) pairs.push([one, undefined]);
  for (const one of restB) pairs.push([undefined, one]);
}

function pairSameNumbers(before: readonly Candidate[], after: readonly Candidate[], pairs: Pair[], shift = 0) {
  const rest: [Candidate[], Candidate[]] = [[], []];
  const isMoved = new Set(before);
  const numberOf = (one: Candidate) => String(one.row.line + (isMoved.has(one) ? shift : 0));
  for (const [a, b] of groupBoth(before, after, numberOf)) {
    const count = Math.min(a.length, b.length);
    for (let i = 0; i < count; i++) pairs.push([a[i], b[i]]);
    rest[0].push(...a.slice(count));
    rest[1].push(...b.slice(count));
  }
  return rest;
}

function byLine(a: Candidate, b: Candidate): number {
  return a.row.line - b.row.line;
}

/** Groups of equal key, of both runs. */
function groupBoth(
  before: readonly Candidate[],
  after: readonly Candidate[],
  keyOf: (one: Candidate) => string,
): Iterable<[Candidate[], Candidate[]]> {
  const groups = new Map<string, [Candidate[], Candidate[]]>();
  [before, after].forEach((side, i) => {
    for (const one of side) {
      const key = keyOf(one);
      const group = groups.get(key) ?? [[], []];
      group[i]!.push(one);
      groups.set(key, group);
    }
  });
  return groups.values();
}
