// The ways in which Python is started: modules, inline code, shell scripts, test runners, virtual environments, exec.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  BIN,
  call,
  expectHolds,
  highwater,
  leftovers,
  makeFolder,
  measure,
  reportOf,
  userEnvironment,
} from './highwater.ts';
import { PYTHON } from './pythons.ts';

/** Holds 20 MB on its second line. */
const HOLD = 'import sys\nheld = bytearray(b"x") * 20_000_000\nprint(sys.argv[1:], __name__)\n';

test('-m, with arguments of its own', () => {
  const cwd = makeFolder();
  mkdirSync(join(cwd, 'package'));
  writeFileSync(join(cwd, 'package', '__init__.py'), '');
  writeFileSync(join(cwd, 'package', '__main__.py'), HOLD);
  const { ended, report } = measure(['--python', PYTHON, '-m', 'package', '-m', 'x', '--html'], { cwd });
  expect(ended.stdout).toBe("['-m', 'x', '--html'] __main__\n");
  expect(report.lines.find((line) => line.line === 2)!.file).toBe(join(cwd, 'package', '__main__.py'));
});

test('-c, with arguments of its own', () => {
  const { ended, report } = measure(['--python', PYTHON, '-c', HOLD, '-c', 'y'], { cwd: makeFolder() });
  expect(ended.stdout).toBe("['-c', 'y'] __main__\n");
  expectHolds(
    report.lines.find((line) => line.line === 2 && line.file === '<string>'),
    20_000_001,
  );
});

test('a folder with __main__, and a zip archive of it', () => {
  const cwd = makeFolder();
  mkdirSync(join(cwd, 'app'));
  writeFileSync(join(cwd, 'app', '__main__.py'), HOLD);
  expect(spawnSync(PYTHON, ['-m', 'zipapp', 'app'], { cwd }).status).toBe(0);
  for (const script of ['app', 'app.pyz']) {
    const { ended, report } = measure(['--python', PYTHON, script, 'a'], { cwd });
    expect(ended.stdout, script).toBe("['a'] __main__\n");
    expectHolds(
      report.lines.find((line) => line.line === 2),
      20_000_001,
    );
  }
});

test('names of the profile', () => {
  const cwd = makeFolder({ 'with space.py': 'pass\n' });
  const run = (...args: string[]) => highwater(['run', '-q', '--python', PYTHON, ...args], { cwd });
  run('with space.py');
  run('-c', 'pass');
  run('-m', 'this');
  highwater(['run', '-q', '--', 'true'], { cwd });
  const names = readdirSync(cwd).filter((name) => name.endsWith('.highwater'));
  expect(names.sort()).toEqual(['inline-code.highwater', 'this.highwater', 'true.highwater', 'with-space.highwater']);
});

