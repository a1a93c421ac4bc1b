// What the matrix crosses: programs, Pythons, ways of sampling, seeds.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPython } from '../suites/modules.ts';

export interface Program {
  readonly name: string;
  /** Processes that must leave a stream, images after an exec counted one by one. */
  readonly leastStreams: number;
  /** Ended by SIGKILL at a random moment: what it wrote until then must be the beginning of what it would have written. */
  readonly isKilled?: boolean;
}

export const PROGRAMS: readonly Program[] = [
  { name: 'basic', leastStreams: 1 },
  { name: 'fork', leastStreams: 10 },
  { name: 'spawn', leastStreams: 3 },
  { name: 'threads', leastStreams: 1 },
  { name: 'thread_churn', leastStreams: 1 },
  { name: 'signals', leastStreams: 1 },
  { name: 'async_tasks', leastStreams: 1 },
  { name: 'recursion', leastStreams: 1 },
  { name: 'memory_error', leastStreams: 1 },
  { name: 'os_exit', leastStreams: 1 },
  { name: 'endless', leastStreams: 0, isKilled: true },
  { name: 'subinterpreters', leastStreams: 1 },
  { name: 'exec', leastStreams: 3 },
];

/** As users have it; so often that every path is taken in a short program; and every block. */
export const SAMPLINGS = {
  '64 KiB': { HIGHWATER_MEAN: '65536' },
  '2 KiB': { HIGHWATER_MEAN: '2048' },
  exact: { HIGHWATER_EXACT: '1' },
} as const;
export type Sampling = keyof typeof SAMPLINGS;

export interface Interpreter {
  readonly path: string;
  /** "3.11.7"; the system's own, which is built otherwise, "3.11.2 /usr". */
  readonly name: string;
}

const VERSIONS = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

/** pyenv's newest of each version, else what the PATH calls so; and the system's own. `left` says which there are none of. */
export function findInterpreters(words: readonly string[] = [...VERSIONS, '/usr/bin/python3']) {
  const interpreters: Interpreter[] = [];
  const left: string[] = [];
  for (const word of words) {
    const path = findPython(word) ?? `python${word}`;
    const version = askVersion(path);
    if (version) interpreters.push({ path, name: path.startsWith('/usr/') ? `${version} /usr` : version });
    else left.push(`there is no Python ${word}`);
  }
  return { interpreters, left };
}

function askVersion(python: string): string | undefined {
  const { stdout } = spawnSync(python, ['-c', 'import platform; print(platform.python_version())'], {
    encoding: 'utf8',
  });
  return stdout?.trim() || undefined;
}

export function pathOf(program: Program): string {
  const path = join(import.meta.dirname, 'programs', `${program.name}.py`);
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  return path;
}
