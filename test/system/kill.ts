// Runs that are cut off by SIGKILL at a moment of choice, and what is left of them. Used by kill.test.ts and, for many
// moments, by bench/kill-moments.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, userEnvironment } from './paths.ts';

/** Grows step by step for about 1.2 s, says each step, and ends with code 3. */
const VICTIM = `import sys, time
kept = []
for step in range(24):
    kept.append(bytearray(b"x") * 1_000_000)
    kept.append([str(i) for i in range(4_000)])
    print("step", step, flush=True)
    time.sleep(0.04)
print("whole")
sys.exit(3)
`;

export interface CutOff {
  /** Exit code of highwater, or null where it was killed. */
  readonly code: number | null;
  /** What the program wrote, to its own end. */
  readonly output: string;
  readonly stderr: string;
  /** What `highwater report` can be asked for. */
  readonly input: string;
}

export type Victim = 'program' | 'highwater';

export async function cutOff(victim: Victim, afterMs: number, python: string, folder: string): Promise<CutOff> {
  writeFileSync(join(folder, 'victim.py'), VICTIM);
  const child = spawn(process.execPath, [BIN, 'run', '-q', '--python', python, 'victim.py'], {
    cwd: folder,
    env: userEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = [collect(child.stdout!), collect(child.stderr!)];
  const exited = exitOf(child);
  const start = performance.now();
  const run = join(folder, 'victim.highwater-run');
  // Highwater's moments begin with its own start, the program's with its own.
  const pid = victim === 'program' ? await until(() => programPid(run), child) : 0;
  const begin = victim === 'program' ? performance.now() : start;
  await sleep(begin + afterMs - performance.now());
  if (victim === 'highwater') child.kill('SIGKILL');
  else if (pid > 0) kill(pid);
  const code = await exited;
  // The pipe closes when the program has ended, also where highwater went before it.
  const [output, stderr] = await Promise.all(texts);
  if (victim === 'highwater') await until(() => (hasEnded(run) ? 1 : 0), undefined);
  const profile = join(folder, 'victim.highwater');
  return { code, output: output!, stderr: stderr!, input: existsSync(profile) ? profile : run };
}

function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return new Promise((resolve) => stream.once('close', () => resolve(text)));
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

/** The launcher's word on the program's pid, 0 as long as there is none. */
function programPid(run: string): number {
  return Number(/^started (\d+) /m.exec(statusText(run))?.[1] ?? 0);
}

/** The launcher outlives highwater and writes down how the program ended. */
function hasEnded(run: string): boolean {
  return !existsSync(join(run, 'status')) || /^(?:exited|killed) /m.test(statusText(run));
}

export function statusText(run: string): string {
  try {
    return readFileSync(join(run, 'status'), 'utf8');
  } catch {
    return '';
  }
}

async function until(look: () => number, child: ChildProcess | undefined): Promise<number> {
  for (let tries = 0; tries < 2000; tries++) {
    const value = look();
    if (value !== 0 || (child && (child.exitCode !== null || child.signalCode !== null))) return value;
    await sleep(5);
  }
  return 0;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended before its moment.
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** Numbers in [0, 1) that are the same for each run of the tests. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