describe('a command', () => {
  test('that runs two scripts, one after the other', () => {
    const hold = (mb: number) => `x = bytearray(b"x") * ${mb}_000_000\nimport time; time.sleep(0.1)\n`;
    const cwd = makeFolder({ 'a.py': hold(40), 'b.py': hold(60) });
    const script = `'${PYTHON}' a.py; '${PYTHON}' b.py`;
    const { ended, report } = measure(['--', 'sh', '-c', script], { cwd });
    expect(ended.status).toBe(0);
    const [sh, a, b] = ['sh', 'a.py', 'b.py'].map((name) => report.processes.find((process) => process.name === name));
    expect([sh!.parent, a!.parent, b!.parent]).toEqual([-1, sh!.index, sh!.index]);
    expect([sh!.traced, a!.traced, b!.traced]).toEqual([false, true, true]);
    expect(a!.peak).toBeGreaterThan(40_000_000);
    expect(a!.peak).toBeLessThan(60_000_000);
    expect(b!.peak).toBeGreaterThan(60_000_000);
    // The peak is that of the larger one, not the sum: they never ran at the same time.
    expect(report.peak!.bytes).toBeLessThan(85_000_000);
    expect(report.peak!.bytes).toBeGreaterThan(60_000_000);
  });

  test('that is a shell script, with its exit code', () => {
    const cwd = makeFolder({ 'job.sh': `#!/bin/sh\n'${PYTHON}' -c '${HOLD}' "$@" || exit\nexit 6\n` });
    chmodSync(join(cwd, 'job.sh'), 0o755);
    const { ended, report } = measure(['--', './job.sh', 'a'], { cwd });
    expect([ended.status, ended.stdout]).toEqual([6, "['a'] __main__\n"]);
    expectHolds(report.lines[0], 20_000_001);
  });

  test('that is no Python at all', () => {
    const { ended, report } = measure(['--', 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=30M', 'count=1'], {
      cwd: makeFolder(),
    });
    expect(ended.status).toBe(0);
    expect(report.mainPeak).toMatchObject({ unit: 'VmHWM', exact: true });
    expect(report.mainPeak!.bytes).toBeGreaterThan(30 << 20);
    expect(report.lines).toEqual([]);
  });

  test('that ends before anybody can look', () => {
    const { ended, report } = measure(['--', 'true'], { cwd: makeFolder() });
    expect(ended.status).toBe(0);
    expect(report.mainPeak!.bytes).toBeGreaterThan(100_000);
  });

  test('that is an installed script of Python', () => {
    const cwd = makeFolder({ tool: `#!${PYTHON}\n${HOLD}` });
    chmodSync(join(cwd, 'tool'), 0o755);
    const { ended, report } = measure(['--', './tool', '--version'], { cwd });
    expect(ended.stdout).toBe("['--version'] __main__\n");
    expectHolds(
      report.lines.find((line) => line.line === 3),
      20_000_001,
    );
  });
});

test('a test runner of the standard library: lines of the tests', () => {
  const cwd = makeFolder({
    'test_sizes.py': `import unittest
class Sizes(unittest.TestCase):
    def test_one(self):
        type(self).kept = bytearray(b"x") * 20_000_000
        self.assertEqual(len(self.kept), 20_000_000)
`,
  });
  const { ended, report } = measure(['--python', PYTHON, '-m', 'unittest', '-q'], { cwd });
  expect(ended.status, ended.stderr).toBe(0);
  expectHolds(
    report.lines.find((line) => basename(line.file) === 'test_sizes.py' && line.line === 4),
    20_000_001,
  );
});

describe('a virtual environment', () => {
  test('is that of the python3 on the PATH: its prefix, its packages', (ctx) => {
    const cwd = makeFolder({ 'a.py': `import sys, extra\nprint(sys.prefix)\n${HOLD}` });
    const home = join(cwd, 'env');
    const made = spawnSync(PYTHON, ['-m', 'venv', '--without-pip', home], { encoding: 'utf8' });
    if (made.status !== 0) ctx.skip(`no virtual environment can be made: ${made.stderr}`);
    const lib = join(home, 'lib', readdirSync(join(home, 'lib'))[0]!, 'site-packages');
    writeFileSync(join(lib, 'extra.py'), 'table = bytearray(b"x") * 9_000_000\n');
    const env = userEnvironment({ PATH: `${join(home, 'bin')}:${process.env.PATH}` });
    for (const args of [['a.py'], ['--python', join(home, 'bin', 'python'), 'a.py']]) {
      const { ended, report } = measure(args, { cwd, env });
      expect(ended.stdout.split('\n')[0]).toBe(realpathSync(home));
      expect(report.meta.environment.python!.prefix).toBe(realpathSync(home));
      expect(report.imports.find(({ name }) => name === 'extra')!.bytes).toBeGreaterThanOrEqual(9_000_000);
    }
  });
});

