// The raw lines of the overhead benchmark, made into tables.
import { renderTable } from '#base/text-table.ts';
import { groupByChain, neighboursOf, type RawLine, type RunLine, type SeriesLine } from './raw-lines.ts';
import { highest, type Interval, median, medianInterval, medianOfMedians } from './statistics.ts';
import type { Tool } from './tools.ts';

/** A run and the plain runs it is compared with: the two around it, or the one beside it. */
interface Trial {
  readonly run: RunLine;
  readonly against: readonly RunLine[];
}

type Measure = (run: RunLine) => number;
const cpu: Measure = (run) => run.cpuMs;
const cpuWithHost: Measure = (run) => run.cpuMs + (run.host?.cpuMs ?? 0);
const peak: Measure = (run) => run.peakKib;
const wall: Measure = (run) => run.wallMs;

/** A column of the tables of ratios; undefined stands for the control: plain against plain. */
interface Column {
  readonly header: string;
  readonly tool: Tool | undefined;
  readonly withHost?: boolean;
}

const COLUMNS: readonly Column[] = [
  { header: 'A/A', tool: undefined },
  { header: 'highwater', tool: 'highwater' },
  { header: '+ host', tool: 'highwater', withHost: true },
  { header: 'tracemalloc 1', tool: 'tracemalloc' },
  { header: 'tracemalloc 10', tool: 'tracemalloc10' },
  { header: 'memray', tool: 'memray' },
  { header: 'memray python', tool: 'memray-python' },
  { header: 'scalene', tool: 'scalene' },
];

export function renderOverhead(lines: readonly RawLine[]): string {
  const runs = lines.filter((line) => line.kind === 'run');
  const series = lines.filter((line) => line.kind === 'series');
  const jobs = [...new Set(runs.map((run) => run.job))].sort();
  const tools = new Set(runs.map((run) => run.tool));
  const columns = COLUMNS.filter(({ tool }) => tool === undefined || tools.has(tool));
  const parts = [
    describeSeries(series, runs),
    section(
      'CPU time (user + system) to plain: median [95 % interval] (range) of the pairs',
      ratios(runs, jobs, columns, cpu),
    ),
    section('Peak memory (largest process) to plain: median', ratios(runs, jobs, withoutHost(columns), peak, 'short')),
    section('Wall time of the whole command to plain: median', ratios(runs, jobs, withoutHost(columns), wall, 'short')),
  ];
  if (tools.has('highwater')) parts.push(section('highwater, in seconds and MiB: medians', absolutes(runs, jobs)));
  const failures = describeFailures(runs);
  if (failures.length > 0) parts.push(section('Runs that do not count', failures));
  return parts.join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines].join('\n');
}

function withoutHost(columns: readonly Column[]): Column[] {
  return columns.filter((column) => !column.withHost);
}

function describeSeries(series: readonly SeriesLine[], runs: readonly RunLine[]): string {
  const words = series.map(({ series, commit, python, packages, machine, left, seed, size }) => {
    const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
    const lacking = left.map((reason) => `\n  left out: ${reason}`).join('');
    return `${series}  highwater ${commit}  seed ${seed}  size ${size}\n  ${machine}; Python ${python}, ${versions.join(', ')}${lacking}`;
  });
  const loads = runs.map((run) => run.load);
  const range = `load average ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}, median ${median(loads).toFixed(1)}`;
  return [...words, `${runs.length} runs, ${range}`].join('\n');
}

function ratios(
  runs: readonly RunLine[],
  jobs: readonly string[],
  columns: readonly Column[],
  measure: Measure,
  style: 'full' | 'short' = 'full',
): string[] {
  const format = style === 'full' ? formatInterval : ({ median }: Interval) => formatRatio(median);
  const values = (column: Column, job: string) => ratiosOf(runs, job, column, column.withHost ? cpuWithHost : measure);
  const rows = jobs.map((job) => [job, ...columns.map((column) => format(medianInterval(values(column, job))))]);
  const worst = columns.map((column) => format(highest(jobs.map((job) => medianInterval(values(column, job))))));
  const pairs = columns.map((column) => {
    const counts = jobs.map((job) => values(column, job).length);
    const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
    return fewest === most ? `${most}` : `${fewest}-${most}`;
  });
  const middle = columns.map((column) => {
    const over = medianOfMedians(jobs.map((job) => values(column, job)));
    return Number.isNaN(over.low) ? formatRatio(over.median) : format(over);
  });
  const layout = [
    { header: 'job', align: 'left' as const },
    ...columns.map(({ header }) => ({ header, align: 'right' as const })),
  ];
  return renderTable(layout, [...rows, ['MEDIAN', ...middle], ['WORST', ...worst], ['pairs', ...pairs]], {
    width: 240,
  });
}

