// At a terminal, and under signals: Ctrl-C stops the program once and there is a report; what is sent to highwater reaches
// the program; a terminal looks to the program like one.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BIN, call, leftovers, makeFolder, ORACLES, reportOf, userEnvironment } from './highwater.ts';
import { PYTHON } from './pythons.ts';

type Step = readonly ['see' | 'type', string] | readonly ['sleep', number];

interface Shown {
  readonly shown: string;
  readonly code: number | null;
  readonly signal: number | null;
}

function atTerminal(cwd: string, steps: readonly Step[], command: readonly string[]): Shown {
  const args = [join(ORACLES, 'terminal.py'), JSON.stringify(steps), ...command];
  const { stdout, stderr } = call(PYTHON, args, { cwd });
  expect(stdout, stderr).toMatch(/^\{/);
  return JSON.parse(stdout);
}

const RUN = [process.execPath, BIN, 'run', '--python', PYTHON];

/** Counts its interrupts, and takes its time to end. */
const COUNTING = `import signal, sys, time
times = []
signal.signal(signal.SIGINT, lambda *_: times.append(1))
held = bytearray(b"x") * 30_000_000
print("ready", flush=True)
for _ in range(400):
    time.sleep(0.02)
    if times: break
time.sleep(0.3)
print("interrupts", len(times))
sys.exit(7)
`;

describe('Ctrl-C', () => {
  test('reaches the program once, and the report comes', () => {
    const cwd = makeFolder({ 'counting.py': COUNTING });
    const { shown, code } = atTerminal(
      cwd,
      [
        ['see', 'ready'],
        ['type', '\x03'],
      ],
      [...RUN, 'counting.py'],
    );
    expect(shown).toContain('interrupts 1\r\n');
    expect(shown).toContain('counting.py: peak ');
    expect(code).toBe(7);
    expect(leftovers(cwd)).toEqual([]);
    expect(reportOf('counting.highwater', cwd).meta.complete).toBe(true);
  });

  test('stops a program that does not mind it, with the traceback and the code that it has without us', () => {
    const cwd = makeFolder({
      'loop.py': 'import time\nx = bytearray(30_000_000)\nprint("ready", flush=True)\ntime.sleep(60)\n',
    });
    const { shown, code } = atTerminal(
      cwd,
      [
        ['see', 'ready'],
        ['type', '\x03'],
      ],
      [...RUN, 'loop.py'],
    );
    expect(shown.match(/KeyboardInterrupt\r\n/g)).toHaveLength(1);
    expect(shown).toContain('loop.py: peak ');
    expect(code).toBe(130);
  });

  test('Ctrl-\\ ends it with SIGQUIT, and the report comes', () => {
    const cwd = makeFolder({ 'loop.py': 'import time\nprint("ready", flush=True)\ntime.sleep(60)\n' });
    const { shown, code } = atTerminal(
      cwd,
      [
        ['see', 'ready'],
        ['type', '\x1c'],
      ],
      [...RUN, 'loop.py'],
    );
    expect(shown).toContain('loop.py: peak ');
    expect(code).toBe(131);
  });

  test('through a shell script, as at a prompt', () => {
    const cwd = makeFolder({ 'counting.py': COUNTING });
    const script = `'${RUN.join("' '")}' counting.py; echo "code $?"`;
    const { shown } = atTerminal(
      cwd,
      [
        ['see', 'ready'],
        ['type', '\x03'],
      ],
      ['sh', '-c', `trap : INT; ${script}`],
    );
    expect(shown).toContain('interrupts 1\r\n');
    expect(shown).toContain('code 7');
  });
});

describe('the terminal', () => {
  test('is one for the program, with its size, and takes what is typed', () => {
    const cwd = makeFolder({
      'ask.py':
        'import os, sys\nprint([os.isatty(fd) for fd in (0, 1, 2)], os.get_terminal_size())\nprint("got", input("name? "))\n',
    });
    const { shown, code } = atTerminal(
      cwd,
      [
        ['see', 'name? '],
        ['type', 'Ada\n'],
      ],
      [...RUN, '-q', 'ask.py'],
    );
    expect(shown).toContain('[True, True, True] os.terminal_size(columns=97, lines=40)');
    expect(shown).toContain('got Ada');
    expect(code).toBe(0);
  });

  test('Ctrl-Z stops all of it and fg goes on', () => {
    const cwd = makeFolder({
      'steps.py': 'import time\nprint("ready", flush=True)\ntime.sleep(1.5)\nprint("went on", flush=True)\n',
    });
    const steps: Step[] = [
      ['see', '$ '],
      ['type', `'${RUN.join("' '")}' -q steps.py\n`],
      ['see', 'ready'],
      ['type', '\x1a'],
      ['see', 'topped'],
      ['sleep', 0.3],
      ['type', 'fg\n'],
      ['see', 'went on'],
      ['type', 'echo "code $?"\n'],
      ['see', 'code 0'],
      ['type', 'exit\n'],
    ];
    const { shown } = atTerminal(cwd, steps, ['env', 'PS1=$ ', 'bash', '--norc', '--noprofile', '-i']);
    expect(shown).toMatch(/ready[\s\S]*[Ss]topped[\s\S]*went on[\s\S]*code 0/);
  });
});

describe('signals sent to highwater', () => {
  function start(code: string, cwd: string): { child: ChildProcess; stdout: () => string } {
    const child = spawn(process.execPath, [BIN, 'run', '-q', '--python', PYTHON, '-c', code], {
      cwd,
      env: userEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let text = '';
    child.stdout!.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    return { child, stdout: () => text };
  }

  const waitFor = (text: string, stdout: () => string) => expect.poll(stdout, { timeout: 20_000 }).toContain(text);

  test.for([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGUSR1', 138],
  ] as const)('%s ends a program that does not handle it', async ([signal, expected]) => {
    const cwd = makeFolder();
    const { child, stdout } = start('import time; print("ready", flush=True); time.sleep(60)', cwd);
    await waitFor('ready', stdout);
    child.kill(signal);
    const [code] = await once(child, 'exit');
    expect(code).toBe(expected);
    expect(existsSync(join(cwd, 'inline-code.highwater'))).toBe(true);
    expect(leftovers(cwd)).toEqual([]);
  });

  test.for(['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGALRM', 'SIGWINCH'] as const)(
    '%s is handled by the program, once',
    async (signal) => {
      const cwd = makeFolder();
      const code = `import signal, sys, time
got = []
signal.signal(signal.${signal}, lambda *_: got.append(1))
print("ready", flush=True)
for _ in range(400):
    time.sleep(0.02)
    if got: break
time.sleep(0.2)
open("got", "w").write(str(len(got)))
sys.exit(5)`;
      const { child, stdout } = start(code, cwd);
      await waitFor('ready', stdout);
      child.kill(signal);
      const [status] = await once(child, 'exit');
      expect(status).toBe(5);
      expect(readFileSync(join(cwd, 'got'), 'utf8')).toBe('1');
    },
  );

  test('SIGTERM to the whole group reaches the program once', async () => {
    const cwd = makeFolder();
    const code = `import signal, sys, time
got = []
signal.signal(signal.SIGTERM, lambda *_: got.append(1))
print("ready", flush=True)
for _ in range(400):
    time.sleep(0.02)
    if got: break
time.sleep(0.3)
print("signals", len(got))
sys.exit(5)`;
    const script = `exec '${process.execPath}' '${BIN}' run -q --python '${PYTHON}' -c '${code}'`;
    const child = spawn('setsid', ['sh', '-c', script], {
      cwd,
      env: userEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout!.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    await waitFor('ready', () => text);
    process.kill(-child.pid!, 'SIGTERM');
    const [status] = await once(child, 'close');
    expect(status).toBe(5);
    expect(text).toMatch(/signals [12]\n/);
  });
});
