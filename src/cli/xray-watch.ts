// The load of `highwater xray --measure` once more, with the agent in the process: which lines of code hold the memory at the
// peak, and which hold what is left. A load of its own, so that the kernel's figures stay those of a process without us.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeLines, type LineRow } from '#analysis/lines.ts';
import { computeOwnership } from '#analysis/ownership.ts';
import { findMoment, findProcessPeak } from '#analysis/peak.ts';
import type { Bytes } from '#base/units.ts';
import { askPython } from '#capture/python.ts';
import { finishSession, runSession } from '#capture/session.ts';
import { MOMENT_KIND, type Profile } from '#profile/types.ts';
import type { MeasuredLine } from '#report/xray.ts';
import { keepIgnoredSignals } from './ignored-signals.ts';
import { TOOL_VERSION } from './version.ts';

const MEAN: Bytes = 65536;
/** Less is nobody's trouble. */
const LEAST: Bytes = 2 ** 20;
const MOST_LINES = 100;

/** Largest first; empty where the load under the agent did not end well, or no line holds as much as 1 MiB. */
export async function watchLoad(
  command: readonly [executable: string, script: string, spec: string],
  environment: NodeJS.ProcessEnv,
): Promise<MeasuredLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'highwater-xray-'));
  try {
    const facts = askPython(command[0], environment);
    const run = await runSession({
      command,
      title: 'load',
      profilePath: join(folder, 'load.highwater'),
      toolVersion: TOOL_VERSION,
      python: facts.ok ? facts.value : null,
      environment,
      ignoredSignals: keepIgnoredSignals(process.env),
      samplingMean: MEAN,
      isExact: false,
      native: false,
      embedSource: false,
    });
    if (!run.ok) return [];
    const { exit } = run.value.status;
    const profile = finishSession(run.value);
    return profile.ok && exit.kind === 'exited' && exit.code === 0 ? linesOf(profile.value, command[1]) : [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where allocators were called, imports apart: those belong to the baseline. `script`: stands for the call itself. */
function linesOf(profile: Profile, script: string): MeasuredLine[] {
  const ownership = computeOwnership(profile);
  const at = (moment: number) =>
    computeLines(profile, ownership, { moment, by: 'leaf', process: 0 }).filter(({ importing }) => !importing);
  const peak = findProcessPeak(profile, 0);
  const lines = new Map<string, MeasuredLine>();
  const add = (row: LineRow, atPeak: Bytes, after: Bytes) => {
    const { file, line, func } = placeOf(row, script);
    const key = `${file}:${line}:${func}`;
    const before = lines.get(key) ?? { file, line, func, peak: 0, after: 0 };
    lines.set(key, { ...before, peak: before.peak + atPeak, after: before.after + after });
  };
  if (peak) for (const row of at(peak.moment)) add(row, row.heap.bytes, 0);
  for (const row of at(findMoment(profile, MOMENT_KIND.processEnd, 0))) add(row, 0, row.heap.bytes);
  return [...lines.values()]
    .filter((row) => Math.max(row.peak, row.after) >= LEAST)
    .sort((a, b) => b.peak - a.peak || b.after - a.after)
    .slice(0, MOST_LINES);
}

function placeOf({ file, line, func }: LineRow, script: string): Pick<MeasuredLine, 'file' | 'line' | 'func'> {
  const isCall = file === '' || file === script || file === '<string>';
  return isCall ? { file: '', line: null, func: '' } : { file, line: line < 0 ? null : line, func };
}
