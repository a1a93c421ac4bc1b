// `highwater diff` on real runs: what is alike says so, what was planted is named.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectOneMessage, highwater, makeFolder } from './highwater.ts';

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
