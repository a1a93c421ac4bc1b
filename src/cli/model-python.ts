// What the user's Python is asked about a model, on the user's word only: whether classes let their attributes be set one by one,
// and whether two files load to equal objects.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { StateClass } from '#artifact/pickle/slot-state.ts';
import { errnoOf, FailureError, unwrap } from '#base/result.ts';
import type { Bytes } from '#base/units.ts';
import { PACKAGE_ROOT } from '#capture/agent-sources.ts';
import { askPython, findPython } from '#capture/python.ts';
import { readAvailable } from '#proc/machine.ts';
import type { PythonFacts } from '#profile/types.ts';

const SCRIPTS = join(PACKAGE_ROOT, 'python');
const PATIENCE_MS = 30 * 60_000;

export function pythonFor(command: string | undefined, environment: NodeJS.ProcessEnv): PythonFacts {
  return unwrap(command === undefined ? findPython(environment) : askPython(command, environment));
}

/** For each class "" or a clause that says why its states must stay as they are. */
export function checkClasses(
  python: PythonFacts,
  environment: NodeJS.ProcessEnv,
  classes: readonly StateClass[],
): readonly string[] {
  const questions = classes.map(({ module, name, attributes }) => ({ module, name, attributes }));
  const said = runScript(python, environment, ['check_classes.py'], JSON.stringify(questions));
  const answers: unknown = parseLine(said);
  if (Array.isArray(answers) && answers.length === classes.length) return answers.map(String);
  throw new FailureError({ code: 'python-unusable', message: 'the check of the classes gave no answer', cause: said });
}

export interface LoadVerdict {
  readonly loaded: boolean;
  /** Not loaded: which of the two, and what Python said. */
  readonly which?: 'first' | 'second';
  readonly error?: string;
  readonly equal?: boolean;
  readonly difference?: string | null;
  readonly objects?: number;
  /** Classes whose content could not be looked into, with the number of their objects. */
  readonly opaque?: Readonly<Record<string, number>>;
}

/** Loads both in one process of limited address space, and compares. */
export function compareLoads(
  python: PythonFacts,
  environment: NodeJS.ProcessEnv,
  files: readonly [first: string, second: string],
  options: { readonly loader: 'pickle' | 'joblib'; readonly memory: Bytes },
): LoadVerdict {
  const words = [
    'compare_loads.py',
    '--loader',
    options.loader,
    '--memory',
    String(Math.floor(options.memory)),
    ...files,
  ];
  return parseLine(runScript(python, environment, words, '')) as LoadVerdict;
}

/** What may be used without pushing others out: nine tenths of what the kernel calls available. */
export function availableMemory(): Bytes {
  return 0.9 * readAvailable();
}

function runScript(
  python: PythonFacts,
  environment: NodeJS.ProcessEnv,
  words: readonly string[],
  input: string,
): string {
  const [script, ...rest] = words;
  const answer = spawnSync(python.executable, [join(SCRIPTS, script!), ...rest], {
    encoding: 'utf8',
    env: { ...environment, HIGHWATER_FOLDER: process.cwd() },
    input,
    timeout: PATIENCE_MS,
    maxBuffer: 64 * 2 ** 20,
  });
  const errno = answer.error ? errnoOf(answer.error) : undefined;
  if (answer.status === 0 && errno === undefined) return answer.stdout;
  const last = answer.stderr?.trim().split('\n').pop() ?? '';
  const cause = errno ?? (answer.signal ? `ended by ${answer.signal}` : last);
  throw new FailureError({ code: 'load-failed', message: `${python.executable} did not finish ${script}`, cause });
}

function parseLine(said: string): unknown {
  try {
    return JSON.parse(said.trim().split('\n').pop() ?? '');
  } catch {
    throw new FailureError({ code: 'load-failed', message: 'Python gave no answer', cause: said.slice(0, 200) });
  }
}
