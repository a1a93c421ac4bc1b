// Columns over time for the charts, out of the sample tables.
import type { Tick } from '#analysis/ticks.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';

export interface ProcessSeries {
  readonly time: Float64Array;
  readonly rss: Float64Array;
  readonly anon: Float64Array;
  readonly file: Float64Array;
  readonly shmem: Float64Array;
  readonly swap: Float64Array;
  readonly pss: Float64Array;
  readonly privateBytes: Float64Array;
  readonly threads: Float64Array;
  /** Per second, since the reading before; NaN at the first. */
  readonly minorFaults: Float64Array;
  readonly majorFaults: Float64Array;
}

export function readProcessSeries({ samples }: Profile, process: IndexIntoProcesses): ProcessSeries {
  const rows: number[] = [];
  for (let row = 0; row < samples.length; row++) if (samples.process[row] === process) rows.push(row);
  const pick = (column: ArrayLike<number>): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  const time = pick(samples.time);
  return {
    time,
    rss: pick(samples.rss),
    anon: pick(samples.anon),
    file: pick(samples.file),
    shmem: pick(samples.shmem),
    swap: pick(samples.swap),
    pss: pick(samples.pss),
    privateBytes: pick(samples.privateBytes),
    threads: pick(samples.threads),
    minorFaults: perSecond(time, pick(samples.minorFaults)),
    majorFaults: perSecond(time, pick(samples.majorFaults)),
  };
}

export function perSecond(time: Float64Array, total: Float64Array): Float64Array {
  return total.map((value, i) =>
    i === 0 ? Number.NaN : (1000 * (value - total[i - 1]!)) / Math.max(1, time[i]! - time[i - 1]!),
  );
}

export interface TreeSeries {
  readonly unit: 'PSS' | 'RSS';
  readonly time: Float64Array;
  /** Largest first; the last may be OTHER_PROCESSES. */
  readonly parts: readonly { readonly process: number; readonly bytes: Float64Array }[];
}

export const OTHER_PROCESSES = -1;
const MOST_PARTS = 8;

/** The sum over processes by process, in PSS where it was read for all of a tick often enough, else in RSS. */
export function readTreeSeries(profile: Profile, ticks: readonly Tick[]): TreeSeries {
  const whole = ticks.filter((tick) => !Number.isNaN(tick.pss));
  const unit = whole.length >= 2 ? 'PSS' : 'RSS';
  const used = unit === 'PSS' ? whole : ticks;
  const column = unit === 'PSS' ? profile.samples.pss : profile.samples.rss;
  const all = Array.from({ length: profile.processes.length }, () => new Float64Array(used.length));
  used.forEach((tick, i) => {
    for (let row = tick.first; row < tick.end; row++) all[profile.samples.process[row]!]![i] = column[row]!;
  });
  const parts = all
    .map((bytes, process) => ({ process, bytes, largest: bytes.reduce((a, b) => Math.max(a, b), 0) }))
    .filter((part) => part.largest > 0)
    .sort((a, b) => b.largest - a.largest);
  const shown = parts.slice(0, parts.length > MOST_PARTS ? MOST_PARTS - 1 : MOST_PARTS);
  const others = parts.slice(shown.length);
  const rest = {
    process: OTHER_PROCESSES,
    bytes: addUp(
      others.map((part) => part.bytes),
      used.length,
    ),
  };
  return {
    unit,
    time: Float64Array.from(used, (tick) => tick.time),
    parts: others.length > 0 ? [...shown, rest] : shown,
  };
}

/** Each column on top of those before it, for stacked areas. */
export function stackUp(columns: readonly Float64Array[]): Float64Array[] {
  const stacked: Float64Array[] = [];
  for (const column of columns) {
    const below = stacked[stacked.length - 1];
    stacked.push(below ? column.map((value, i) => value + below[i]!) : column);
  }
  return stacked;
}

function addUp(columns: readonly Float64Array[], length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const column of columns)
    column.forEach((value, i) => {
      sum[i]! += value;
    });
  return sum;
}
