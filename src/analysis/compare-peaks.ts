// The peaks of two runs. Where they differ by more than noise and threads allocate, the difference may be nothing but what malloc
// holds free (by-chance.ts). What the program had alive at most, and its rows of the account that are not chance, tell.
import type { Bytes } from '#base/units.ts';
import { chanceOfPeak, settledOf } from './by-chance.ts';
import type { MeasuredRun, SideRuns } from './compared-runs.ts';
import { computeHeapPeak, type HeapPeak } from './heap-peak.ts';
import {
  type Change,
  directionOf,
  judgeRange,
  KERNEL_SHARE,
  kernelNoise,
  PSS_SHARE,
  type Range,
  type Verdict,
} from './noise.ts';
import type { Peak } from './peak.ts';
import { medianRange } from './repeats.ts';
import { computeTicks } from './ticks.ts';

export interface PeakChange extends Change {
  readonly unit: Peak['unit'];
  /** What the kernel can have counted at most; Infinity where the run was read only while it went on. */
  readonly beforeHigh: number;
  readonly afterHigh: number;
  /** Change as a share of the peak before; NaN for none. */
  readonly share: number;
  /** What this peak differs by from run to run. */
  readonly noise: number;
  /** Of the change, what is chance and why it is not called one (judgeByHeap); null where the kernel's figures themselves tell. */
  readonly byChance: Bytes | null;
  /** Alive at once at most (heap-peak.ts); null where it was not counted. */
  readonly heap: HeapChange | null;
}

export interface HeapChange {
  /** By the allocators' counts. */
  readonly before: Bytes;
  readonly after: Bytes;
  /** As much of the change as records of blocks say too. */
  readonly change: Bytes;
}

/** null where a shown run was not measured. */
export function comparePeaks(before: SideRuns, after: SideRuns): PeakChange | null {
  const [a, b] = [rangeOfRuns(before), rangeOfRuns(after)];
  const unit = before.shown.overview.peak?.unit;
  if (!a || !b || !unit) return null;
  const noise = kernelNoise(Math.max(a.bytes, b.bytes), unit === 'PSS' ? PSS_SHARE : KERNEL_SHARE);
  const change = b.bytes - a.bytes;
  const heap = compareHeaps(before, after);
  const difference = { unit, kernel: judgeRange(a, b, noise), change, heap, noise };
  const isRepeated = before.all.length + after.all.length > 2;
  const byHeap = isRepeated || !heap ? null : judgeByHeap({ ...difference, heap }, before.shown, after.shown);
  const isBounded = Number.isFinite(a.high + b.high);
  const verdict = isRepeated && isBounded ? judgeRuns(difference) : (byHeap?.verdict ?? difference.kernel);
  return {
    unit,
    before: a.bytes,
    after: b.bytes,
    change,
    verdict,
    beforeHigh: a.high,
    afterHigh: b.high,
    share: a.bytes > 0 ? change / a.bytes : Number.NaN,
    noise,
    byChance: byHeap?.bytes ?? null,
    heap,
  };
}

function rangeOfRuns({ shown, all }: SideRuns): Range | null {
  if (!shown.overview.peak) return null;
  const runs = all.flatMap(({ overview }) => (overview.peak ? [rangeOf(overview.peak)] : []));
  return medianRange(runs[0]!, runs);
}

function rangeOf({ unit, bytes, high, exact }: Peak): Range {
  return { bytes, low: bytes, high: unit === 'VmHWM' && !exact ? Number.POSITIVE_INFINITY : high };
}

/** What several runs themselves differ by is no change and no puzzle, unless as much more was alive. */
function judgeRuns({
  kernel,
  change,
  heap,
  noise,
}: Omit<Difference, 'heap'> & { readonly heap: HeapChange | null }): Verdict {
  if (kernel !== 'cannotTell') return kernel;
  return heap && Math.abs(heap.change) > noise && heap.change > 0 === change > 0 ? directionOf(change) : 'noChange';
}

/** null where they were not counted in the shown runs. */
function compareHeaps({ shown: before }: SideRuns, { shown: after }: SideRuns): HeapChange | null {
  const [a, b] = [heapPeakOf(before), heapPeakOf(after)];
  if (Number.isNaN(a.counted + b.counted)) return null;
  const change = smaller(b.counted - a.counted, b.seen - a.seen);
  return { before: a.counted, after: b.counted, change };
}

/** What both say; a reading may have missed a short moment, and the ends of intervals miss all of them. */
function smaller(one: Bytes, other: Bytes): Bytes {
  if (Number.isNaN(other)) return one;
  if (one > 0 !== other > 0) return 0;
  return Math.abs(one) < Math.abs(other) ? one : other;
}

function heapPeakOf({ profile, overview }: MeasuredRun): HeapPeak {
  const { peak, mainProcess } = overview;
  return computeHeapPeak(profile, peak?.unit === 'PSS' ? undefined : mainProcess);
}

interface Difference {
  readonly unit: Peak['unit'];
  readonly kernel: Verdict;
  readonly change: Bytes;
  readonly heap: HeapChange;
  readonly noise: Bytes;
}

interface ByHeap {
  readonly verdict: Verdict;
  readonly bytes: Bytes;
}

/** How a difference is judged by what it is made of; null where the kernel's figure itself stands. */
function judgeByHeap(difference: Difference, before: MeasuredRun, after: MeasuredRun): ByHeap | null {
  const { unit, kernel } = difference;
  if (kernel === 'noChange') return null;
  if (unit === 'PSS') return judgeByReadings(difference, before, after);
  return kernel === 'cannotTell' ? null : judgeByChance(difference, before, after);
}

/** So many readings with all of its processes know a sum of PSS well enough. */
const MANY_READINGS = 10;

/**
 * A sum of PSS is as high as its readings happened to be, and processes that live for a second pass even the bound between them:
 * where there are few, what the processes had alive at most tells, and what is not chance. Where there are many it is the other
 * way round: pages that are no longer shared count in PSS and not in any heap.
 */
function judgeByReadings(difference: Difference, before: MeasuredRun, after: MeasuredRun): ByHeap | null {
  const { kernel, change, heap, noise } = difference;
  if (kernel !== 'cannotTell' && [before, after].every(isReadOften)) return null;
  const own = heap.change + settledOf(after) - settledOf(before);
  if (Number.isNaN(own)) return null;
  const bytes = change - own;
  if (Math.abs(own) <= noise) return { verdict: 'noChange', bytes };
  return { verdict: own > 0 === change > 0 ? directionOf(change) : 'cannotTell', bytes };
}

function isReadOften({ profile, overview }: MeasuredRun): boolean {
  const most = overview.peak?.processes ?? 0;
  const whole = computeTicks(profile).filter(({ pss, first, end }) => !Number.isNaN(pss) && end - first >= most);
  return whole.length >= MANY_READINGS;
}

/** Up to what chance makes of it, a difference that the program does not account for is none. */
function judgeByChance({ change, heap, noise }: Difference, before: MeasuredRun, after: MeasuredRun): ByHeap | null {
  const own = heap.change + settledOf(after) - settledOf(before);
  const bytes = change - own;
  if (!(Math.abs(bytes) <= Math.max(chanceOfPeak(before), chanceOfPeak(after)))) return null;
  if (Math.abs(own) <= noise) return { verdict: 'noChange', bytes };
  return own > 0 === change > 0 ? null : { verdict: 'cannotTell', bytes };
}
