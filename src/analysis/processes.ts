// One line per process: what the kernel says of it, and what was found alive in it at its peak.
import type { Bytes, Milliseconds } from '#base/units.ts';
import { HWM_SOURCE, type IndexIntoProcesses, MOMENT_KIND, type Profile } from '#profile/types.ts';
import { addLiveRow, isLiveMemory } from './domains.ts';
import type { Estimate } from './interval.ts';
import { findMoment } from './peak.ts';
import { samplingMean, Tally } from './tally.ts';

export interface ProcessRow {
  readonly process: IndexIntoProcesses;
  readonly pid: number;
  readonly parent: IndexIntoProcesses;
  readonly name: string;
  readonly command: string;
  readonly python: string;
  readonly start: Milliseconds;
  readonly end: Milliseconds;
  /** VmHWM; NaN = never read. */
  readonly peak: Bytes;
  /** Read by the process itself at exit; otherwise the largest that was seen while it ran. */
  readonly exact: boolean;
  /** Largest PSS and private memory that were seen; NaN = not read. */
  readonly largestPss: Bytes;
  readonly largestPrivate: Bytes;
  readonly traced: boolean;
  /** Heap alive at its own peak; null where no agent ran inside. */
  readonly heap: Estimate | null;
}

export function computeProcesses(profile: Profile): ProcessRow[] {
  const { processes, strings } = profile;
  const largestPss = largestOf(profile, profile.samples.pss);
  const largestPrivate = largestOf(profile, profile.samples.privateBytes);
  return Array.from({ length: processes.length }, (_, process) => ({
    process,
    pid: processes.pid[process]!,
    parent: processes.parent[process]!,
    name: strings[processes.name[process]!]!,
    command: strings[processes.command[process]!]!,
    python: strings[processes.python[process]!]!,
    start: processes.start[process]!,
    end: processes.end[process]!,
    peak: processes.hwm[process]!,
    exact: processes.hwmSource[process]! >= HWM_SOURCE.atExit,
    largestPss: largestPss[process]!,
    largestPrivate: largestPrivate[process]!,
    traced: processes.traced[process] === 1,
    heap: heapAtPeak(profile, process),
  }));
}

function largestOf(profile: Profile, column: Float64Array): Float64Array {
  const { samples, processes } = profile;
  const largest = new Float64Array(processes.length).fill(Number.NaN);
  for (let row = 0; row < samples.length; row++) {
    const process = samples.process[row]!;
    if (!(column[row]! <= largest[process]!) && !Number.isNaN(column[row]!)) largest[process] = column[row]!;
  }
  return largest;
}

function heapAtPeak(profile: Profile, process: IndexIntoProcesses): Estimate | null {
  const moment = findMoment(profile, MOMENT_KIND.processPeak, process);
  if (moment < 0) return null;
  return heapAt(profile, moment);
}

/** All that was alive at a moment, in one process or (absent) in all: heap and touched anonymous mappings. */
export function heapAt(profile: Profile, moment: number, process?: IndexIntoProcesses): Estimate {
  const { live } = profile;
  const tally = new Tally(samplingMean(profile, process));
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || !isLiveMemory(live.domain[row]!)) continue;
    if (process !== undefined && live.process[row] !== process) continue;
    addLiveRow(tally, live, row);
  }
  return tally.estimate();
}
