// What cannot be run, and machines on which little works: one clear error with its own exit code, or an unharmed run.
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  call,
  type Ended,
  expectOneMessage,
  highwater,
  leftovers,
  makeFolder,
  measure,
  PROGRAMS,
  userEnvironment,
} from './highwater.ts';
import { makePathWithoutCompiler } from './paths.ts';
import { PYTHON, pythonOf } from './pythons.ts';

/** Our error, told once, with its exit code, and nothing left behind. */
function expectRefusal(ended: Ended, code: number, words: RegExp, cwd: string): void {
  expectOneMessage(ended.stderr);
  expect(ended.stderr).toMatch(words);
  expect(ended.status, ended.stderr).toBe(code);
  expect(ended.stdout).toBe('');
  expect(leftovers(cwd)).toEqual([]);
}

function run(cwd: string, args: readonly string[], env?: NodeJS.ProcessEnv): Ended {
  return highwater(['run', ...args], { cwd, ...(env && { env }) });
}

describe('a name for the profile that is one of a report', () => {
  test.each([
    ['out.html', '--html=out.html'],
    ['lines.CSV', '--csv=lines.CSV'],
  ])('%s', (name, advice) => {
    const cwd = makeFolder({ 'a.py': '', [name]: 'mine' });
    const ended = run(cwd, ['-o', name, 'a.py']);
    expect(ended.status).toBe(125);
    expect(ended.stderr).toContain(`Try ${advice}`);
    expect(readFileSync(join(cwd, name), 'utf8')).toBe('mine');
    expect(highwater(['report', '-o', name, 'x.highwater'], { cwd }).status).toBe(2);
  });
});

