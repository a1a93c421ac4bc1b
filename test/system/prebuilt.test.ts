// The agent from a package that has it built: highwater as npm would install it, beside such a package, on a machine without
// a compiler; and packages that do not fit, which must never be used.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENT, LAUNCHER } from '#capture/agent-sources.ts';
import { ownLibc, type PrebuiltManifest, prebuiltName } from '#capture/prebuilt.ts';
import { call, type Ended, makeFolder, ROOT, userEnvironment } from './highwater.ts';
import { makePathWithoutCompiler } from './paths.ts';
import { PYTHON } from './pythons.ts';

const NAME = prebuiltName(process.arch, ownLibc());
const BUILT = join(tmpdir(), `highwater-prebuilt-${process.pid}`);

beforeAll(() => {
  const { status, stdout, stderr } = call(process.execPath, [join(ROOT, 'scripts', 'prebuild.ts'), NAME, BUILT], {
    cwd: ROOT,
  });
  expect([status, stdout], stderr).toEqual([0, `built ${NAME}\n`]);
});
afterAll(() => rmSync(BUILT, { recursive: true, force: true }));

interface Installed {
  readonly cache: string;
  readonly prebuilt: string;
  readonly change: (manifest: (old: PrebuiltManifest) => PrebuiltManifest) => void;
  readonly run: (environment: NodeJS.ProcessEnv) => Ended;
}

/** What npm would lay down; the folder has a blank in it, where no loader takes a library from. */
function install(): Installed {
  const cwd = makeFolder();
  const modules = join(cwd, 'a project', 'node_modules');
  const own = join(modules, 'highwater');
  const prebuilt = join(modules, NAME);
  const cache = join(cwd, 'cache');
  for (const part of ['package.json', 'bin', 'agent', join('dist', 'cli')])
    cpSync(join(ROOT, part), join(own, part), { recursive: true });
  cpSync(join(BUILT, NAME), prebuilt, { recursive: true });
  const args = [join(own, 'bin', 'highwater.cjs'), 'run', '-q', '--python', PYTHON, '-c', 'print(1)'];
  return {
    cache: join(cache, 'highwater'),
    prebuilt,
    change: (manifest) => {
      const file = join(prebuilt, 'package.json');
      writeFileSync(file, JSON.stringify(manifest(JSON.parse(readFileSync(file, 'utf8')))));
    },
    run: (more) => call(process.execPath, args, { cwd, env: userEnvironment({ XDG_CACHE_HOME: cache, ...more }) }),
  };
}

function noCompiler(): NodeJS.ProcessEnv {
  return { PATH: makePathWithoutCompiler(makeFolder()), CC: '' };
}

test('is used where there is no compiler, and kept in the cache', () => {
  const { cache, prebuilt, run } = install();
  const { status, stdout, stderr } = run(noCompiler());
  expect([status, stdout], stderr).toEqual([0, '1\n']);
  const [kept, ...others] = readdirSync(cache);
  expect(kept).toContain('prebuilt');
  expect(others).toEqual([]);
  for (const name of [AGENT, LAUNCHER])
    expect(readFileSync(join(cache, kept!, name)).equals(readFileSync(join(prebuilt, name)))).toBe(true);
});

test('one of other sources is not used: those at hand are compiled, or their want of a compiler is told', () => {
  const { cache, change, run } = install();
  change((old) => ({ ...old, highwater: { ...old.highwater, sources: '0'.repeat(16) } }));
  const refused = run(noCompiler());
  expect([refused.status, refused.stdout]).toEqual([125, '']);
  expect(refused.stderr).toMatch(/there is no C compiler 'cc'/);
  expect([run({}).status, readdirSync(cache).filter((name) => name.includes('prebuilt'))]).toEqual([0, []]);
});

test('one that this machine cannot load or start is not used', () => {
  for (const name of [AGENT, LAUNCHER]) {
    const { cache, prebuilt, run } = install();
    const foreign = readFileSync(join(prebuilt, name));
    foreign.writeUInt16LE(21, 18); // e_machine: a 64-bit PowerPC
    writeFileSync(join(prebuilt, name), foreign);
    expect([run({}).status, readdirSync(cache).filter((found) => found.includes('prebuilt'))], name).toEqual([0, []]);
  }
});

test('whoever names a compiler gets what it makes', () => {
  const { run } = install();
  expect(run({ CC: 'no-such-cc' }).stderr).toMatch(/there is no C compiler 'no-such-cc'/);
});
