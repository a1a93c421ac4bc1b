// The raw lines of the suites, made into a table and a list of what differed.
import { renderTable } from '#base/text-table.ts';
import { findCause } from './known.ts';
import type { Difference, Outcome, OutcomeOrNone, Verdict } from './outcomes.ts';
import type { Way } from './runner.ts';

export interface SeriesLine {
  readonly kind: 'series';
  readonly series: string;
  readonly commit: string;
  readonly machine: string;
}

export interface Side {
  readonly ended: string;
  readonly seconds: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  readonly isWatched: boolean;
  /** How attempts before ended that broke off; absent: none did. */
  readonly broken?: readonly string[];
}

export interface Repeated extends Difference {
  /** Outcomes of the test run alone. */
  readonly alone: Readonly<Record<Way, readonly OutcomeOrNone[]>>;
  readonly verdict: Verdict;
}

/** A module of tests, plain and profiled. */
export interface PairLine {
  readonly kind: 'pair';
  readonly series: string;
  readonly commit: string;
  readonly library: string;
  readonly version: string;
  readonly module: string;
  readonly profiledBy: Way;
  readonly tests: number;
  readonly plain: Side;
  readonly profiled: Side;
  readonly differences: readonly Repeated[];
  /** Differences beyond those that were repeated. */
  readonly unrepeated: number;
}

export type RawLine = SeriesLine | PairLine;

/** What may not be let pass: the agent was not there, the runner itself broke, or a test differs for no known reason. */
export function findTroubles(pair: PairLine): string[] {
  const troubles: string[] = [];
  if (!pair.profiled.isWatched) troubles.push('the agent left no trace');
  if (pair.tests === 0) troubles.push(`no test was run: ${pair.plain.ended}`);
  if (pair.plain.ended !== pair.profiled.ended && pair.differences.length === 0) {
    troubles.push(`the runner ended with ${pair.profiled.ended}, plain with ${pair.plain.ended}`);
  }
  const [before, after] = [pair.plain.broken ?? [], pair.profiled.broken ?? []];
  if (after.length > before.length) troubles.push(`the runner broke off: ${after.join(', ')}`);
  if (pair.unrepeated > 0) troubles.push(`${pair.unrepeated} more differ`);
  for (const { test, verdict } of pair.differences) {
    if ((verdict === 'repeats' || verdict === 'unclear') && !findCause(test)) troubles.push(`${test} differs`);
  }
  return troubles;
}

export function renderSuites(lines: readonly RawLine[]): string {
  const pairs = lines.filter((line) => line.kind === 'pair').sort(bySuite);
  const series = lines.filter((line) => line.kind === 'series');
  const layout = ['suite', 'module', 'tests', 'ok', 'skipped', 'failing', 'same', 'differing', 'plain s', 'with s'];
  const columns = layout.map((header, i) => ({ header, align: i < 2 ? ('left' as const) : ('right' as const) }));
  const rows = [...pairs.map(renderPair), renderSum(pairs)];
  const parts = [...new Set(series.map(describeSeries)), '', ...renderTable(columns, rows, { width: 160 })];
  const differences = pairs.flatMap(describeDifferences);
  const troubles = pairs.flatMap((pair) => findTroubles(pair).map((trouble) => `  ${nameOf(pair)}: ${trouble}`));
  if (differences.length > 0) parts.push('', 'What differed', ...differences);
  if (troubles.length > 0) parts.push('', 'To be looked into', ...troubles);
  return parts.join('\n');
}

/** Modules stay in the order in which they were run. */
function bySuite(a: PairLine, b: PairLine): number {
  return a.library.localeCompare(b.library) || a.version.localeCompare(b.version, 'en', { numeric: true });
}

function describeSeries({ commit, machine }: SeriesLine): string {
  return `highwater ${commit}; ${machine}`;
}

function nameOf({ library, version, module }: PairLine): string {
  return `${library} ${version} ${module}`;
}

function cellsOf(pair: PairLine): number[] {
  const { counts } = pair.plain;
  const failing = (counts.failed ?? 0) + (counts.error ?? 0) + (counts['unexpected success'] ?? 0);
  const differing = pair.differences.length + pair.unrepeated;
  const good = (counts.ok ?? 0) + (counts['expected failure'] ?? 0);
  const seconds = [pair.plain.seconds, pair.profiled.seconds];
  return [pair.tests, good, counts.skipped ?? 0, failing, pair.tests - differing, differing, ...seconds];
}

function renderPair(pair: PairLine): string[] {
  const cells = cellsOf(pair).map((value) => value.toFixed(0));
  return [`${pair.library} ${pair.version}`, pair.module, ...cells];
}

function renderSum(pairs: readonly PairLine[]): string[] {
  const sums = pairs.map(cellsOf).reduce((sum, cells) => sum.map((value, i) => value + cells[i]!), Array(8).fill(0));
  return ['ALL', '', ...sums.map((value) => value.toFixed(0))];
}

function describeDifferences(pair: PairLine): string[] {
  const broken = (['plain', 'profiled'] as const).flatMap((side) =>
    (pair[side].broken ?? []).map((ended) => `  ${nameOf(pair)}: broke off ${side}, ${ended}, and was started again`),
  );
  return [...broken, ...pair.differences.map((difference) => describeDifference(pair, difference))];
}

function describeDifference(pair: PairLine, { test, plain, profiled, alone, verdict }: Repeated): string {
  const times = Object.entries(alone).map(([way, outcomes]) => `${way} ${outcomes.join(', ') || '-'}`);
  const cause = findCause(test);
  const judged = `${verdict}${cause ? `. ${cause}` : ''}`;
  return `  ${nameOf(pair)} ${test}: ${plain}, with ${profiled}. Alone: ${times.join('; ')}: ${judged}`;
}
