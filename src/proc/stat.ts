// /proc/PID/stat: who a process is (parent, group, start time) and its page faults and CPU time so far. The pair of pid
// and start time names a process for good; a pid alone is reused.
import { decodeName, readKernelText } from './kernel-file.ts';

export interface Stat {
  readonly pid: number;
  readonly comm: string;
  readonly state: string;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** Process group that the terminal talks to; -1 without a terminal. */
  readonly foregroundGroup: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** Clock ticks (1/100 s on Linux). */
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly threads: number;
  /** Clock ticks since boot at which it was made; unchanged by exec. */
  readonly startTicks: number;
}

export function readStat(pid: number, root = ''): Stat | undefined {
  const text = readKernelText(`${root}/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/**
 * comm stands in parentheses and may itself hold blanks, newlines and parentheses, so the fields are counted from the last
 * closing one. Numbers in the comments are those of proc_pid_stat(5).
 */
export function parseStat(text: string): Stat | undefined {
  const open = text.indexOf(' (');
  const close = text.lastIndexOf(') ');
  if (open < 1 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ', 20);
  if (fields.length < 20) return undefined;
  const stat: Stat = {
    pid: Number(text.slice(0, open)),
    comm: decodeName(text.slice(open + 2, close)),
    state: fields[0]!, // 3
    parentPid: Number(fields[1]), // 4
    groupId: Number(fields[2]), // 5
    sessionId: Number(fields[3]), // 6
    foregroundGroup: Number(fields[5]), // 8
    minorFaults: Number(fields[7]), // 10
    majorFaults: Number(fields[9]), // 12
    userTicks: Number(fields[11]), // 14
    systemTicks: Number(fields[12]), // 15
    threads: Number(fields[17]), // 20
    startTicks: Number(fields[19]), // 22
  };
  return Number.isInteger(stat.pid) && Number.isFinite(stat.startTicks) ? stat : undefined;
}
