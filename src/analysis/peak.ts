// The headline: how much memory the run needed, in the kernel's own unit. One process: VmHWM, which the kernel keeps
// exactly. Several: the largest sum of PSS that was observed, with a bound on what may have been missed between looks.
import type { Bytes, Milliseconds } from '#base/units.ts';
import {
  HWM_SOURCE,
  type IndexIntoMoments,
  type IndexIntoProcesses,
  MOMENT_KIND,
  type Profile,
} from '#profile/types.ts';
import { computeTicks, findPssTick, type Tick } from './ticks.ts';

export interface Peak {
  /** 'VmHWM': one process, kept by the kernel. 'PSS': several, shared pages counted once. */
  readonly unit: 'VmHWM' | 'PSS';
  readonly bytes: Bytes;
  /** Upper bound of what was not observed; equal to `bytes` where the figure is exact. */
  readonly high: Bytes;
  /** The figure is the kernel's own, read at exit. */
  readonly exact: boolean;
  /** When it was, as near as it was seen; NaN = not known. */
  readonly time: Milliseconds;
  /** Resident memory read at that time; how far it lies from `bytes` tells how near the moment was caught. */
  readonly residentThen: Bytes;
  /** Whose peak it is; -1 for several processes together. */
  readonly process: IndexIntoProcesses;
  /** Processes that ran at that time. */
  readonly processes: number;
  /** Moment whose live table belongs to it; -1 = none. */
  readonly moment: IndexIntoMoments;
}

/** A bound above the figure by no more than this is not worth a reader's time. */
const NOTABLE_BOUND = 0.02;

/** The peak that a report leads with, or null where nothing was measured at all. */
export function findPeak(profile: Profile): Peak | null {
  if (profile.processes.length === 0) return null;
  const tree = findTreePeak(profile);
  const own = findProcessPeak(profile, 0);
  if (profile.processes.length === 1) return own ?? tree;
  // Helpers that come and go beside one program, such as a compiler probe, do not make it a tree: the sum must pass
  // what the program itself reached.
  const largest = Math.max(...profile.processes.hwm.filter((hwm) => !Number.isNaN(hwm)), 0);
  if (tree && (tree.bytes > largest * (1 + NOTABLE_BOUND) || (own === null && tree.processes > 1))) return tree;
  return largest > 0 ? findProcessPeak(profile, profile.processes.hwm.indexOf(largest)) : tree;
}

export function findProcessPeak(profile: Profile, process: IndexIntoProcesses): Peak | null {
  const bytes = profile.processes.hwm[process]!;
  if (Number.isNaN(bytes) || bytes === 0) return null;
  const exact = profile.processes.hwmSource[process]! >= HWM_SOURCE.atExit;
  const moment = findMoment(profile, MOMENT_KIND.processPeak, process);
  const time = moment < 0 ? timeOfLargestRss(profile, process) : profile.moments.time[moment]!;
  const residentThen = moment < 0 ? Number.NaN : profile.moments.resident[moment]!;
  return { unit: 'VmHWM', bytes, high: bytes, exact, time, residentThen, process, processes: 1, moment };
}

/** The sum of PSS that the capture chose, or the largest; null where PSS was never read. */
export function findTreePeak(profile: Profile): Peak | null {
  const ticks = computeTicks(profile);
  const moment = findMoment(profile, MOMENT_KIND.treePeak, -1);
  const best = (moment < 0 ? undefined : findPssTick(ticks, profile.moments.time[moment]!)) ?? largestSum(ticks);
  if (!best) return null;
  const bound = boundBetweenLooks(profile, ticks);
  return {
    unit: 'PSS',
    bytes: best.pss,
    high: bound > best.pss * (1 + NOTABLE_BOUND) ? bound : best.pss,
    exact: false,
    time: best.time,
    residentThen: best.pss,
    process: -1,
    processes: best.end - best.first,
    moment,
  };
}

function largestSum(ticks: readonly Tick[]): Tick | undefined {
  let best: Tick | undefined;
  for (const tick of ticks) if (!Number.isNaN(tick.pss) && tick.pss > (best?.pss ?? 0)) best = tick;
  return best;
}

function boundBetweenLooks(profile: Profile, ticks: readonly Tick[]): Bytes {
  return boundsOfTicks(profile, ticks).reduce((most, bound) => Math.max(most, bound), 0);
}

/**
 * What the sum of PSS can have been at most at each tick: of each process the last PSS plus what its RSS has risen by since,
 * or the next PSS plus what its RSS is to fall by until then, whichever is less (pages that it came to share count fully in
 * both). A process without a reading counts with what its private memory can be at most, its anonymous RSS.
 */
export function boundsOfTicks(profile: Profile, ticks: readonly Tick[]): Float64Array {
  const fromLast = boundsFromReadings(profile, 1);
  const fromNext = boundsFromReadings(profile, -1);
  return Float64Array.from(ticks, (tick) => {
    let sum = 0;
    for (let row = tick.first; row < tick.end; row++) {
      const least = Math.min(fromLast[row]!, fromNext[row]!);
      sum += least === Number.POSITIVE_INFINITY ? atMostPrivate(profile, row) : least;
    }
    return sum;
  });
}

/** By row of SampleTable, Infinity where its process has no reading before it (step 1) or after it (step -1). */
function boundsFromReadings({ samples, processes, meta }: Profile, step: 1 | -1): Float64Array {
  const { pageBytes } = meta.environment;
  const knownPss = new Float64Array(processes.length).fill(Number.POSITIVE_INFINITY);
  const knownRss = new Float64Array(processes.length);
  const knownFaults = new Float64Array(processes.length);
  const bounds = new Float64Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const row = step === 1 ? i : samples.length - 1 - i;
    const process = samples.process[row]!;
    if (!Number.isNaN(samples.pss[row]!)) {
      knownPss[process] = samples.pss[row]!;
      knownRss[process] = samples.rss[row]!;
      knownFaults[process] = samples.minorFaults[row]!;
    }
    const risen = samples.rss[row]! - knownRss[process]!;
    // A fault may have made a copy of a shared page: PSS rises and RSS does not.
    const faulted = Math.max(0, samples.minorFaults[row]! - knownFaults[process]!) * pageBytes;
    const bound = knownPss[process]! + Math.max(0, risen, step === 1 ? faulted : 0);
    bounds[row] = knownPss[process] === Number.POSITIVE_INFINITY ? bound : Math.min(bound, samples.rss[row]!);
  }
  return bounds;
}

function atMostPrivate({ samples }: Profile, row: number): Bytes {
  const anon = samples.anon[row]!;
  return Number.isNaN(anon) ? samples.rss[row]! : anon;
}

function timeOfLargestRss(profile: Profile, process: IndexIntoProcesses): Milliseconds {
  const { samples } = profile;
  let time = Number.NaN;
  let largest = -1;
  for (let row = 0; row < samples.length; row++) {
    if (samples.process[row] === process && samples.rss[row]! > largest) {
      largest = samples.rss[row]!;
      time = samples.time[row]!;
    }
  }
  return time;
}

export function findMoment(profile: Profile, kind: number, process: IndexIntoProcesses): IndexIntoMoments {
  const { moments } = profile;
  for (let row = 0; row < moments.length; row++) {
    if (moments.kind[row] === kind && moments.process[row] === process) return row;
  }
  return -1;
}
