// Where things are, and the environment of a user's shell. Apart from highwater.ts, because bench/ runs outside of vitest.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');
export const BIN = join(ROOT, 'bin', 'highwater.cjs');
export const PROGRAMS = join(import.meta.dirname, 'programs');
export const ORACLES = join(ROOT, 'test', 'oracle');

/** Ours, less what the test runner has put in. */
export function userEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:VITEST|NODE_|HIGHWATER_TEST_|TEST$|DEV$|PROD$|MODE$|SSR$|npm_)/.test(name),
  );
  return { ...Object.fromEntries(own), ...more };
}

/** A folder below with links to what a run needs, and no compiler. */
export function makePathWithoutCompiler(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['sh', 'mkdir', 'dirname', 'mktemp', 'rm', 'mv', 'touch', 'cat', 'uname']) {
    const found = ['/usr/bin', '/bin'].map((at) => join(at, name)).find((path) => existsSync(path));
    if (found) symlinkSync(found, join(bin, name));
  }
  return bin;
}