function ratiosOf(runs: readonly RunLine[], job: string, { tool }: Column, measure: Measure): number[] {
  const chains = groupByChain(runs.filter((run) => run.job === job));
  const trials = chains.flatMap((chain) => (tool === undefined ? controlTrials(chain) : trialsOf(chain, tool)));
  return trials.map(({ run, against }) => {
    const plain = against.reduce((sum, run) => sum + measure(run), 0) / against.length;
    return measure(run) / plain;
  });
}

function isInStep(chain: readonly RunLine[]): boolean {
  return chain[0]?.inStep === true;
}

function trialsOf(chain: readonly RunLine[], tool: Tool): Trial[] {
  const at = new Map(chain.map((run) => [run.position, run]));
  return chain.flatMap((run) => {
    if (run.tool !== tool || !run.ok) return [];
    const against = neighboursOf(run).map((position) => at.get(position));
    // A tool that changed what the program prints did not run the same program.
    const counts = (plain: RunLine | undefined) => plain?.ok === true && plain.output === run.output;
    return against.every(counts) ? [{ run, against: against as RunLine[] }] : [];
  });
}

/** Nothing differs but the time of day: two plain runs in step, or each to the one before it. */
function controlTrials(chain: readonly RunLine[]): Trial[] {
  const plain = chain.filter((run) => run.tool === 'plain' && run.ok);
  const isPair = isInStep(chain)
    ? (a: RunLine, b: RunLine) => a.position % 2 === 0 && b.position === a.position + 1
    : () => true;
  return plain.flatMap((run, i) => {
    const before = plain[i - 1];
    return before && isPair(before, run) ? [{ run, against: [before] }] : [];
  });
}

/** Where there are too few values for an interval, the lowest and the highest of them. */
function formatInterval({ median, low, high, values }: Interval): string {
  if (!Number.isNaN(low)) return `${formatRatio(median)} [${formatRatio(low)}, ${formatRatio(high)}]`;
  if (values.length < 2) return formatRatio(median);
  return `${formatRatio(median)} (${formatRatio(values[0]!)} - ${formatRatio(values.at(-1)!)})`;
}

function formatRatio(ratio: number): string {
  if (Number.isNaN(ratio)) return '-';
  return ratio.toFixed(ratio < 2 ? 3 : ratio < 10 ? 2 : 1);
}

function absolutes(runs: readonly RunLine[], jobs: readonly string[]): string[] {
  const headers = ['job', 'plain CPU', 'plain peak', 'host CPU', 'of it beside', 'host % of CPU', 'host peak'];
  const rows = jobs.map((job) => {
    const own = runs.filter((run) => run.job === job && run.ok);
    const plain = own.filter((run) => run.tool === 'plain');
    const profiled = own.filter((run) => run.tool === 'highwater');
    const host = (pick: (host: NonNullable<RunLine['host']>) => number) =>
      median(profiled.map((run) => pick(run.host!)));
    const share = median(profiled.map((run) => (100 * run.host!.cpuMs) / run.cpuMs));
    return [
      job,
      (median(plain.map(cpu)) / 1000).toFixed(2),
      (median(plain.map(peak)) / 1024).toFixed(1),
      (host(({ cpuMs }) => cpuMs) / 1000).toFixed(2),
      (host(({ besideCpuMs }) => besideCpuMs) / 1000).toFixed(2),
      share.toFixed(1),
      (host(({ peakKib }) => peakKib) / 1024).toFixed(0),
    ];
  });
  const layout = headers.map((header, i) => ({ header, align: i === 0 ? ('left' as const) : ('right' as const) }));
  return renderTable(layout, rows, { width: 160 });
}

function describeFailures(runs: readonly RunLine[]): string[] {
  return groupByChain(runs).flatMap((chain) => {
    const expected = chain.find((run) => run.ok)?.output;
    return chain.flatMap((run) => {
      const differs = run.ok && run.output !== expected;
      const why = differs ? `printed something else: ${run.output}` : run.why;
      return why === undefined ? [] : [`  ${run.job} ${run.tool}: ${why}`];
    });
  });
}
