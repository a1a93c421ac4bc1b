// What the formats for other viewers have in common: stacks with what they hold, and how frames are named there.
import { isHeap, isLiveMemory, residentOf } from '#analysis/domains.ts';
import { type EdgeRange, goneSince, liveSince, withLive } from '#analysis/lifetimes.ts';
import { findMoment, findPeak } from '#analysis/peak.ts';
import {
  FRAME_KIND,
  type IndexIntoMoments,
  type IndexIntoProcesses,
  type IndexIntoStacks,
  MOMENT_KIND,
  type Profile,
} from '#profile/types.ts';
import { plainLine } from './plain-text.ts';

export interface StackSelection {
  /** The moment whose live memory is given; absent: the peak of the run, or of the process where one is selected. */
  readonly moment?: IndexIntoMoments;
  /** Only this process; absent: all that were alive then. */
  readonly process?: IndexIntoProcesses;
  /** What came and went between these two, instead of what was alive at a moment and allocated over the run. */
  readonly between?: EdgeRange;
}

/** One of the two amounts that the formats give of each stack. */
export interface StackSeries {
  readonly title: string;
  /** Of pprof's sample types: "inuse" gives inuse_space and inuse_objects. */
  readonly sampleType: string;
  readonly stacks: readonly WeightedStack[];
}

export function seriesOf(profile: Profile, selection: StackSelection): readonly [StackSeries, StackSeries] {
  const { between } = selection;
  if (!between) {
    return [
      { title: 'live at the peak', sampleType: 'inuse', stacks: liveStacks(profile, selection) },
      { title: 'allocated in total', sampleType: 'alloc', stacks: allocatedStacks(profile, selection) },
    ];
  }
  return [
    { title: 'came between the two moments', sampleType: 'came', stacks: cameStacks(profile, between, selection) },
    { title: 'went between the two moments', sampleType: 'went', stacks: wentStacks(profile, between, selection) },
  ];
}

/** Alive at the second moment and not at the first, by stack, in order of stacks. */
export function cameStacks(profile: Profile, { from, to }: EdgeRange, selection: StackSelection): WeightedStack[] {
  return liveStacks(withLive(profile, liveSince(profile, from, to)), { ...selection, moment: 0 });
}

/** Alive at the first moment and not at the second. */
export function wentStacks(profile: Profile, { from, to }: EdgeRange, selection: StackSelection): WeightedStack[] {
  return liveStacks(withLive(profile, goneSince(profile, from, to)), { ...selection, moment: 0 });
}

export interface WeightedStack {
  /** -1: no Python ran. */
  readonly stack: IndexIntoStacks;
  readonly bytes: number;
  readonly blocks: number;
}

export const NO_PYTHON = '(no Python frame)';

/** Live memory at the selected moment by stack, in order of stacks. */
export function liveStacks(profile: Profile, selection: StackSelection): WeightedStack[] {
  const { live } = profile;
  const moment = selection.moment ?? momentOfPeak(profile, selection.process);
  const sums = new StackSums();
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || !isLiveMemory(live.domain[row]!)) continue;
    if (isOf(selection, live.process[row]!)) sums.add(live.stack[row]!, residentOf(live, row), live.blocks[row]!);
  }
  return sums.finish();
}

function momentOfPeak(profile: Profile, process: IndexIntoProcesses | undefined): IndexIntoMoments {
  if (process !== undefined) return findMoment(profile, MOMENT_KIND.processPeak, process);
  return findPeak(profile)?.moment ?? -1;
}

/** Heap allocated over the whole run by stack, in order of stacks. */
export function allocatedStacks(profile: Profile, selection: StackSelection): WeightedStack[] {
  const { churn } = profile;
  const sums = new StackSums();
  for (let row = 0; row < churn.length; row++) {
    if (!isHeap(churn.domain[row]!) || !isOf(selection, churn.process[row]!)) continue;
    sums.add(churn.stack[row]!, churn.allocated[row]!, churn.blocks[row]!);
  }
  return sums.finish();
}

function isOf({ process }: StackSelection, row: IndexIntoProcesses): boolean {
  return process === undefined || process === row;
}

class StackSums {
  readonly #sums = new Map<number, { stack: number; bytes: number; blocks: number }>();

  add(stack: number, bytes: number, blocks: number): void {
    const sum = this.#sums.get(stack);
    if (sum) {
      sum.bytes += bytes;
      sum.blocks += blocks;
    } else this.#sums.set(stack, { stack, bytes, blocks });
  }

  finish(): WeightedStack[] {
    return [...this.#sums.values()].sort((a, b) => a.stack - b.stack);
  }
}

/** Whole numbers that are each within 1 of the given ones and add up to their rounded sum. */
export function roundKeepingSum(values: readonly number[]): number[] {
  let exact = 0;
  let given = 0;
  return values.map((value) => {
    exact += value;
    const whole = Math.max(0, Math.round(exact) - given);
    given += whole;
    return whole;
  });
}

/** Frames of a stack, outermost first. */
export function framesOf({ stacks }: Profile, stack: IndexIntoStacks): number[] {
  const frames: number[] = [];
  for (let at = stack; at >= 0; at = stacks.parent[at]!) frames.push(stacks.frame[at]!);
  return frames.reverse();
}

export interface FrameName {
  readonly func: string;
  readonly file: string;
  /** 0: not known. */
  readonly line: number;
  /** A function of native code; `file` is the ELF file that it is in. */
  readonly native: boolean;
}

export function frameName({ frames, strings }: Profile, frame: number): FrameName {
  return {
    func: plainLine(strings[frames.func[frame]!]!) || '(unknown)',
    file: plainLine(strings[frames.file[frame]!]!),
    line: Math.max(0, frames.line[frame]!),
    native: frames.kind[frame] === FRAME_KIND.native,
  };
}
