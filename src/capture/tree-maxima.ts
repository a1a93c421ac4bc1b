// The largest figures in the log of the sampler: at which moment the processes held the most together, and each one alone.
import type { Bytes, MonotonicNs } from '#base/units.ts';
import type { SampleLog } from './sample-log.ts';
import { ticksOf } from './sample-log-columns.ts';

export interface TreePeak {
  readonly time: MonotonicNs;
  readonly pss: Bytes;
  readonly processes: number;
}

/**
 * The tick with the largest sum of PSS, among those where it was read for several processes; null where never. PSS is read
 * process by process: of a page that one begins to share after another was read, both readings tell. So a sum counts less by
 * what processes may have come to share while it was read, as far as it consists of shared pages at all; one that was taken while
 * they stood is preferred.
 */
export function findTreePeak(log: SampleLog): TreePeak | null {
  let best: Reading | undefined;
  for (const reading of readingsOf(log)) {
    if (reading.pss - reading.doubtful > (best ? best.pss - best.doubtful : 0)) best = reading;
  }
  if (!best || best.processes < 2) return null;
  const { time, pss, processes } = best;
  return { time, pss, processes };
}

interface Reading extends TreePeak {
  /** Of `pss`, in pages of files and shared memory. */
  readonly shared: Bytes;
  /** Of `shared`, what may have been told twice. */
  doubtful: Bytes;
}

/** The ticks at which PSS was read of all processes. */
function readingsOf(log: SampleLog): Reading[] {
  const spans = new Map(Array.from(log.pssReadings.time, (time, i) => [time, log.pssReadings.span[i]!]));
  const shared = new SharedBefore(log.processes.length);
  const readings: Reading[] = [];
  let open: Reading | undefined; // at the tick before
  for (const [first, end] of ticksOf(log.samples)) {
    const sum = sumOf(log, first, end);
    const come = shared.next(log, first, end);
    if (open) {
      const whileRead = Math.min(1, (2 * spans.get(open.time)!) / (sum.time - open.time));
      open.doubtful = Math.min(open.shared, come * whileRead);
    }
    open = Number.isNaN(sum.pss) ? undefined : { ...sum, processes: end - first, doubtful: 0 };
    if (open) readings.push(open);
  }
  return readings;
}

/** `shared`: of PSS, in pages of files and shared memory; where the kernel does not tell, none. */
function sumOf({ samples }: SampleLog, first: number, end: number) {
  let pss = 0;
  let shared = 0;
  for (let row = first; row < end; row++) {
    pss += samples.pss[row]!;
    shared += samples.pssFile[row]! + samples.pssShmem[row]!;
  }
  return { time: samples.time[first]!, pss, shared: Number.isNaN(shared) ? 0 : shared };
}

/** What each process shared, or mapped of files, at the tick before. */
class SharedBefore {
  readonly #bytes: Float64Array;

  constructor(processes: number) {
    this.#bytes = new Float64Array(processes).fill(Number.NaN);
  }

  /** What those that were there have more of now, together. */
  next({ samples }: SampleLog, first: number, end: number): Bytes {
    let come = 0;
    for (let row = first; row < end; row++) {
      const process = samples.process[row]!;
      const now = samples.file[row]! + samples.shmem[row]!;
      const more = now - this.#bytes[process]!;
      if (more > 0) come += more;
      this.#bytes[process] = now;
    }
    return come;
  }
}

export interface RssMaximum {
  readonly time: MonotonicNs;
  readonly rss: Bytes;
  /** Of it, private memory. */
  readonly anon: Bytes;
}

/** Private memory of each process at a tick, by index; NaN where it was not there. */
export function anonAt({ samples, processes }: SampleLog, time: MonotonicNs): Float64Array {
  const anon = new Float64Array(processes.length).fill(Number.NaN);
  for (let row = 0; row < samples.length; row++) {
    if (samples.time[row] === time) anon[samples.process[row]!] = samples.anon[row]!;
  }
  return anon;
}

/** The largest RSS that was read of each process, by index; rss 0 where none was. */
export function findRssMaxima(log: SampleLog): RssMaximum[] {
  const maxima = log.processes.map(() => ({ time: Number.NaN, rss: 0, anon: Number.NaN }));
  const { samples } = log;
  for (let row = 0; row < samples.length; row++) {
    const maximum = maxima[samples.process[row]!]!;
    if (samples.rss[row]! > maximum.rss) {
      maximum.rss = samples.rss[row]!;
      maximum.anon = samples.anon[row]!;
      maximum.time = samples.time[row]!;
    }
  }
  return maxima;
}
