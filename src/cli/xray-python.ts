// The Python that a prediction is for: a version that was named, an interpreter that was named, or the one on the PATH with
// the versions of its packages. It is asked for its version and for metadata; nothing is imported for it.
import { spawnSync } from 'node:child_process';
import type { PythonVersion } from '#artifact/types.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { askPython, findPython } from '#capture/python.ts';

export interface XrayPython {
  readonly version: PythonVersion;
  /** null: only a version was named, or none was found. */
  readonly executable: string | null;
  readonly packages: ReadonlyMap<string, string>;
}

const VERSION = /^3\.(\d{1,2})$/;
const OLDEST = 9;
const NEWEST = 14;
/** Without any Python on the machine. */
const DEFAULT: PythonVersion = { major: 3, minor: 12 };

/** `needed`: an interpreter will have to run, so that its absence is a failure. */
export function findXrayPython(
  asked: string | undefined,
  environment: NodeJS.ProcessEnv,
  needed: boolean,
): Result<XrayPython> {
  const minor = Number(VERSION.exec(asked ?? '')?.[1]);
  if (minor < OLDEST || minor > NEWEST) {
    return fail('python-version', `Python ${asked} is not among 3.${OLDEST} to 3.${NEWEST}`);
  }
  if (!needed && !Number.isNaN(minor)) {
    return ok({ version: { major: 3, minor }, executable: null, packages: new Map() });
  }
  const name = Number.isNaN(minor) ? asked : `python3.${minor}`;
  const found = name === undefined ? findPython(environment) : askPython(name, environment);
  if (!found.ok) {
    return needed || asked !== undefined ? found : ok({ version: DEFAULT, executable: null, packages: new Map() });
  }
  const [major, foundMinor] = found.value.version.split('.').map(Number);
  const clamped = Math.min(NEWEST, Math.max(OLDEST, foundMinor!));
  const { executable } = found.value;
  return ok({ version: { major: major!, minor: clamped }, executable, packages: askPackages(executable, environment) });
}

const PACKAGES = ['pandas', 'numpy', 'torch', 'pyarrow', 'joblib', 'scikit-learn'] as const;
const QUESTION = `
import importlib.metadata as m
for name in ${JSON.stringify(PACKAGES)}:
    try:
        print(name, m.version(name))
    except Exception:
        pass
`;
const PATIENCE_MS = 20_000;

function askPackages(executable: string, environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const answer = spawnSync(executable, ['-c', QUESTION], { encoding: 'utf8', env: environment, timeout: PATIENCE_MS });
  const lines = answer.stdout?.split('\n') ?? [];
  return new Map(lines.map((line) => line.split(' ')).filter(([, version]) => version) as [string, string][]);
}
