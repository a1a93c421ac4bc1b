// Growth between two moments: a program that knows when each of its lines came to hold what.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { highwater, type JsonEstimate, makeFolder, PROGRAMS, userEnvironment } from './highwater.ts';
import { PYTHON } from './pythons.ts';

const MB = 1_000_000;
const PROGRAM = join(PROGRAMS, 'grows_in_steps.py');
/** Half of what the program sleeps after each part: s. */
const INTO_THE_PAUSE = 0.2;

interface Truth {
  readonly lines: Readonly<Record<string, number>>;
  readonly times: Readonly<Record<string, number>>;
  readonly cached: number;
}

interface JsonGrowth {
  readonly resolution: number;
  readonly resident: { readonly unit: string; readonly from: number; readonly to: number };
  readonly came: JsonEstimate;
  readonly went: JsonEstimate;
  readonly lines: readonly { file: string; line: number; came: JsonEstimate; went: JsonEstimate; net: number }[];
}

function measured() {
  const cwd = makeFolder();
  // A threshold of one's own keeps malloc from raising it: freed arrays go back to the kernel at once.
  const env = { ...userEnvironment(), MALLOC_MMAP_THRESHOLD_: '131072' };
  const ran = highwater(['run', '-q', '-o', 'grows.highwater', '--python', PYTHON, PROGRAM], { cwd, env });
  expect(ran.status, ran.stderr).toBe(0);
  const truth: Truth = JSON.parse(ran.stdout);
  const word = (part: string) =>
    part in truth.times ? `${Math.round((truth.times[part]! + INTO_THE_PAUSE) * 1000)}ms` : part;
  const ask = (from: string, to: string, ...more: string[]) =>
    highwater(['report', 'grows.highwater', '--between', `${word(from)},${word(to)}`, ...more], { cwd });
  const between = (from: string, to: string) => {
    const told = ask(from, to, '--json');
    expect(told.status, told.stderr).toBe(0);
    const growth: JsonGrowth = JSON.parse(told.stdout).growth;
    return { growth, of: (name: string) => growth.lines.find((row) => row.line === truth.lines[name]) };
  };
  return { truth, ask, between };
}

describe('between two moments', () => {
  test('each line is told with what it came to hold, and with what of it went', () => {
    const { truth, ask, between } = measured();

    const second = between('first', 'second');
    expect(second.of('kept')!.came.bytes / MB).toBeCloseTo(40, 0);
    expect(second.of('kept')!.went.bytes).toBe(0);
    expect(second.of('early')!.net / MB).toBeCloseTo(-24, 0);
    const cached = second.of('cached')!.came;
    expect(cached.low).toBeLessThan(truth.cached * 1.02);
    expect(cached.high).toBeGreaterThan(truth.cached * 0.98);
    expect(cached.high - cached.low).toBeLessThan(0.3 * truth.cached);

    const third = between('second', 'third');
    expect(third.of('late')!.net / MB).toBeCloseTo(50, 0);
    expect(third.of('kept')!.net / MB).toBeCloseTo(-40, 0);
    expect(third.of('cached')?.net ?? 0).toBeLessThan(0.1 * MB);

    // The kernel's figure moved by what the lines say, up to what allocators keep.
    for (const { growth } of [second, third]) {
      const moved = growth.resident.to - growth.resident.from;
      expect(Math.abs(moved - (growth.came.bytes - growth.went.bytes)) / MB).toBeLessThan(4);
      expect(growth.resolution).toBeLessThan(10);
    }

    const screen = ask('second', 'third');
    expect(screen.stdout).toMatch(/^Between .* resident memory \(RSS\) went from/);
    expect(screen.stdout).toMatch(new RegExp(`\\+47\\.7 .*grows_in_steps\\.py:${truth.lines.late} `));
    expect(screen.stdout).toMatch(new RegExp(`-38\\.1 .*grows_in_steps\\.py:${truth.lines.kept} `));
  });

  test('are exported as stacks for other viewers', () => {
    const { truth, ask } = measured();
    const folded = ask('second', 'third', '--collapsed=-').stdout;
    const bytes = (line: number) => {
      const found = folded.split('\n').filter((text) => text.includes(`grows_in_steps.py:${line})`));
      return found.reduce((sum, text) => sum + Number(/ (\d+)$/.exec(text)![1]), 0);
    };
    expect(bytes(truth.lines.late!) / MB).toBeCloseTo(50, 0);
    expect(bytes(truth.lines.kept!)).toBe(0);
    const { profiles } = JSON.parse(ask('second', 'third', '--speedscope=-').stdout);
    expect(profiles[0].endValue / MB).toBeGreaterThan(50);
    expect(profiles[1].endValue / MB).toBeGreaterThan(40);
  });

  test('are exported as a table, and as a page that opens there', () => {
    const { truth, ask } = measured();
    const [header, ...rows] = ask('second', 'third', '--csv=-').stdout.trim().split('\r\n');
    const columns = header!.split(',');
    const row = (line: number) => rows.find((text) => text.includes(`grows_in_steps.py,${line},`))!.split(',');
    const cell = (line: number, name: string) => Number(row(line)[columns.indexOf(name)]) / MB;
    expect(cell(truth.lines.late!, 'net_bytes')).toBeCloseTo(50, 0);
    expect(cell(truth.lines.late!, 'came_bytes')).toBeCloseTo(50, 0);
    expect(cell(truth.lines.kept!, 'net_bytes')).toBeCloseTo(-40, 0);
    expect(cell(truth.lines.kept!, 'went_bytes')).toBeCloseTo(40, 0);
    expect(ask('second', 'third', '--html=-').stdout).toMatch(/"view":"#\/growth\?from=\d+&to=\d+"/);
  });

  test('of a profile there must be two, the second later', () => {
    const { ask } = measured();
    expect(ask('second', 'first')).toMatchObject({ status: 3, stdout: '' });
    expect(ask('second', 'first').stderr).toMatch(/the second moment is not later/);
    expect(ask('tomorrow', 'end')).toMatchObject({ status: 2 });
  });
});
