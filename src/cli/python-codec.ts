// bz2, xz and lzma by the standard library of a Python on this machine, as a filter over bytes in a process of its own, which is
// isolated from the user's packages and whose memory is limited (docs/decisions/0014-compressed-streams.md).
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, FailureError, messageOf } from '#base/result.ts';
import type { Bytes } from '#base/units.ts';
import { PACKAGE_ROOT } from '#capture/agent-sources.ts';

export type PythonCodec = 'bz2' | 'xz' | 'lzma';

/** Interpreters to try, one after the other: some are built without these modules. */
export interface CodecPythons {
  readonly commands: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

const SCRIPT = join(PACKAGE_ROOT, 'python', 'stream_codec.py');
/** Something is wrong with the stream, and the last line says what. */
const WRONG = 1;

/** `named`: the one that is asked for, or found already, if any. */
export function codecPythons(named: string | null | undefined, environment: NodeJS.ProcessEnv): CodecPythons {
  const commands = [named, 'python3', 'python'].filter((command) => typeof command === 'string');
  return { commands: [...new Set(commands)], environment };
}

export type Filter =
  | { readonly what: 'decompress'; readonly codec: PythonCodec; readonly memory: Bytes }
  | { readonly what: 'compress'; readonly codec: PythonCodec; readonly level: number };

/** What the filter makes of the file. */
export async function* filterByPython(path: string, filter: Filter, pythons: CodecPythons): AsyncGenerator<Uint8Array> {
  for (const command of pythons.commands) {
    const isDone = yield* runFilter(path, filter, command, pythons.environment);
    if (isDone) return;
  }
  throw new FailureError({
    code: 'codec-missing',
    message: `${path} is compressed with ${filter.codec}, and no Python here has the module for it`,
    cause: pythons.commands.join(', '),
  });
}

/** False: this interpreter has no such module, or is none (a launcher that finds none); nothing was handed out then. */
async function* runFilter(
  path: string,
  filter: Filter,
  command: string,
  environment: NodeJS.ProcessEnv,
): AsyncGenerator<Uint8Array, boolean> {
  const number = Math.floor(filter.what === 'compress' ? filter.level : filter.memory);
  const fd = openSync(path, 'r');
  const words = ['-I', '-S', SCRIPT, filter.what, filter.codec, String(number)];
  const child = spawn(command, words, { stdio: [fd, 'pipe', 'pipe'], env: environment });
  closeSync(fd);
  const ended = endOf(child);
  let made = 0;
  try {
    for await (const chunk of child.stdout!) {
      made += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
    const { status, how, said } = await ended;
    if (status === 0) return true;
    const failure = status === WRONG ? readFailure(path, said) : undefined;
    if (failure === undefined && made === 0) return false;
    throw new FailureError(
      failure ?? { code: 'codec-failed', message: `${command} did not finish ${path}`, cause: how },
    );
  } finally {
    child.kill();
  }
}

interface End {
  /** null: it could not be started, or was killed. */
  readonly status: number | null;
  readonly how: string;
  readonly said: string;
}

function endOf(child: ChildProcess): Promise<End> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4000);
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: null, how: messageOf(error), said }));
    child.on('close', (status, signal) => {
      resolve({ status, how: signal === null ? `exit status ${status}` : `ended by ${signal}`, said });
    });
  });
}

function readFailure(path: string, said: string): Failure | undefined {
  try {
    const { code, at, what } = JSON.parse(said.trim().split('\n').pop() ?? '') as {
      code: string;
      at: number;
      what: string;
    };
    return { code, message: `${path}: ${what} (at byte ${at})` };
  } catch {
    return undefined; // a Python that does not get as far as our script
  }
}
