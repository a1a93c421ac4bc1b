// What the user asked to run, made into a command line: a script, `-m module`, `-c code`, or any command after `--`.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { errnoOf, fail, ok, type Result } from '#base/result.ts';
import { askPython, findPython } from '#capture/python.ts';
import type { PythonFacts } from '#profile/types.ts';

export interface Target {
  readonly command: readonly string[];
  readonly title: string;
  /** Names the profile: title without suffix and without anything that a file name cannot hold. */
  readonly stem: string;
  /** Null for a command that we start as it is. */
  readonly python: PythonFacts | null;
}

export interface TargetRequest {
  readonly words: readonly string[];
  readonly isCommand: boolean;
  readonly module?: string | undefined;
  readonly code?: string | undefined;
  readonly python?: string | undefined;
}

export function resolveTarget(request: TargetRequest, environment: NodeJS.ProcessEnv): Result<Target> {
  const { words, module, code } = request;
  if (request.isCommand) {
    const title = basename(words[0]!);
    return ok({ command: words, title, stem: stemOf(title), python: null });
  }
  if (module === undefined && code === undefined) {
    const problem = findScriptProblem(words[0]!);
    if (problem) return problem;
  }
  const python = request.python === undefined ? findPython(environment) : askPython(request.python, environment);
  if (!python.ok) return python;
  const interpreter = python.value.executable;
  if (module !== undefined) return target([interpreter, '-m', module, ...words], module, python.value);
  if (code !== undefined) return target([interpreter, '-c', code, ...words], 'inline code', python.value);
  return target([interpreter, ...words], basename(words[0]!), python.value);
}

function target(command: string[], title: string, python: PythonFacts): Result<Target> {
  return ok({ command, title, stem: stemOf(title), python });
}

function stemOf(title: string): string {
  return title.replace(/\.pyw?$/, '').replace(/[^\w.+-]+/g, '-') || 'run';
}

/** Python itself would refuse these too, but only after everything was set up, and in words about itself. */
function findScriptProblem(
  path: string,
): { readonly ok: false; readonly error: import('#base/result.ts').Failure } | undefined {
  try {
    const status = statSync(path);
    if (status.isDirectory() || !status.isFile()) return undefined; // a package with __main__, a pipe: Python decides
    return looksCompiled(path) ? fail('not-python', `${path} is not a Python script`) : undefined;
  } catch (error) {
    const errno = errnoOf(error);
    return fail('script-missing', errno === 'ENOENT' ? `there is no script ${path}` : `cannot open ${path}`, errno);
  }
}

/** An ELF file, or a script whose first line names another interpreter. Zip archives and .pyc files Python runs itself. */
function looksCompiled(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return false; // Python will say why
  }
  try {
    const head = Buffer.alloc(128);
    const text = head.toString('latin1', 0, readSync(fd, head, 0, head.length, 0));
    if (text.startsWith('\x7fELF')) return true;
    const [first] = text.split('\n');
    return first!.startsWith('#!') && !/python|pypy|uv|conda/.test(first!);
  } finally {
    closeSync(fd);
  }
}
