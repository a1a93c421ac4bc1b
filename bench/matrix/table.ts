// The raw lines of the matrix, made into tables: how many runs of each kind were unharmed.
import { renderTable } from '#base/text-table.ts';
import { PROGRAMS, SAMPLINGS, type Sampling } from './plan.ts';

export interface SeriesLine {
  readonly kind: 'series';
  readonly series: string;
  readonly commit: string;
  readonly machine: string;
  readonly left: readonly string[];
}

export interface RunLine {
  readonly kind: 'run';
  readonly series: string;
  readonly program: string;
  readonly python: string;
  readonly sampling: Sampling;
  readonly seed: number;
  readonly end: string;
  readonly streams: number;
  readonly unbegun: number;
  readonly records: number;
  readonly wallMs: number;
  readonly plainWallMs: number | undefined;
  /** Empty: output and end as without the agent, and every stream readable. */
  readonly harm: readonly string[];
}

export type RawLine = SeriesLine | RunLine;

export function renderMatrix(lines: readonly RawLine[]): string {
  const runs = lines.filter((line) => line.kind === 'run');
  const series = lines.filter((line) => line.kind === 'series');
  const parts = series.map(({ commit, machine }) => `highwater ${commit}; ${machine}`);
  parts.push(...new Set(series.flatMap(({ left }) => left.map((reason) => `  left out: ${reason}`))), '');
  const pythons = [...new Set(runs.map(({ python }) => python))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  parts.push(...renderCrossed(runs, (run) => run.python, pythons), '');
  parts.push(...renderCrossed(runs, (run) => run.sampling, Object.keys(SAMPLINGS)), '');
  parts.push(renderTotals(runs));
  const harmed = runs.filter(({ harm }) => harm.length > 0);
  if (harmed.length > 0) parts.push('', 'To be looked into', ...harmed.map(describeHarm));
  return parts.join('\n');
}

/** Unharmed of all, by program and by something else. */
function renderCrossed(runs: readonly RunLine[], of: (run: RunLine) => string, headers: readonly string[]): string[] {
  const programs = PROGRAMS.map(({ name }) => name).filter((name) => runs.some(({ program }) => program === name));
  const rows = [...programs, 'ALL'].map((program) => {
    const own = runs.filter((run) => program === 'ALL' || run.program === program);
    return [program, ...headers.map((header) => countUnharmed(own.filter((run) => of(run) === header)))];
  });
  const columns = ['program', ...headers].map((header, i) => ({
    header,
    align: i ? ('right' as const) : ('left' as const),
  }));
  return renderTable(columns, rows, { width: 160 });
}

function countUnharmed(runs: readonly RunLine[]): string {
  return runs.length === 0 ? '-' : `${runs.filter(({ harm }) => harm.length === 0).length} of ${runs.length}`;
}

function renderTotals(runs: readonly RunLine[]): string {
  const sum = (of: (run: RunLine) => number) => runs.reduce((total, run) => total + of(run), 0);
  const unbegun = sum((run) => run.unbegun);
  const killed = unbegun > 0 ? `; ${unbegun} files whose process was killed before it had written their header` : '';
  return `${countUnharmed(runs)} runs unharmed; ${sum((run) => run.streams)} streams of ${sum((run) => run.records)} records read to their ends${killed}`;
}

function describeHarm({ program, python, sampling, seed, harm }: RunLine): string {
  return `  ${program}, Python ${python}, ${sampling}, seed ${seed}: ${harm.join('; ')}`;
}
