// The load of `highwater xray --measure` once more, with the agent in the process: which lines of code hold the memory at the
// peak, and which hold what is left. A load of its own, so that the kernel's figures stay those of a process without us.
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLiveMemory, residentOf } from '#analysis/domains.ts';
import { placeOfStack } from '#analysis/lines.ts';
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
  const load = new LinesOfLoad(profile, script);
  const peak = findProcessPeak(profile, 0);
  const atPeak = load.at(peak?.moment ?? -1);
  const after = load.at(findMoment(profile, MOMENT_KIND.processEnd, 0));
  // The process stood highest before the load: what the load held then says nothing.
  const isOfLoad = sumOf(atPeak) >= sumOf(after) / 2;
  const places = new Map([...after, ...atPeak].map(([key, { place }]) => [key, place]));
  const lines = [...places].map(([key, place]): MeasuredLine => {
    const held = isOfLoad ? (atPeak.get(key)?.bytes ?? 0) : null;
    return { ...place, peak: held, after: after.get(key)?.bytes ?? 0 };
  });
  return lines
    .filter(({ peak, after }) => Math.max(peak ?? 0, after) >= LEAST)
    .sort((a, b) => (b.peak ?? 0) - (a.peak ?? 0) || b.after - a.after)
    .slice(0, MOST_LINES);
}

type Place = Pick<MeasuredLine, 'file' | 'line' | 'func'>;
type Held = ReadonlyMap<string, { readonly place: Place; readonly bytes: Bytes }>;

function sumOf(held: Held): Bytes {
  return [...held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What is alive on behalf of the call: not what imports, the user's script and the interpreter itself hold. */
class LinesOfLoad {
  readonly #profile: Profile;
  readonly #script: string;
  readonly #ownership: ReturnType<typeof computeOwnership>;
  readonly #isOfLoad = new Map<number, boolean>();

  constructor(profile: Profile, script: string) {
    this.#profile = profile;
    this.#script = script;
    this.#ownership = computeOwnership(profile);
  }

  at(moment: IndexIntoMoments): Held {
    const { live } = this.#profile;
    const held = new Map<string, { place: Place; bytes: Bytes }>();
    for (let row = 0; row < live.length; row++) {
      const stack = live.stack[row]!;
      if (live.moment[row] !== moment || !isLiveMemory(live.domain[row]!) || !this.#isInCall(stack)) continue;
      const place = this.#placeOf(stack);
      const key = `${place.file}:${place.line}:${place.func}`;
      const before = held.get(key)?.bytes ?? 0;
      held.set(key, { place, bytes: before + residentOf(live, row) });
    }
    return held;
  }

  #isInCall(stack: number): boolean {
    if (stack < 0) return false;
    const known = this.#isOfLoad.get(stack);
    if (known !== undefined) return known;
    const { frames, stacks, strings } = this.#profile;
    const frame = stacks.frame[stack]!;
    const isCall = strings[frames.func[frame]!] === CALL && strings[frames.file[frame]!] === this.#script;
    const is = isCall || this.#isInCall(stacks.parent[stack]!);
    this.#isOfLoad.set(stack, is);
    return is;
  }

  #placeOf(stack: number): Place {
    const { file, line, func } = placeOfStack(this.#profile, this.#ownership, 'leaf', stack);
    const isCall = file === '' || file === this.#script || file === '<string>';
    return isCall ? { file: '', line: null, func: '' } : { file, line: line < 0 ? null : line, func };
  }
}
