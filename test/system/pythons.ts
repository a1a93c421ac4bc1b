// The Python interpreters of this machine: whatever is there is used, what is not is named as the reason of a skip.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

export const VERSIONS = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'] as const;

function askVersion(python: string): { version: string; executable: string } | undefined {
  const question = 'import sys; print("%d.%d" % sys.version_info[:2], sys.executable)';
  const { status, stdout } = spawnSync(python, ['-c', question], { encoding: 'utf8' });
  const [, version, executable] = /^(\d+\.\d+) (.+)$/.exec(stdout?.trim() ?? '') ?? [];
  return status === 0 && version !== undefined ? { version, executable: executable! } : undefined;
}

function installedByPyenv(): string[] {
  const folder = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  try {
    return readdirSync(folder).map((name) => join(folder, name, 'bin', 'python3'));
  } catch {
    return [];
  }
}

function findPythons(): Map<string, string> {
  const named = [...VERSIONS, '3.8'].map((version) => `python${version}`);
  const found = new Map<string, string>();
  for (const candidate of ['python3', ...named, ...installedByPyenv()]) {
    const answer = askVersion(candidate);
    if (answer && !found.has(answer.version)) found.set(answer.version, answer.executable);
  }
  return found;
}

const PYTHONS = findPythons();

/** The interpreter that `python3` names. */
export const PYTHON = askVersion('python3')?.executable ?? 'python3';

/** An interpreter of that version, or the test is skipped. */
export function pythonOf(version: string, ctx: TestContext): string {
  return PYTHONS.get(version) ?? ctx.skip(`there is no Python ${version} on this machine`);
}

/** One with libraries: HIGHWATER_PYTHON_SCIENCE or _TORCH, else what the set-up made; or the test is skipped. */
export function pythonWith(name: 'science' | 'torch', ctx: TestContext): string {
  const variable = `HIGHWATER_PYTHON_${name.toUpperCase()}`;
  const given = process.env[variable];
  if (given) return given;
  const reason = process.env[`${variable}_MISSING`];
  if (reason) return ctx.skip(reason);
  const { ensurePythonEnv } = createRequire(import.meta.url)('../../scripts/python-env.cjs');
  const { python, skip } = ensurePythonEnv(name, { build: false });
  return python ?? ctx.skip(skip);
}
