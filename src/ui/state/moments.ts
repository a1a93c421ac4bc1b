// The moments at which it is known what was alive, in words.
import { assertNever } from '#base/assert.ts';
import { formatDuration } from '#base/format.ts';
import { MOMENT_KIND } from '#profile/types.ts';
import type { Report } from './report.ts';

/** "peak of train.py, at 3.21 s". */
export function describeMoment(report: Report, moment: number): string {
  const { moments } = report.profile;
  return `${nameOfKind(report, moment)}, at ${formatDuration(moments.time[moment]!)}`;
}

function nameOfKind(report: Report, moment: number): string {
  const { moments } = report.profile;
  const kind = moments.kind[moment] as (typeof MOMENT_KIND)[keyof typeof MOMENT_KIND];
  const process = moments.process[moment]!;
  const name = process < 0 ? 'all processes' : report.processName(process);
  switch (kind) {
    case MOMENT_KIND.processPeak:
      return `peak of ${name}`;
    case MOMENT_KIND.treePeak:
      return 'peak of all processes together';
    case MOMENT_KIND.processEnd:
      return `end of ${name}`;
    default:
      return assertNever(kind);
  }
}

/** The moment of the headline's peak, else the first; -1 where there is none. */
export function defaultMoment(report: Report): number {
  const moment = report.overview.peak?.moment ?? -1;
  return moment >= 0 ? moment : report.profile.moments.length > 0 ? 0 : -1;
}

/** Processes that hold something at a moment, in their order. */
export function processesAt(report: Report, moment: number): number[] {
  const { live } = report.profile;
  const found = new Set<number>();
  for (let row = 0; row < live.length; row++) if (live.moment[row] === moment) found.add(live.process[row]!);
  return [...found].sort((a, b) => a - b);
}

/** A process's own peak, for links from one process to what it held; -1 where it was not seen. */
export function peakMomentOf(report: Report, process: number): number {
  const { moments } = report.profile;
  for (let row = 0; row < moments.length; row++) {
    if (moments.kind[row] === MOMENT_KIND.processPeak && moments.process[row] === process) return row;
  }
  return -1;
}
