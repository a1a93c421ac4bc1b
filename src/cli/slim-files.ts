// The files of `highwater slim`: what is written goes to a temporary name beside the output and is renamed when all has been
// proved; a kill, a full disk or a failed proof leaves what was there before.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ByteSink } from '#artifact/byte-sink.ts';
import { errnoOf, FailureError, fail, messageOf, ok, type Result } from '#base/result.ts';

/** Nothing wrong with the two paths: what is written is another file, and none is replaced against the user's will. */
export function checkPaths(input: string, output: string, force: boolean): Result<void> {
  const status = statSync(output, { throwIfNoEntry: false });
  if (status === undefined) return ok(undefined);
  if (status.isDirectory()) return fail('output-unwritable', `cannot write ${output}`, 'it is a folder');
  if (isSameFile(input, output)) return fail('same-file', `${output} is the input itself`);
  return force ? ok(undefined) : fail('output-exists', `${output} exists already`);
}

function isSameFile(a: string, b: string): boolean {
  const [first, second] = [statSync(a, { throwIfNoEntry: false }), statSync(b)];
  return realpathOf(a) === realpathOf(b) || (first?.ino === second.ino && first.dev === second.dev);
}

function realpathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

const SCRATCH_WORDS = ['inflated', 'slim', 'compressed'] as const;

/** Waits until its input ends, with whoever holds the other end, and removes the files that it is given. */
const SWEEP = 'trap "" HUP INT TERM; read -r _; rm -f -- "$@"';

/**
 * Files that are in the making, all removed at the end, one of them may be kept, by its new name. The work is done in one go, where
 * no handler of signals runs, so that a process of its own sweeps up when this one is ended, by SIGKILL too.
 */
export class Scratch {
  readonly #output: string;
  readonly #sweeper: ChildProcess;

  constructor(output: string) {
    this.#output = resolve(output);
    const paths = SCRATCH_WORDS.map((word) => this.make(word));
    const stdio = ['pipe', 'ignore', 'ignore'] as const;
    this.#sweeper = spawn('sh', ['-c', SWEEP, 'sh', ...paths], { stdio: [...stdio], detached: true, cwd: '/' });
    this.#sweeper.on('error', () => undefined); // a machine without sh: nobody sweeps
    this.#sweeper.unref();
  }

  make(word: (typeof SCRATCH_WORDS)[number]): string {
    return join(dirname(this.#output), `.${basename(this.#output)}.${word}-${process.pid}`);
  }

  /** The file becomes the output, readable by whom the input was. */
  keep(path: string, input: string): void {
    unwritable(this.#output, () => {
      chmodSync(path, statSync(input).mode & 0o777);
      renameSync(path, this.#output);
    });
  }

  remove(): void {
    for (const word of SCRATCH_WORDS) rmSync(this.make(word), { force: true });
    this.#sweeper.stdin?.destroy();
  }
}

export class FileSink implements ByteSink {
  readonly #path: string;
  readonly #fd: number;
  readonly #block = new Uint8Array(1024 * 1024);
  #used = 0;

  constructor(path: string) {
    this.#path = path;
    this.#fd = unwritable(path, () => openSync(path, 'w'));
  }

  write(bytes: Uint8Array): void {
    if (this.#used + bytes.length > this.#block.length) this.#flush();
    if (bytes.length > this.#block.length) {
      this.#direct(bytes);
      return;
    }
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      unwritable(this.#path, () => closeSync(this.#fd));
    }
  }

  #flush(): void {
    this.#direct(this.#block.subarray(0, this.#used));
    this.#used = 0;
  }

  #direct(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      done += unwritable(this.#path, () => writeSync(this.#fd, bytes, done, bytes.length - done));
    }
  }
}

function unwritable<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new FailureError({
      code: 'output-unwritable',
      message: `cannot write ${path}`,
      cause: errnoOf(error) ?? messageOf(error),
    });
  }
}
