// The raw output of the overhead benchmark, one JSON object a line: a series, then its runs.
import type { Run, Tool } from './tools.ts';

export interface SeriesLine {
  readonly kind: 'series';
  readonly series: string;
  readonly commit: string;
  readonly python: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly machine: string;
  readonly left: readonly string[];
  readonly seed: number;
  readonly size: number;
}

/** Rounds are numbered within a series, positions within the chain of a job and round: in step, 2n runs with 2n + 1. */
export interface RunLine extends Run {
  readonly kind: 'run';
  readonly series: string;
  /** Beside another run at the same time; else the runs of a chain follow one another. */
  readonly inStep: boolean;
  /** Which of the machine's cores, where both were kept on one; older series in step had two. */
  readonly core?: number;
  readonly round: number;
  readonly position: number;
  readonly job: string;
  readonly tool: Tool;
  /** Load average of the last minute, when the run ended. */
  readonly load: number;
}

export type RawLine = SeriesLine | RunLine;

/** A run's neighbours in its chain, which it is compared with: beside it in step, else before and after it. */
export function neighboursOf({ inStep, position }: Pick<RunLine, 'inStep' | 'position'>): number[] {
  return inStep ? [position ^ 1] : [position - 1, position + 1];
}

export function groupByChain(runs: readonly RunLine[]): RunLine[][] {
  const chains = Map.groupBy(runs, ({ series, round, job }) => `${series} ${round} ${job}`);
  return [...chains.values()].map((chain) => chain.sort((a, b) => a.position - b.position));
}

/**
 * How many pairs of a job and tool there are already, by name, for a series that goes on where another ended. A run that
 * failed counts: it would fail again. One whose neighbours are missing, because the series was stopped there, does not.
 */
export function countPairs(
  lines: readonly RawLine[],
  like: { readonly commit: string; readonly size: number; readonly inStep: boolean },
): (job: string, tool: Tool) => number {
  const isLike = (line: RawLine) => line.kind === 'series' && line.commit === like.commit && line.size === like.size;
  const series = new Set(lines.filter(isLike).map((line) => line.series));
  const runs = lines.filter((line) => line.kind === 'run');
  const own = runs.filter((run) => series.has(run.series) && run.inStep === like.inStep);
  const counts = new Map<string, number>();
  for (const chain of groupByChain(own)) {
    const positions = new Set(chain.map((run) => run.position));
    for (const run of chain) {
      const key = `${run.job} ${run.tool}`;
      const isWhole = neighboursOf(run).every((position) => positions.has(position));
      if (isWhole) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return (job, tool) => counts.get(`${job} ${tool}`) ?? 0;
}
