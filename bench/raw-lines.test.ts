import { expect, test } from 'vitest';
import { renderOverhead } from './overhead-tables.ts';
import { countPairs, type RawLine, type RunLine, type SeriesLine } from './raw-lines.ts';
import type { Tool } from './tools.ts';

const LIKE = { commit: 'abc', size: 1, inStep: true };

function series(name: string, change: Partial<SeriesLine> = {}): SeriesLine {
  const about = { commit: 'abc', python: '3.11', packages: {}, machine: '2 cores', left: [], seed: 1, size: 1 };
  return { kind: 'series', series: name, ...about, ...change };
}

/** A chain in words: "plain 10, highwater 11" are runs at positions 0, 1, ... with their seconds of CPU. */
function chain(name: string, round: number, job: string, text: string, change: Partial<RunLine> = {}): RunLine[] {
  return text.split(', ').map((word, position) => {
    const [tool, seconds] = word.split(' ');
    const cost = { cpuMs: Number(seconds) * 1000, wallMs: 1, peakKib: 1, output: 'x' };
    const where = { series: name, inStep: true, round, position, job, tool: tool as Tool };
    return { kind: 'run', ...where, load: 1, ok: true, ...cost, ...change };
  });
}

test('pairs that are there: of this commit, size and way; runs that failed, but none that stands alone', () => {
  const lines: RawLine[] = [
    series('1'),
    ...chain('1', 0, 'json', 'plain 10, highwater 11'),
    ...chain('1', 1, 'json', 'plain 10, highwater 11', { ok: false }),
    ...chain('1', 2, 'json', 'highwater 11'),
    ...chain('1', 0, 'churn', 'plain 10, memray 20'),
    series('2', { commit: 'old' }),
    ...chain('2', 0, 'json', 'plain 10, highwater 11'),
    series('3'),
    ...chain('3', 0, 'json', 'plain 10, highwater 11, plain 10', { inStep: false }),
    ...chain('3', 1, 'json', 'plain 10, highwater 11, plain 10, memray 12', { inStep: false }),
  ];
  const done = countPairs(lines, LIKE);
  expect(['highwater', 'memray'].map((tool) => done('json', tool as Tool))).toEqual([2, 0]);
  expect(done('churn', 'memray')).toBe(1);
  const between = countPairs(lines, { ...LIKE, inStep: false });
  expect(['highwater', 'memray'].map((tool) => between('json', tool as Tool))).toEqual([2, 0]);
});

test('the table: each job, the median over jobs, and the worst of them', () => {
  const lines: RawLine[] = [series('1')];
  for (let round = 0; round < 3; round++) {
    lines.push(...chain('1', round, 'json', 'plain 10, highwater 10.4, plain 10, plain 10'));
    lines.push(...chain('1', round, 'churn', 'highwater 11, plain 10'));
    lines.push(...chain('1', round, 'loop', 'plain 10, highwater 10'));
  }
  const withHost = lines.map((line) =>
    line.kind === 'run' && line.tool === 'highwater'
      ? { ...line, host: { cpuMs: 500, besideCpuMs: 200, peakKib: 1 } }
      : line,
  );
  const table = renderOverhead(withHost).split('\n');
  const row = (name: string) =>
    table
      .find((line) => line.trimStart().startsWith(name))
      ?.trim()
      .split(/ {2,}/);
  expect(row('json')).toEqual(['json', '1.000 (1.000 - 1.000)', '1.040 (1.040 - 1.040)', '1.090 (1.090 - 1.090)']);
  expect(row('MEDIAN')!.slice(2)).toEqual(['1.040 [1.040, 1.040]', '1.090 [1.090, 1.090]']);
  expect(row('WORST')!.slice(2)).toEqual(['1.100 (1.100 - 1.100)', '1.150 (1.150 - 1.150)']);
});
