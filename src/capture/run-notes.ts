// What the end of a run tells about figures that must not be taken for more than they are.
import { formatBytes } from '#base/format.ts';
import type { Note, ProcessTable } from '#profile/types.ts';
import type { LaunchStatus } from './launch-status.ts';

/** A maximum of wait4 above all others by more than this belongs to a process that nobody saw at its height. */
const NOTABLE = 1.02;

export function notesOfEnd(processes: ProcessTable, status: LaunchStatus): Note[] {
  return [...unseenPeak(processes, status), ...leftRunning(processes, status)];
}

function unseenPeak(processes: ProcessTable, { usage }: LaunchStatus): Note[] {
  const largest = Math.max(0, ...processes.hwm.filter((hwm) => !Number.isNaN(hwm)));
  if (!usage || largest === 0 || usage.maxRssBytes <= largest * NOTABLE) return [];
  const text = `A child process that lived too short to be seen at its height reached ${formatBytes(usage.maxRssBytes)} (wait4).`;
  return [{ severity: 'warning', code: 'unseen-peak', text, process: -1 }];
}

function leftRunning(processes: ProcessTable, { exit }: LaunchStatus): Note[] {
  if (exit.kind === 'unknown') return [];
  const count = processes.end.filter(
    (end, row) => Number.isNaN(end) && row > 0 && !Number.isNaN(processes.hwm[row]!),
  ).length;
  if (count === 0) return [];
  const text = `${count === 1 ? 'One process was' : `${count} processes were`} still running when the program ended, and not measured any further.`;
  return [{ severity: 'warning', code: 'left-running', text, process: -1 }];
}