describe('exec', () => {
  test('of one Python by another is one process with the largest peak', () => {
    const cwd = makeFolder({
      'one.py':
        'import os, sys, time\nx = bytearray(b"x") * 50_000_000\ntime.sleep(0.1)\nos.execv(sys.executable, [sys.executable, "two.py", "a"])\n',
      'two.py': `import os, sys\ny = bytearray(b"x") * 20_000_000\nprint(os.getpid())\nif len(sys.argv) < 4: os.execv(sys.executable, [sys.executable, *sys.argv, "a"])\n`,
    });
    const { ended, report } = measure(['--python', PYTHON, 'one.py'], { cwd });
    expect(new Set(ended.stdout.trim().split('\n'))).toEqual(new Set([String(report.processes[0]!.pid)]));
    expect(report.processes).toHaveLength(1);
    expect(report.mainPeak!.bytes).toBeGreaterThan(55_000_000);
    expectHolds(
      report.lines.find((line) => basename(line.file) === 'one.py' && line.line === 2),
      50_000_001,
    );
  });

  test('of a program that is no Python', () => {
    const code = 'import os\nx = bytearray(b"x") * 30_000_000\nos.execvp("sh", ["sh", "-c", "echo done; exit 4"])';
    const { ended, report } = measure(['--python', PYTHON, '-c', code], { cwd: makeFolder() });
    expect([ended.status, ended.stdout]).toEqual([4, 'done\n']);
    expect(report.mainPeak!.bytes).toBeGreaterThan(35_000_000);
  });

  test('by a shell that becomes Python', () => {
    const { ended, report } = measure(['--', 'sh', '-c', `exec '${PYTHON}' -c '${HOLD}'`], { cwd: makeFolder() });
    expect(ended.status).toBe(0);
    expect(report.processes).toHaveLength(1);
    expectHolds(
      report.lines.find((line) => line.line === 2),
      20_000_001,
    );
  });
});

test('children that close what they inherit, or take the environment away, are no harm', () => {
  const code = `import os, subprocess, sys
child = [sys.executable, "-c", "x = bytearray(b'x') * 20_000_000; import time; time.sleep(0.3); print('child')"]
subprocess.run(child, env={}, close_fds=True, check=True)
subprocess.run(["env", "-i", *child], check=True)
if os.fork() == 0:
    os.closerange(0, 256)
    x = bytearray(b"x") * 10_000_000
    os._exit(0)
os.wait()
print("parent")`;
  const { ended, report } = measure(['--python', PYTHON, '-c', code], { cwd: makeFolder() });
  expect(ended.stdout).toBe('child\nchild\nparent\n');
  const untraced = report.processes.filter((process) => process.index > 0 && !process.traced);
  expect(untraced.filter((process) => process.peak! > 20_000_000)).toHaveLength(2);
});

test('a daemon that lives on: the program has ended, and so has the run', () => {
  const code = `import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 3)
        time.sleep(1.5)
        open("later", "w").write("x")
    os._exit(0)
os.wait()
print("ended")`;
  const cwd = makeFolder();
  const { ended, report } = measure(['--python', PYTHON, '-c', code], { cwd });
  expect([ended.status, ended.stdout]).toEqual([0, 'ended\n']);
  expect(report.meta.complete).toBe(true);
  const { status } = call(
    'sh',
    ['-c', 'for i in 1 2 3 4 5 6 7 8; do sleep 0.3; [ -e later ] && exit 0; done; exit 1'],
    { cwd },
  );
  expect(status).toBe(0);
});

test('highwater under highwater: both report, the inner one the program', () => {
  const cwd = makeFolder({ 'a.py': HOLD });
  const inner = [process.execPath, BIN, 'run', '-q', '-o', 'inner.highwater', '--python', PYTHON, 'a.py'];
  const ended = highwater(['run', '-q', '-o', 'outer.highwater', '--', ...inner], { cwd });
  expect([ended.status, ended.stdout], ended.stderr).toEqual([0, '[] __main__\n']);
  const report = reportOf('inner.highwater', cwd);
  expectHolds(
    report.lines.find((line) => line.line === 2),
    20_000_001,
  );
  const outer = reportOf('outer.highwater', cwd);
  expect(outer.processes.map((process) => process.name)).toContain('a.py');
  expect(existsSync(join(cwd, 'outer.highwater-run'))).toBe(false);
  expect(leftovers(cwd)).toEqual([]);
});
