// What is known of one run's memory over time: readings, each with what is the run's own and what are pages of files, which
// another instance of the same run would map too. Several processes: sums of PSS. One: RSS, and VmHWM at its peak.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { findKernelParts } from '../kernel-parts.ts';
import type { Peak } from '../peak.ts';
import { boundsOfTicks } from '../peak.ts';
import { computeTicks, type Tick } from '../ticks.ts';

export interface Reading {
  readonly time: Milliseconds;
  /** All that the run held, at least and at most; equal where it was read. */
  readonly total: Bytes;
  readonly most: Bytes;
  /** Of both, in pages of files. */
  readonly files: Bytes;
}

/** In order of time, from nothing at the start to nothing at the end, where the end was seen. */
export function readingsOf(profile: Profile, peak: Peak): Reading[] {
  const inside = peak.unit === 'PSS' ? readingsOfTree(profile) : readingsOfProcess(profile, peak);
  const { start, end } = spanOf(profile, peak);
  inside.sort((a, b) => a.time - b.time);
  const begin = Math.min(start, inside[0]?.time ?? start);
  const readings = [nothingAt(0), nothingAt(begin), ...inside];
  if (Number.isNaN(end)) return readings;
  const last = Math.max(end, readings[readings.length - 1]!.time);
  return [...readings, nothingAt(last), nothingAt(Math.max(last, profile.meta.durationMs))];
}

function nothingAt(time: Milliseconds): Reading {
  return { time, total: 0, most: 0, files: 0 };
}

function spanOf({ processes, meta }: Profile, peak: Peak): { start: Milliseconds; end: Milliseconds } {
  if (peak.unit === 'PSS') return { start: 0, end: meta.complete ? meta.durationMs : Number.NaN };
  return { start: processes.start[peak.process]!, end: processes.end[peak.process]! };
}

function readingsOfProcess(profile: Profile, peak: Peak): Reading[] {
  const { samples } = profile;
  const readings: Reading[] = [];
  for (let row = 0; row < samples.length; row++) {
    if (samples.process[row] !== peak.process) continue;
    readings.push(readingOf(samples.time[row]!, samples.rss[row]!, samples.file[row]!));
  }
  const time = Number.isNaN(peak.time) ? profile.processes.start[peak.process]! : peak.time;
  const parts = findKernelParts(profile, peak.process, time, peak.moment);
  readings.push(readingOf(time, peak.bytes, parts?.file ?? Number.NaN));
  return readings;
}

/** Files that are not told apart count as the run's own: shared with nobody. */
function readingOf(time: Milliseconds, total: Bytes, files: Bytes, most = total): Reading {
  return { time, total, most: Math.max(total, most), files: Number.isNaN(files) ? 0 : Math.min(total, files) };
}

/** Ticks without PSS lie between those with one: at least the lesser of both, at most what peak.ts bounds them by. */
function readingsOfTree(profile: Profile): Reading[] {
  const ticks = computeTicks(profile);
  const bounds = boundsOfTicks(profile, ticks);
  const last = nearestRead(ticks, 1);
  const next = nearestRead(ticks, -1);
  return ticks.map((tick, i) => {
    const before = ticks[last[i]!];
    const after = ticks[next[i]!];
    const least = Math.min(before?.pss ?? 0, after?.pss ?? 0);
    const known = before ?? after;
    const files = known ? filesOf(profile, known) : Number.NaN;
    const total = Number.isNaN(tick.pss) ? Math.min(least, bounds[i]!) : tick.pss;
    return readingOf(tick.time, total, files, bounds[i]!);
  });
}

/** By tick, the nearest one with PSS, itself or before it (step 1), itself or after it (step -1); -1 = none. */
function nearestRead(ticks: readonly Tick[], step: 1 | -1): Int32Array {
  const nearest = new Int32Array(ticks.length);
  let known = -1;
  for (let n = 0; n < ticks.length; n++) {
    const i = step === 1 ? n : ticks.length - 1 - n;
    if (!Number.isNaN(ticks[i]!.pss)) known = i;
    nearest[i] = known;
  }
  return nearest;
}

function filesOf({ samples }: Profile, tick: Tick): Bytes {
  let files = 0;
  for (let row = tick.first; row < tick.end; row++) files += samples.pssFile[row]!;
  return files;
}
