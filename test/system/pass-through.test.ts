// highwater stands aside: streams, exit codes, environment, limits and signals' dispositions of the program are those
// that it has without us.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BIN, call, highwater, leftovers, makeFolder, PROGRAMS, userEnvironment } from './highwater.ts';
import { PYTHON } from './pythons.ts';

describe('exit codes', () => {
  const CASES: readonly [what: string, code: string, expected: number][] = [
    ['0', 'pass', 0],
    ['3', 'import sys; sys.exit(3)', 3],
    ['125, which is one of ours', 'import sys; sys.exit(125)', 125],
    ['255', 'import os; os._exit(255)', 255],
    ['an exception', 'raise ValueError("x")', 1],
    ['sys.exit with words', 'import sys; sys.exit("words")', 1],
    ['KeyboardInterrupt', 'raise KeyboardInterrupt', 130],
    ['SIGSEGV', 'import os, signal; os.kill(os.getpid(), signal.SIGSEGV)', 139],
    ['abort', 'import os; os.abort()', 134],
    ['SIGKILL', 'import os; os.kill(os.getpid(), 9)', 137],
    ['a real-time signal', 'import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 3)', 165],
  ];
  test.for(CASES)('%s', ([, code, expected]) => {
    const cwd = makeFolder();
    const ended = highwater(['run', '-q', '--python', PYTHON, '-c', code], { cwd });
    expect(ended.status, ended.stderr).toBe(expected);
    expect(ended.stderr).not.toMatch(/highwater:/);
    expect(leftovers(cwd)).toEqual([]);
  });
});

describe('streams', () => {
  test('a megabyte of any bytes goes in and comes out as it was', () => {
    const bytes = randomBytes(1 << 20);
    const echo = 'import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())';
    const args = [BIN, 'run', '-q', '--python', PYTHON, '-c', echo];
    const ended = spawnSync(process.execPath, args, {
      cwd: makeFolder(),
      input: bytes,
      env: userEnvironment(),
      maxBuffer: 1 << 24,
    });
    expect(ended.status).toBe(0);
    expect(ended.stdout.equals(bytes)).toBe(true);
    expect(ended.stderr).toHaveLength(0);
  });

  test("the program's own words on stderr, and ours after them", () => {
    const code = 'import sys; print("to stdout"); print("to stderr", file=sys.stderr)';
    const { stdout, stderr } = highwater(['run', '--python', PYTHON, '-c', code], { cwd: makeFolder() });
    expect(stdout).toBe('to stdout\n');
    expect(stderr).toMatch(/^to stderr\ninline code: peak /);
  });

  test('stdin that was not read is left to whoever comes next', () => {
    const cwd = makeFolder();
    const script = `'${process.execPath}' '${BIN}' run -q --python '${PYTHON}' -c 'import os; os.read(0, 4)' && cat`;
    expect(call('sh', ['-c', script], { cwd, input: 'one\ntwo\n' }).stdout).toBe('two\n');
  });

  test('a reader that goes away ends the program as without us', () => {
    const cwd = makeFolder();
    const script = `'${process.execPath}' '${BIN}' run -q --python '${PYTHON}' -c '
import signal, sys
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
while True: print("y")' | head -n 1; echo "\${PIPESTATUS[0]}"`;
    expect(call('bash', ['-c', script], { cwd }).stdout).toBe('y\n141\n');
  });

  test('closed stdin, stdout and stderr do no harm', () => {
    const cwd = makeFolder();
    const run = `'${process.execPath}' '${BIN}' run --python '${PYTHON}' -c 'open("done", "w").write("x")'`;
    for (const closing of ['<&-', '>&-', '2>&-', '<&- >&- 2>&-']) {
      const script = `rm -f done; ${run} ${closing}; echo $? $(cat done) >result; cat result`;
      expect(call('sh', ['-c', script], { cwd }).stdout, closing).toBe('0 x\n');
    }
  });
});

describe('circumstances', () => {
  const PROGRAM = join(PROGRAMS, 'circumstances.py');
  const seen = (text: string) => JSON.parse(text.split('\n')[0]!);

  /** What the program sees with us and without, started in the same way by a shell. */
  function compare(before: string, args = ''): void {
    const cwd = makeFolder();
    const run = `'${BIN}' run -q --python '${PYTHON}'`;
    const plain = call('bash', ['-c', `${before} '${PYTHON}' '${PROGRAM}' ${args}`], { cwd });
    const measured = call('bash', ['-c', `${before} ${run} '${PROGRAM}' ${args}`], { cwd });
    expect(measured.status, measured.stderr).toBe(0);
    const [mine, theirs] = [seen(measured.stdout), seen(plain.stdout)];
    for (const name of Object.keys(mine.environment)) {
      if (/^HIGHWATER_(?!PYTHON)|^LD_PRELOAD$/.test(name)) delete mine.environment[name];
    }
    // The last word of the shell that started it.
    for (const environment of [mine.environment, theirs.environment]) delete environment._;
    // A shell that has only one thing to do becomes it; its group is the same.
    for (const one of [mine, theirs]) for (const name of ['group_leader', 'session']) delete one[name];
    expect(mine).toEqual(theirs);
  }

  test('arguments, folder, environment, descriptors', () => compare('', `a 'b c' '' '--html' -- 'ü' '*'`));
  test('umask', () => compare('umask 027;'));
  test('nice', () => compare('nice -n 5'));
  test('limits', () => compare('ulimit -c 0; ulimit -n 200; ulimit -s 4096;'));

  // node takes every signal back to its default when it starts; the shell's line in front of bin/highwater.cjs knows them.
  test('ignored signals', () => compare(`trap '' HUP INT TERM PIPE USR1;`));
  test('nohup', () => compare('nohup'));

  test('an LD_PRELOAD of their own, and PYTHON variables', () =>
    compare('export PYTHONPATH=/x:/y PYTHONHASHSEED=7 EMPTY=;'));
  test('variables that look like those of npm', () => compare('export npm_config_x=1 NODE_OPTIONS=--no-warnings;'));
});
