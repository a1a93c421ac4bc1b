// One file made by a program, loaded in a fresh interpreter under the kernel's eyes.
import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSource } from '../../src/artifact/byte-source.ts';

const PROGRAMS = join(import.meta.dirname, 'programs');
const MEASURE = join(import.meta.dirname, 'measure_load.py');
const MAKE_TIMEOUT_MS = 180_000;

export interface MeasuredLoad {
  readonly peak: number;
  readonly resident: number;
  readonly baseline: number;
}

export interface CaseList {
  readonly cases: readonly string[];
  /** Families whose libraries are not there, with the reason. */
  readonly missing: Readonly<Record<string, string>>;
}

export function listCases(python: string): CaseList {
  return JSON.parse(runPython(python, [join(PROGRAMS, 'cases.py'), '--list']));
}

export function makeFile(python: string, name: string, out: string): void {
  runPython(python, [join(PROGRAMS, 'cases.py'), name, out]);
}

/** `modules` are imported before the baseline is taken. */
export function measureLoad(python: string, file: string, loader: string, modules: readonly string[]): MeasuredLoad {
  return JSON.parse(runPython(python, [MEASURE, file, loader, ...modules]));
}

export function versionOf(python: string): string {
  return runPython(python, ['-c', 'import platform; print(platform.python_version())']).trim();
}

function runPython(python: string, args: readonly string[]): string {
  const env = { ...process.env, PYTHONPATH: PROGRAMS, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' };
  const { status, stdout, stderr, error } = spawnSync(python, args, {
    encoding: 'utf8',
    env: { ...env, OPENBLAS_NUM_THREADS: '1' },
    timeout: MAKE_TIMEOUT_MS,
    maxBuffer: 1 << 26,
  });
  if (error || status !== 0) throw new Error(stderr?.trim().split('\n').pop() || String(error ?? `exit ${status}`));
  return stdout;
}

/** Ranges of a file, read when they are asked for. */
export class OpenFile implements ByteSource {
  readonly size: number;
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    this.size = fstatSync(this.#fd).size;
  }

  read(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const got = readSync(this.#fd, bytes, done, length - done, at + done);
      if (got === 0) throw new Error(`the file ends before byte ${at + length}`);
      done += got;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