describe('a script that is none', () => {
  test('missing', () => {
    const cwd = makeFolder();
    expectRefusal(run(cwd, ['gone.py']), 127, /there is no script gone\.py/, cwd);
  });

  test('in a folder that is a file', () => {
    const cwd = makeFolder({ file: '' });
    expectRefusal(run(cwd, ['file/gone.py']), 127, /cannot open file\/gone\.py \(ENOTDIR\)/, cwd);
  });

  test('a compiled program', () => {
    const cwd = makeFolder();
    expectRefusal(run(cwd, [process.execPath]), 126, /is not a Python script/, cwd);
  });

  test('a shell script', () => {
    const cwd = makeFolder({ 'job.sh': '#!/bin/sh\necho no\n' });
    expectRefusal(run(cwd, ['job.sh']), 126, /job\.sh is not a Python script[\s\S]*highwater run -- /, cwd);
  });

  test('a folder without __main__: Python says so itself, with its own code', () => {
    const cwd = makeFolder();
    mkdirSync(join(cwd, 'package'));
    const { status, stderr } = run(cwd, ['-q', '--python', PYTHON, 'package']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/can't find '__main__' module/);
    expect(stderr).not.toMatch(/highwater:/);
  });

  test("a syntax error is the program's own", () => {
    const cwd = makeFolder({ 'bad.py': 'def (:\n' });
    const { status, stderr } = run(cwd, ['-q', '--python', PYTHON, 'bad.py']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/SyntaxError/);
    expect(stderr).not.toMatch(/highwater:/);
  });

  test('an empty script is a run like any other', () => {
    const { report } = measure(['--python', PYTHON, 'empty.py'], { cwd: makeFolder({ 'empty.py': '' }) });
    expect(report.mainPeak!.exact).toBe(true);
  });

  test('a module that is not there: Python says so', () => {
    const { status, stderr } = run(makeFolder(), ['-q', '--python', PYTHON, '-m', 'no_such_module']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/No module named '?no_such_module/);
  });
});

describe('a command that cannot be started', () => {
  test('missing', () => {
    const cwd = makeFolder();
    expectRefusal(run(cwd, ['--', 'no-such-command']), 127, /cannot run 'no-such-command'/, cwd);
  });

  test('without permission', () => {
    const cwd = makeFolder({ 'job.sh': '#!/bin/sh\n' });
    expectRefusal(run(cwd, ['--', './job.sh']), 126, /cannot run '\.\/job\.sh' \(Permission denied\)/, cwd);
  });

  test('without a first line that names its interpreter: sh takes it, as at a prompt', () => {
    const cwd = makeFolder({ job: 'echo "$0 $1"; exit 4\n' });
    chmodSync(join(cwd, 'job'), 0o755);
    const { status, stdout } = run(cwd, ['-q', '--', './job', 'a']);
    expect([status, stdout]).toEqual([4, './job a\n']);
  });

  test('a folder', () => {
    const cwd = makeFolder();
    expectRefusal(run(cwd, ['--', '/tmp']), 126, /cannot run '\/tmp' \(Permission denied\)/, cwd);
  });
});

describe('Python', () => {
  const SCRIPT = { 'a.py': 'print(1)\n' };

  test('that is not there', () => {
    const cwd = makeFolder(SCRIPT);
    expectRefusal(run(cwd, ['--python', 'nonsense', 'a.py']), 127, /there is no program 'nonsense'/, cwd);
    expectRefusal(run(cwd, ['--python', './nonsense', 'a.py']), 127, /there is no program '\.\/nonsense'/, cwd);
  });

  test('that is on no PATH', () => {
    const cwd = makeFolder(SCRIPT);
    const ended = run(cwd, ['a.py'], userEnvironment({ PATH: cwd }));
    expectRefusal(ended, 127, /there is no program 'python3'[\s\S]*--python/, cwd);
  });

  test.for([
    ['prints nothing', '#!/bin/sh\nexit 0\n'],
    ['fails', '#!/bin/sh\necho "cannot start" >&2; exit 9\n'],
    ['prints other JSON', '#!/bin/sh\necho "{}"\n'],
    ['prints no JSON', '#!/bin/sh\necho Python 3.11\n'],
    ['dies', '#!/bin/sh\nkill -9 $$\n'],
  ])('that is none: %s', ([, text]) => {
    const cwd = makeFolder({ ...SCRIPT, python: text! });
    chmodSync(join(cwd, 'python'), 0o755);
    const ended = run(cwd, ['--python', './python', 'a.py']);
    expectRefusal(ended, 126, /'\.\/python' does not answer like Python 3/, cwd);
  });

  test('that may not be executed', () => {
    const cwd = makeFolder({ ...SCRIPT, python: '' });
    expectRefusal(run(cwd, ['--python', './python', 'a.py']), 126, /cannot run '\.\/python' \(EACCES\)/, cwd);
  });

  test('3.8: unharmed, the peak right, and a word about lines', (ctx) => {
    const python = pythonOf('3.8', ctx);
    const cwd = makeFolder();
    const program = join(PROGRAMS, 'transient.py');
    const ended = run(cwd, ['--python', python, '-o', 'old.highwater', program]);
    expect(ended.status).toBe(0);
    expect(ended.stderr).toMatch(
      /^highwater: Python 3\.8\.\d+ is not among 3\.9 to 3\.14: the kernel's figures will be right/,
    );
    const { ended: again, report } = measure(['--python', python, program], { cwd });
    const oracle = Number(/VmHWM (\d+)/.exec(again.stdout)![1]) * 1024;
    expect(Math.abs(report.mainPeak!.bytes - oracle)).toBeLessThan(oracle * 0.01);
    expect(report.notes.map((note) => note.code)).toContain('agent-unsupported-python');
  });
});

describe('the compiler', () => {
  const args = ['-q', '--python', PYTHON, '-c', 'print(1)'];

  test('is missing', () => {
    const cwd = makeFolder();
    const env = userEnvironment({ PATH: makePathWithoutCompiler(cwd), XDG_CACHE_HOME: join(cwd, 'cache') });
    expectRefusal(run(cwd, args, env), 125, /there is no C compiler 'cc'[\s\S]*apt-get install/, cwd);
    expect(readdirSync(join(cwd, 'cache', 'highwater'))).toEqual([]);
  });

  test('named by CC is missing', () => {
    const cwd = makeFolder();
    const env = userEnvironment({ CC: 'no-such-cc', XDG_CACHE_HOME: join(cwd, 'cache') });
    expectRefusal(run(cwd, args, env), 125, /there is no C compiler 'no-such-cc'/, cwd);
  });

  test('fails', () => {
    const cwd = makeFolder({ cc: '#!/bin/sh\necho "a.c:1:1: error: nothing works" >&2\nexit 1\n' });
    chmodSync(join(cwd, 'cc'), 0o755);
    const env = userEnvironment({ CC: join(cwd, 'cc'), XDG_CACHE_HOME: join(cwd, 'cache') });
    expectRefusal(run(cwd, args, env), 125, /the agent could not be compiled \(a\.c:1:1: error: nothing works/, cwd);
  });

  test('makes something that cannot be loaded: told before the program is started', () => {
    const fake = '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && printf "not a library" >"$2"; shift; done\n';
    const cwd = makeFolder({ cc: fake });
    chmodSync(join(cwd, 'cc'), 0o755);
    const env = userEnvironment({ CC: join(cwd, 'cc'), XDG_CACHE_HOME: join(cwd, 'cache') });
    expectRefusal(
      run(cwd, args, env),
      125,
      /the compiled agent cannot be loaded \(.*(?:invalid ELF|cannot be preloaded)/,
      cwd,
    );
  });

  test('is not needed a second time', () => {
    const cwd = makeFolder();
    const cache = join(cwd, 'cache');
    expect(run(cwd, args, userEnvironment({ XDG_CACHE_HOME: cache })).status).toBe(0);
    expect(run(cwd, args, userEnvironment({ XDG_CACHE_HOME: cache, PATH: makePathWithoutCompiler(cwd) })).status).toBe(
      0,
    );
  });

  test('a cache whose path has a space or a colon, or cannot be made, is not used', () => {
    const cwd = makeFolder({ file: '' });
    for (const cache of ['with space', 'with:colon', 'file/below']) {
      const { status, stdout } = run(cwd, args, userEnvironment({ XDG_CACHE_HOME: join(cwd, cache) }));
      expect([status, stdout], cache).toEqual([0, '1\n']);
    }
  });

  test('two first runs at the same time both work', async () => {
    const cwd = makeFolder();
    const env = userEnvironment({ XDG_CACHE_HOME: join(cwd, 'cache'), HW: process.execPath });
    const { BIN } = await import('./paths.ts');
    const one = (n: number) => `"$HW" '${BIN}' run -q -o ${n}.highwater --python '${PYTHON}' -c 'print(${n})' & `;
    const { stdout } = call('sh', ['-c', `${one(1)}${one(2)}${one(3)}wait`], { cwd, env });
    expect(stdout.split('\n').sort()).toEqual(['', '1', '2', '3']);
    expect(readdirSync(cwd).filter((name) => name.endsWith('.highwater'))).toHaveLength(3);
  });
});

describe('options', () => {
  const cases: readonly [what: string, args: readonly string[], code: number, words: RegExp][] = [
    ['nothing to run', ['run'], 125, /what shall be run/],
    ['an unknown option', ['run', '--nonsense', 'a.py'], 125, /unknown option '--nonsense'/],
    ['a mean that is no size', ['run', '--mean', 'many', 'a.py'], 125, /It must be a size/],
    ['a mean that is too small', ['run', '--mean', '100', 'a.py'], 125, /--mean must be at least/],
    ['a count of lines that is none', ['run', '-n', 'x', 'a.py'], 125, /It must be a whole number/],
    ['an unknown command', ['nonsense'], 2, /unknown command 'nonsense'/],
    ['no input for report', ['report'], 2, /missing required argument 'input'/],
    ['an unknown option of report', ['report', '--nonsense', 'x'], 2, /unknown option '--nonsense'/],
    ['a port that is none', ['view', '--port', '99999', 'x'], 2, /It must be a port number/],
    ['no command', [], 2, /Usage: highwater/],
  ];
  test.for(cases)('%s', ([, args, code, words]) => {
    const cwd = makeFolder({ 'a.py': 'print(1)\n' });
    const { status, stdout, stderr } = highwater(args, { cwd });
    expect(status).toBe(code);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(readdirSync(cwd)).toEqual(['a.py']);
  });

  test('--help and --version are no errors', () => {
    for (const args of [['--help'], ['--version'], ['run', '--help'], ['report', '--help']]) {
      const { status, stderr } = highwater(args, { cwd: makeFolder() });
      expect([status, stderr], args.join(' ')).toEqual([0, '']);
    }
  });
});

test('words after the script are its own', () => {
  const cwd = makeFolder({ 'a.py': 'import sys; print(sys.argv[1:])\n' });
  writeFileSync(join(cwd, '--html'), '');
  const { stdout } = run(cwd, ['-q', '--python', PYTHON, 'a.py', '--html', '-o', 'x', '--', '--quiet', '--json=a']);
  expect(stdout).toBe("['--html', '-o', 'x', '--', '--quiet', '--json=a']\n");
  expect(readdirSync(cwd).sort()).toEqual(['--html', 'a.highwater', 'a.py']);
});
