// `highwater diff` on real runs: what is alike says so, what was planted is named.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectOneMessage, highwater, leftovers, makeFolder, readText, userEnvironment } from './highwater.ts';

function program(plantedMiB: number): string {
  return `
def load():
    return [{"id": i, "name": "row %d" % i} for i in range(60_000)]
def train(rows):
    table = bytearray(${8 + plantedMiB} << 20)
    return len(table) + len(rows)
print(train(load()) > 0)
`;
}

function runs(folder: string, name: string): string {
  const profile = `${name}.highwater`;
  const { status, stderr } = highwater(['run', '-q', '-o', profile, 'train.py'], { cwd: folder });
  expect(status, stderr).toBe(0);
  return profile;
}

interface JsonComparison {
  readonly summary: string;
  readonly repeats: { readonly before: readonly number[]; readonly after: readonly number[] } | null;
  readonly peak: { readonly change: number; readonly verdict: string };
  readonly lines: readonly JsonRow[];
  readonly imports: readonly JsonRow[];
  readonly composition: { readonly parts: readonly JsonRow[] };
}

interface JsonRow {
  readonly id?: string;
  readonly file?: string;
  readonly source?: string;
  readonly change: number;
  readonly verdict: string;
}

function compare(cwd: string, ...names: string[]): JsonComparison {
  const { status, stdout, stderr } = highwater(['diff', '--json', ...names], { cwd });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

function changesOf({ peak, lines, imports, composition }: JsonComparison): readonly JsonRow[] {
  return [peak, ...lines, ...imports, ...composition.parts].filter(
    (row) => !['noChange', 'cannotTell'].includes(row.verdict),
  );
}

describe('runs of one program', () => {
  test('differ by nothing, each pair of three', () => {
    const folder = makeFolder({ 'train.py': program(0) });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => runs(folder, name)) as [string, string, string];
    for (const pair of [
      [a, b],
      [a, c],
      [b, c],
    ] as const) {
      const comparison = compare(folder, ...pair);
      expect(changesOf(comparison), comparison.summary).toEqual([]);
      expect(comparison.peak.verdict).toBe('noChange');
    }
    const text = highwater(['diff', a, b], { cwd: folder }).stdout;
    expect(text).toMatch(/^Peak [\d.]+ MiB, no change/);
  });

  test('several of each side are told by their medians, whatever the order of their names', () => {
    const [old, folder] = [0, 5].map((mib) => makeFolder({ 'train.py': program(mib) })) as [string, string];
    const before = ['a', 'b', 'c'].map((name) => join(old, runs(old, name)));
    const after = ['d', 'e'].map((name) => runs(folder, name));
    const same = compare(folder, before[0]!, '--against', ...before.slice(1));
    expect([same.peak.verdict, changesOf(same)]).toEqual(['noChange', []]);
    const comparison = compare(folder, ...after, '--against', ...before);
    expect([comparison.repeats!.before.length, comparison.repeats!.after.length]).toEqual([3, 2]);
    expect(comparison.peak.verdict).toBe('grew');
    expect(comparison.summary).toMatch(/ MiB more .*: mostly train\.py:5 \+5\.00 MiB$/);
    expect(highwater(['diff', ...before], { cwd: folder }).status).toBe(2);
  });

  test('with 5 MiB more on a line, in another checkout and below a new line, name it', () => {
    const before = makeFolder({ 'train.py': program(0) });
    const after = makeFolder({ 'train.py': `# a comment that moves all lines\n${program(5)}` });
    const old = join(before, runs(before, 'train'));
    runs(after, 'train');
    const comparison = compare(after, old, 'train.highwater');
    const lines = comparison.lines.filter((row) => row.verdict === 'grew');
    expect(lines.map((row) => [row.file, row.source])).toEqual([['train.py', 'table = bytearray(13 << 20)']]);
    expect(lines[0]!.change / 2 ** 20).toBeCloseTo(5, 0);
    expect(comparison.summary).toMatch(/[45]\.\d+ MiB more \(\+\d+ %\): mostly train\.py:\d+ /);

    const gate = (limit: string) =>
      highwater(['diff', old, 'train.highwater', '--fail-over', limit], { cwd: after }).status;
    expect([gate('1%'), gate('2MiB'), gate('10MiB'), gate('much')]).toEqual([1, 1, 0, 2]);
  });
});

