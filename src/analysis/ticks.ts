// The sample table read tick by tick: one tick is one look at the whole process tree.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';

export interface Tick {
  /** Rows [first, end) of SampleTable. */
  readonly first: number;
  readonly end: number;
  readonly time: Milliseconds;
  /** Sum of RSS: counts shared pages once for each process. */
  readonly rss: Bytes;
  /** Sum of PSS; NaN unless it was read for every process of the tick. */
  readonly pss: Bytes;
  /** Of `pss`, in pages of files and in shared memory; NaN where that was not told. */
  readonly pssFile: Bytes;
  readonly pssShmem: Bytes;
}

/** Ticks in order of time. A new tick begins where a process comes round again. */
export function computeTicks(profile: Profile): Tick[] {
  const { samples } = profile;
  const ticks: Tick[] = [];
  const seenIn = new Int32Array(profile.processes.length).fill(-1);
  let first = 0;
  for (let row = 0; row <= samples.length; row++) {
    const over = row === samples.length || seenIn[samples.process[row]!] === ticks.length;
    if (over && row > first) {
      ticks.push(tickOf(profile, first, row));
      first = row;
    }
    if (row < samples.length) seenIn[samples.process[row]!] = ticks.length;
  }
  return ticks;
}

function tickOf(profile: Profile, first: number, end: number): Tick {
  const { samples } = profile;
  const sum = { rss: 0, pss: 0, pssFile: 0, pssShmem: 0 };
  for (let row = first; row < end; row++) {
    sum.rss += samples.rss[row]!;
    sum.pss += samples.pss[row]!;
    sum.pssFile += samples.pssFile[row]!;
    sum.pssShmem += samples.pssShmem[row]!;
  }
  return { first, end, time: samples.time[first]!, ...sum };
}

/** The tick of just that time at which PSS was read. */
export function findPssTick(ticks: readonly Tick[], time: Milliseconds): Tick | undefined {
  return ticks.find((tick) => tick.time === time && !Number.isNaN(tick.pss));
}
