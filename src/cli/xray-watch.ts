// The load of `highwater xray --measure` once more, with the agent in the process: which lines of code hold the memory at the
// peak, and which hold what is left. A load of its own, so that the kernel's figures stay those of a process without us.
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeLines, type LineRow } from '#analysis/lines.ts';
import { computeOwnership } from '#analysis/ownership.ts';
import { findMoment, findProcessPeak } from '#analysis/peak.ts';
import type { Bytes } from '#base/units.ts';
import { askPython, findLineTrouble } from '#capture/python.ts';
import { finishSession, runSession } from '#capture/session.ts';
import { type Exit, type IndexIntoMoments, MOMENT_KIND, type Profile } from '#profile/types.ts';
import type { MeasuredLine } from '#report/xray.ts';
import { keepIgnoredSignals } from './ignored-signals.ts';
import { TOOL_VERSION } from './version.ts';

const MEAN: Bytes = 65536;
/** Less is nobody's trouble. */
const LEAST: Bytes = 2 ** 20;
const MOST_LINES = 100;
/** The function of python/measure_load.py that calls the loader. */
const CALL = 'load';

/** Largest first; empty where the load under the agent did not end well, or no line holds as much as 1 MiB. */
export async function watchLoad(
  command: readonly [executable: string, script: string, spec: string],
  environment: NodeJS.ProcessEnv,
): Promise<MeasuredLine[]> {
  const facts = askPython(command[0], environment);
  if (!facts.ok || findLineTrouble(facts.value)) return [];
  const folder = makeFolder();
  if (folder === undefined) return [];
  let exit: Exit = { kind: 'unknown' };
  try {
    const run = await runSession({
      command,
      title: 'load',
      profilePath: join(folder, 'load.highwater'),
      toolVersion: TOOL_VERSION,
      python: facts.value,
      environment,
      ignoredSignals: keepIgnoredSignals(process.env),
      samplingMean: MEAN,
      isExact: false,
      native: false,
      embedSource: false,
      isQuiet: true,
    });
    if (!run.ok) return [];
    exit = run.value.status.exit;
    const profile = exit.kind === 'exited' && exit.code === 0 ? finishSession(run.value) : undefined;
    return profile?.ok ? linesOf(profile.value, command[1]) : [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
    passOn(exit);
  }
}

/** Without room for it the figures that there are must not be lost. */
function makeFolder(): string | undefined {
  try {
    return mkdtempSync(join(tmpdir(), 'highwater-xray-'));
  } catch {
    return undefined;
  }
}

/** While the load runs, what is sent to us is the load's: what ended it was meant for both. */
function passOn(exit: Exit): void {
  const { SIGINT, SIGTERM, SIGHUP, SIGQUIT } = constants.signals;
  if (exit.kind !== 'signaled' || ![SIGINT, SIGTERM, SIGHUP, SIGQUIT].includes(exit.signal)) return;
  process.kill(process.pid, exit.signal);
}

function linesOf(profile: Profile, script: string): MeasuredLine[] {
  const ownership = computeOwnership(profile);
  const isWanted = stacksOfCall(profile, script);
  const at = (moment: IndexIntoMoments) => computeLines(profile, ownership, { moment, by: 'leaf', isWanted });
  const atPeak = at(findProcessPeak(profile, 0)?.moment ?? -1);
  const after = at(findMoment(profile, MOMENT_KIND.processEnd, 0));
  // The process stood highest before the load: what the load held then says nothing.
  const isOfLoad = sumOf(atPeak) >= sumOf(after) / 2;
  const lines = new Map<string, MeasuredLine>();
  const add = (row: LineRow, peak: Bytes, left: Bytes) => {
    const place = placeOf(row, script);
    const key = `${place.file}:${place.line}:${place.func}`;
    const before = lines.get(key);
    const held = isOfLoad ? (before?.peak ?? 0) + peak : null;
    lines.set(key, { ...place, peak: held, after: (before?.after ?? 0) + left });
  };
  for (const row of atPeak) add(row, row.heap.bytes, 0);
  for (const row of after) add(row, 0, row.heap.bytes);
  return [...lines.values()]
    .filter(({ peak, after }) => Math.max(peak ?? 0, after) >= LEAST)
    .sort((a, b) => (b.peak ?? 0) - (a.peak ?? 0) || b.after - a.after)
    .slice(0, MOST_LINES);
}

function sumOf(rows: readonly LineRow[]): Bytes {
  return rows.reduce((sum, { heap }) => sum + heap.bytes, 0);
}

/** Those that go through the call: not what imports, the user's script and the interpreter itself hold. */
function stacksOfCall({ frames, stacks, strings }: Profile, script: string): (stack: number) => boolean {
  const known = new Map<number, boolean>([[-1, false]]);
  const isOfCall = (stack: number): boolean => {
    const before = known.get(stack);
    if (before !== undefined) return before;
    const frame = stacks.frame[stack]!;
    const isCall = strings[frames.func[frame]!] === CALL && strings[frames.file[frame]!] === script;
    const is = isCall || isOfCall(stacks.parent[stack]!);
    known.set(stack, is);
    return is;
  };
  return isOfCall;
}

function placeOf({ file, line, func }: LineRow, script: string): Pick<MeasuredLine, 'file' | 'line' | 'func'> {
  const isCall = file === '' || file === script || file === '<string>';
  return isCall ? { file: '', line: null, func: '' } : { file, line: line < 0 ? null : line, func };
}
