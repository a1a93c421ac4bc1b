// The one sentence that a report begins with.
import type { Overview } from '#analysis/overview.ts';
import type { Peak } from '#analysis/peak.ts';
import { formatBytes, formatDuration, formatPercent } from '#base/format.ts';
import type { Profile } from '#profile/types.ts';
import { formatPlaceOfFrame } from './place.ts';

/** "Peak 412 MiB (VmHWM, exact) at 3.20 s of 8.10 s, 5.1 % of the container's 8.00 GiB". */
export function headlineOf(profile: Profile, overview: Overview): string {
  const { peak } = overview;
  if (!peak) return 'No memory reading was taken of this run';
  return `Peak ${amountOf(peak)}${whoseOf(profile, peak)}${timeOf(profile, peak)}${shareOf(overview)}`;
}

function amountOf(peak: Peak): string {
  const amount = formatBytes(peak.bytes);
  if (peak.unit === 'PSS') {
    const bound = peak.high > peak.bytes ? `, at most ${formatBytes(peak.high)} between readings` : '';
    const count = `${peak.processes} process${peak.processes === 1 ? '' : 'es'}`;
    return `${amount} (PSS of ${count}, largest sum seen${bound})`;
  }
  return peak.exact ? `${amount} (VmHWM, exact)` : `at least ${amount} (VmHWM, last read while it ran)`;
}

function whoseOf(profile: Profile, peak: Peak): string {
  return peak.process > 0 ? ` in process ${profile.processes.pid[peak.process]}` : '';
}

function timeOf(profile: Profile, peak: Peak): string {
  return Number.isNaN(peak.time)
    ? ''
    : ` at ${formatDuration(peak.time)} of ${formatDuration(profile.meta.durationMs)}`;
}

function shareOf({ headroom }: Overview): string {
  if (!Number.isFinite(headroom.limit) || headroom.limit <= 0 || Number.isNaN(headroom.used)) return '';
  const whose = {
    cgroup: "the container's",
    machine: "the machine's",
    'address space limit': 'an address space limit of',
  };
  return `, ${formatPercent(headroom.used)} of ${whose[headroom.source]} ${formatBytes(headroom.limit)}`;
}

export function hasEndedWell({ meta: { exit } }: Profile): boolean {
  return exit.kind === 'exited' && exit.code === 0;
}

/** How the program ended, where that was not well; undefined otherwise. */
export function endingOf(profile: Profile): string | undefined {
  const { exit, cgroup, complete } = profile.meta;
  if (exit.kind === 'exited') return exit.code === 0 ? undefined : `The program ended with exit code ${exit.code}.`;
  if (exit.kind === 'unknown') return complete ? 'The end of the program was not seen.' : undefined;
  const killed = (cgroup?.oomKills ?? 0) > 0 ? ', and the container ran out of memory during the run' : '';
  return `The program was ended by ${exit.name} (signal ${exit.signal})${killed}.`;
}

/** "In its last 1.00 s it grew by 145 MiB (142 MiB/s), most of it while train.py:12 (fit) ran." */
export function lastRiseOf(profile: Profile, { lastRise }: Overview): string | undefined {
  if (!lastRise) return undefined;
  const { process, start, end, from, to, rate, lines } = lastRise;
  const who = profile.processes.length > 1 ? `process ${profile.processes.pid[process]}` : 'it';
  const rise = `In its last ${formatDuration(end - start)} ${who} grew by ${formatBytes(to - from)} to ${formatBytes(to)} (${formatBytes(rate)}/s)`;
  if (lines.length === 0) return `${rise}; which line ran meanwhile was not seen.`;
  const places = lines.map(
    ({ frame, bytes }) => `${formatBytes(bytes)} while ${formatPlaceOfFrame(profile, frame)} ran`,
  );
  return `${rise}: ${places.join(', ')}.`;
}

/** Said where the recording was cut off; undefined otherwise. */
export function incompleteOf(profile: Profile): string | undefined {
  if (profile.meta.complete) return undefined;
  return (
    `Incomplete: the recording was cut off after ${formatDuration(profile.meta.durationMs)}. ` +
    'What follows is what was on disk; memory may have risen further.'
  );
}
