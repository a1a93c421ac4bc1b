// Which Python runs a script, and whether the agent knows it. The interpreter is asked itself: a `python3` on the PATH may
// be a shell script that picks one (pyenv), a link into a virtual environment, or something else altogether.
import { spawnSync } from 'node:child_process';
import { errnoOf, fail, ok, type Result } from '#base/result.ts';
import type { PythonFacts } from '#profile/types.ts';

const QUESTION = `
import json, platform, sys, sysconfig
paths = sysconfig.get_paths()
print(json.dumps({
    "executable": sys.executable,
    "version": platform.python_version(),
    "implementation": platform.python_implementation(),
    "prefix": sys.prefix,
    "basePrefix": sys.base_prefix,
    "libraryPaths": sorted({paths[k] for k in ("stdlib", "platstdlib", "purelib", "platlib") if k in paths}),
    "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}))
`;
const PATIENCE_MS = 20_000;

/** Runs `python -c` once, without the user's site customisations. */
export function askPython(command: string, environment: NodeJS.ProcessEnv): Result<PythonFacts> {
  const answer = spawnSync(command, ['-I', '-c', QUESTION], {
    encoding: 'utf8',
    env: environment,
    timeout: PATIENCE_MS,
    maxBuffer: 1 << 20,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (answer.error) {
    const errno = errnoOf(answer.error);
    if (errno === 'ENOENT') return fail('python-not-found', `there is no program '${command}'`);
    return fail('python-unusable', `cannot run '${command}'`, errno ?? answer.error.message);
  }
  try {
    const facts = JSON.parse(answer.stdout.trim().split('\n').pop()!) as PythonFacts;
    if (typeof facts.version === 'string' && typeof facts.executable === 'string') return ok(facts);
  } catch {
    // Said below: whatever it printed, it was not the answer.
  }
  const words = answer.stderr.trim().split('\n').pop() ?? '';
  return fail('python-unusable', `'${command}' does not answer like Python 3`, words || `exit status ${answer.status}`);
}

/** The first of the usual names that answers. */
export function findPython(environment: NodeJS.ProcessEnv): Result<PythonFacts> {
  const first = askPython('python3', environment);
  if (first.ok || first.error.code !== 'python-not-found') return first;
  const second = askPython('python', environment);
  return second.ok ? second : first;
}

const OLDEST = 9;
const NEWEST = 14;

/** Whether the agent can name lines in this Python; a sentence why not otherwise. */
export function findLineTrouble(python: PythonFacts): string | undefined {
  const [major, minor] = python.version.split('.').map(Number);
  if (python.implementation !== 'CPython') return `${python.implementation} is not CPython`;
  if (python.freeThreaded) return `this is a free-threaded build of Python ${python.version}`;
  if (major !== 3 || minor! < OLDEST || minor! > NEWEST) {
    return `Python ${python.version} is not among 3.${OLDEST} to 3.${NEWEST}`;
  }
  return undefined;
}
