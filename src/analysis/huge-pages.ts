// How much of the memory at the peak lay in huge pages: one is resident whole as soon as one byte of it is touched, so a program
// that touches little here and there holds more than it wrote.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import type { Tick } from './ticks.ts';

export interface HugePages {
  /** Of anonymous memory, of several processes as far as PSS counts it; NaN where the kernel did not say. */
  readonly bytes: Bytes;
  /** The anonymous memory of that reading; NaN likewise. */
  readonly anon: Bytes;
  /** Of one page. */
  readonly pageBytes: Bytes;
  /** Pages of hugetlbfs: set aside by the system's administrator, and part of no other figure. Of several processes, of each in full. */
  readonly pool: Bytes;
  /** How far from the peak it was read; NaN likewise. */
  readonly distance: Milliseconds;
}

/** Entries of a page table, of which one huge page takes the place. */
const ENTRY_BYTES = 8;

interface Reading {
  readonly time: Milliseconds;
  readonly bytes: Bytes;
  readonly anon: Bytes;
}

/** `tick`: of the peak of several processes, with PSS. null where the kernel said nothing, or there are none. */
export function findHugePages(
  profile: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  tick: Tick | undefined,
): HugePages | null {
  const reading = tick ? readingOfTick(profile, tick) : nearest(readingsOf(profile, process), time);
  const pool = tick ? poolOfTick(profile, tick) : poolOf(profile, process, time);
  if (!reading && pool === 0) return null;
  const { bytes, anon, time: at } = reading ?? { bytes: Number.NaN, anon: Number.NaN, time: Number.NaN };
  if (bytes === 0 && pool === 0) return null;
  const { pageBytes } = profile.meta.environment;
  return { bytes, anon, pageBytes: (pageBytes / ENTRY_BYTES) * pageBytes, pool, distance: Math.abs(at - time) };
}

type Timed = Pick<Profile['samples'], 'length' | 'process' | 'time'>;

function readingsOf({ areas, samples }: Profile, process: IndexIntoProcesses): Reading[] {
  const looks = knownRows(areas, process, areas.huge).map((row) => ({
    time: areas.time[row]!,
    bytes: areas.huge[row]!,
    anon: areas.resident[row]! - areas.shared[row]!,
  }));
  const sampled = knownRows(samples, process, samples.hugeAnon).map((row) => ({
    time: samples.time[row]!,
    bytes: samples.hugeAnon[row]!,
    anon: samples.anon[row]!,
  }));
  return [...looks, ...sampled];
}

function nearest<R extends { readonly time: Milliseconds }>(readings: readonly R[], time: Milliseconds): R | undefined {
  let best: R | undefined;
  for (const reading of readings) {
    if (!best || Math.abs(reading.time - time) < Math.abs(best.time - time)) best = reading;
  }
  return best;
}

/** Each process's part is that which PSS counts of its anonymous memory. */
function readingOfTick({ samples }: Profile, { first, end, time }: Tick): Reading | undefined {
  const sum = { bytes: 0, anon: 0 };
  for (let row = first; row < end; row++) {
    const anon = samples.anon[row]!;
    const own = samples.pss[row]! - samples.pssFile[row]! - samples.pssShmem[row]!;
    sum.anon += own;
    sum.bytes += anon > 0 ? samples.hugeAnon[row]! * Math.min(1, own / anon) : 0;
  }
  return Number.isNaN(sum.bytes + sum.anon) ? undefined : { time, ...sum };
}

function poolOfTick({ samples }: Profile, { first, end }: Tick): Bytes {
  return sumOver(samples.hugetlb, first, end) || 0;
}

/** At the reading nearest in time. */
function poolOf({ samples }: Profile, process: IndexIntoProcesses, time: Milliseconds): Bytes {
  const readings = knownRows(samples, process, samples.hugetlb).map((row) => ({
    time: samples.time[row]!,
    bytes: samples.hugetlb[row]!,
  }));
  return nearest(readings, time)?.bytes ?? 0;
}

/** Of a process, those at which it was told. */
function knownRows(table: Timed, process: IndexIntoProcesses, column: Float64Array): number[] {
  return Array.from({ length: table.length }, (_, row) => row).filter(
    (row) => table.process[row] === process && !Number.isNaN(column[row]!),
  );
}

function sumOver(column: Float64Array, first: number, end: number): number {
  let sum = 0;
  for (let row = first; row < end; row++) sum += column[row]!;
  return sum;
}
