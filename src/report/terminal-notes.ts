// What a reader must know beside the figures: other measures of the same run, warnings, and the profiler's own cost.
import { formatBytes, formatDuration } from '#base/format.ts';
import { wrapText } from '#base/text-table.ts';
import type { Note, Profile } from '#profile/types.ts';
import { plainLine } from './plain-text.ts';
import type { Screen } from './screen.ts';

/** The other two measures, so that none is taken for another. */
export function besideSection({ profile, overview, width, paint }: Screen): string[] {
  const words: string[] = [];
  const { peak, mainPeak } = overview;
  if (peak && mainPeak && peak.process !== 0) {
    words.push(`the first process alone ${mainPeak.exact ? '' : 'at least '}${formatBytes(mainPeak.bytes)} (VmHWM)`);
  }
  const { cgroup } = profile.meta;
  if (cgroup?.peak !== null && cgroup?.peak !== undefined && cgroup.peak > (cgroup.peakAtStart ?? 0)) {
    words.push(`the container was charged up to ${formatBytes(cgroup.peak)} (cgroup, page cache included)`);
  }
  if (words.length === 0) return [];
  return wrapText(`Beside it: ${words.join('; ')}.`, width).map((line) => paint('faint', line));
}

export function notesSection({ profile, options, width, paint }: Screen): string[] {
  const { notes, cgroup } = profile.meta;
  const brief = options.quiet === true || options.reduced === true;
  const warnings = notes.filter((note) => note.severity === 'warning');
  const infos = brief ? [] : notes.filter((note) => note.severity !== 'warning');
  const kills = cgroup?.oomKills ?? 0;
  const whom = kills === 1 ? 'a process' : `${kills} processes`;
  const memory = `The kernel ended ${whom} of the container for lack of memory.`;
  return [
    ...(kills === 0 ? [] : wrapText(memory, width).map((line) => paint('bad', line))),
    ...warnings.flatMap((note) => noteLines(profile, note, width)).map((line) => paint('warning', line)),
    ...infos.flatMap((note) => noteLines(profile, note, width)),
  ];
}

function noteLines({ processes }: Profile, note: Note, width: number): string[] {
  const pid = processes.length > 1 ? processes.pid[note.process] : undefined;
  const word = (note.severity === 'warning' ? 'Warning' : 'Note') + (pid === undefined ? '' : ` (process ${pid})`);
  return wrapText(`${word}: ${plainLine(note.text)}`, width);
}

export function ownCostSection({ profile, width, paint }: Screen): string[] {
  const { ownCost } = profile.meta;
  if (!ownCost) return [];
  const text =
    `highwater itself: ${formatBytes(ownCost.agentBytes)} in ${profile.processes.length > 1 ? 'the programs' : 'the program'} (part of the figures above); beside it ` +
    `${formatBytes(ownCost.hostPeakRss)} and ${formatDuration(ownCost.besideCpuMs)} of CPU time.`;
  return wrapText(text, width).map((line) => paint('faint', line));
}
