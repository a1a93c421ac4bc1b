// How memory rose before a process was ended from outside: in its last seconds, how fast, and while which lines ran.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoFrames, IndexIntoProcesses, Profile } from '#profile/types.ts';
import { lineOfStack } from './line-of-stack.ts';
import type { Ownership } from './ownership.ts';

export interface LastRise {
  readonly process: IndexIntoProcesses;
  readonly start: Milliseconds;
  readonly end: Milliseconds;
  /** Resident memory at `start` and at `end`. */
  readonly from: Bytes;
  readonly to: Bytes;
  /** Bytes a second over all of it. */
  readonly rate: number;
  /** The user's lines that ran while it rose, with what it rose by then; the largest first, those of a tenth of it and more. */
  readonly lines: readonly RisingLine[];
}

export interface RisingLine {
  readonly frame: IndexIntoFrames;
  readonly bytes: Bytes;
}

const SIGKILL = 9;
/** Of its time, a fifth, but no less and no more than this. */
const SHARE = 0.2;
const LEAST: Milliseconds = 1000;
const MOST: Milliseconds = 10_000;
/** A rise of less, or in less time, is none. */
const LEAST_RISE: Bytes = 4 * 2 ** 20;
const LEAST_TIME: Milliseconds = 20;
const LEAST_SHARE = 0.1;
const MOST_LINES = 3;

/** Null where nothing was killed, and where memory did not rise. */
export function computeLastRise(profile: Profile, ownership: Ownership): LastRise | null {
  const { exit, cgroup } = profile.meta;
  const isKilled = exit.kind === 'signaled' && exit.signal === SIGKILL;
  if (!isKilled && (cgroup?.oomKills ?? 0) === 0) return null;
  const process = largestAtItsEnd(profile);
  if (process < 0) return null;
  const readings = readingsOf(profile, process);
  if (readings.length === 0) return null;
  const length = Math.min(MOST, Math.max(LEAST, SHARE * (readings.at(-1)!.time - readings[0]!.time)));
  const last = highest(readings.filter(({ time }) => time >= readings.at(-1)!.time - length));
  const first = Math.max(
    0,
    readings.findLastIndex(({ time }) => time <= last.time - length),
  );
  const { time: start, rss: from } = readings[first]!;
  const rise = last.rss - from;
  if (rise < LEAST_RISE || last.time - start < LEAST_TIME) return null;
  const rate = (1000 * rise) / (last.time - start);
  const lines = risingLines(profile, ownership, process, start).filter(({ bytes }) => bytes >= LEAST_SHARE * rise);
  return { process, start, end: last.time, from, to: last.rss, rate, lines: lines.slice(0, MOST_LINES) };
}

/** The kernel ends the largest of those that run when memory is short; -1: there was no reading of any. */
function largestAtItsEnd({ samples, activity, processes }: Profile): IndexIntoProcesses {
  const last = new Float64Array(processes.length);
  for (let row = 0; row < samples.length; row++) last[samples.process[row]!] = samples.rss[row]!;
  for (let row = 0; row < activity.length; row++) {
    const process = activity.process[row]!;
    last[process] = Math.max(last[process]!, activity.rss[row]!);
  }
  const most = Math.max(0, ...last);
  return most === 0 ? -1 : last.indexOf(most);
}

/** While a process is taken down it gives its memory back: the last readings may be of that. */
function highest(readings: readonly Reading[]): Reading {
  return readings.reduce((most, reading) => (reading.rss >= most.rss ? reading : most));
}

interface Reading {
  readonly time: Milliseconds;
  readonly rss: Bytes;
}

/** From outside and from inside, in order of time. */
function readingsOf({ samples, activity }: Profile, process: IndexIntoProcesses): Reading[] {
  const readings: Reading[] = [];
  for (const table of [samples, activity]) {
    for (let row = 0; row < table.length; row++) {
      if (table.process[row] === process) readings.push({ time: table.time[row]!, rss: table.rss[row]! });
    }
  }
  return readings.sort((a, b) => a.time - b.time);
}

/** What it rose by until the next look counts for the line that ran at the look before, of whichever thread. */
function risingLines(
  profile: Profile,
  ownership: Ownership,
  process: IndexIntoProcesses,
  start: Milliseconds,
): RisingLine[] {
  const { activity } = profile;
  const rises = new Map<IndexIntoFrames, Bytes>();
  let before = -1;
  for (let row = 0; row < activity.length; row++) {
    if (activity.process[row] !== process) continue;
    const stack = before < 0 ? -1 : activity.stack[before]!;
    const { frame } = lineOfStack(profile, ownership, 'user', stack);
    if (frame >= 0 && activity.time[row]! >= start) {
      rises.set(frame, (rises.get(frame) ?? 0) + activity.rss[row]! - activity.rss[before]!);
    }
    before = row;
  }
  return [...rises].map(([frame, bytes]) => ({ frame, bytes })).sort((a, b) => b.bytes - a.bytes);
}