test('one name is compared with the run before it', () => {
  const folder = makeFolder({ 'train.py': program(0) });
  runs(folder, 'train');
  runs(folder, 'train');
  const { status, stdout } = highwater(['diff', 'train.highwater'], { cwd: folder });
  expect([status, stdout]).toEqual([0, expect.stringContaining('Before train.prev.highwater: ')]);
  copyFileSync(join(folder, 'train.py'), join(folder, 'x.highwater'));
  const bad = highwater(['diff', 'train.highwater', 'x.highwater'], { cwd: folder });
  expect(bad.status).toBe(3);
  expectOneMessage(bad.stderr);
  expect(highwater(['diff'], { cwd: folder }).status).toBe(2);
});

describe('the report of a run that was measured before', () => {
  const run = (folder: string, ...options: string[]) =>
    highwater(['run', ...options, 'train.py'], { cwd: folder, env: { ...userEnvironment(), COLUMNS: '120' } });

  test('says nothing at first, "no change" of the same, and names the line that grew by 5 MiB', () => {
    const folder = makeFolder({ 'train.py': program(0) });
    expect(run(folder).stderr).not.toContain('previous run');
    expect(run(folder).stderr).toMatch(
      /^Since the previous run, .* \(train\.prev\.highwater\): no change of the peak \(/m,
    );
    writeFileSync(join(folder, 'train.py'), program(5));
    const { stderr } = run(folder, '--html');
    expect(stderr).toMatch(/^Since the previous run, .*: peak \+[45]\.\d+ MiB \(\+\d+ %\): mostly train\.py:5 \+/m);
    expect(stderr).toMatch(/^ +8\.0 +13\.0 +\+5\.0 +grew +train\.py:5 +table = bytearray\(13 << 20\)$/m);
    expect(stderr).not.toContain('Different around');
    const page = readText(folder, 'train.html');
    expect(page).toContain('id="highwater-comparison"');
    expect(page.length).toBeLessThan(5 << 20);

    const report = (...options: string[]) => highwater(['report', 'train.highwater', ...options], { cwd: folder });
    expect(report().stdout).toContain('Since the previous run');
    expect(report('--no-previous').stdout).not.toContain('previous run');
    expect(report('--no-previous', '--html').status).toBe(0);
    expect(readText(folder, 'train.html')).not.toContain('id="highwater-comparison"');
    expect(leftovers(folder)).toEqual([]);
  });

  test('loses nothing where the program cannot be started, and survives a previous one that is no profile', () => {
    const folder = makeFolder({ 'train.py': program(0) });
    expect(run(folder, '-q').status).toBe(0);
    const good = readFileSync(join(folder, 'train.highwater'));
    const failed = highwater(['run', '-q', '-o', 'train.highwater', '--', './nothing-here'], { cwd: folder });
    expect(failed.status).toBe(127);
    expect(readFileSync(join(folder, 'train.highwater')).equals(good)).toBe(true);
    expect(existsSync(join(folder, 'train.prev.highwater'))).toBe(false);
    writeFileSync(join(folder, 'train.prev.highwater'), 'mine');
    const report = highwater(['report', 'train.highwater'], { cwd: folder });
    expect([report.status, report.stderr]).toEqual([0, expect.stringContaining('the run before cannot be compared')]);
  });
});

test('diff --html writes one page that asks for nothing else', () => {
  const folder = makeFolder({ 'train.py': program(0) });
  runs(folder, 'a');
  runs(folder, 'b');
  const { status, stdout, stderr } = highwater(['diff', 'a.highwater', 'b.highwater', '--html'], { cwd: folder });
  expect([status, stdout, stderr]).toEqual([0, '', 'highwater: wrote b.diff.html\n']);
  const page = readText(folder, 'b.diff.html');
  expect(page).toContain('<title>b.highwater against a.highwater – highwater</title>');
  expect(page.match(/(?:src|href)="(?!data:,)/g)).toBeNull();
  expect(highwater(['diff', 'a.highwater', 'b.highwater', '--html=other.html'], { cwd: folder }).status).toBe(0);
  expect(readText(folder, 'other.html')).toBe(page);
});
