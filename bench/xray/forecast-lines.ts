// The raw lines of the accuracy benchmark, and the tables made of them.

export interface ForecastLine {
  readonly case: string;
  /** '3.11.7' */
  readonly python: string;
  readonly fileBytes: number;
  readonly predicted: {
    readonly peak: number;
    readonly low: number;
    readonly high: number;
    readonly confidence: number;
  };
  readonly measured: { readonly peak: number; readonly resident: number };
}

export interface Score {
  readonly files: number;
  /** Measured peak at least 1.5 times the file. */
  readonly heavy: number;
  /** Within 5 % of the measured peak. */
  readonly peaksRight: number;
  readonly rangesRight: number;
  /** Median of (high - low) / middle. */
  readonly width: number;
}

export const PEAK_GOAL = 0.05;
const HEAVY = 1.5;

export function peakError({ predicted, measured }: ForecastLine): number {
  return predicted.peak / measured.peak - 1;
}

export function isInRange({ predicted, measured }: ForecastLine): boolean {
  return predicted.low <= measured.resident && measured.resident <= predicted.high;
}

function widthOf({ predicted }: ForecastLine): number {
  return (predicted.high - predicted.low) / ((predicted.high + predicted.low) / 2);
}

export function scoreOf(lines: readonly ForecastLine[]): Score {
  const widths = lines.map(widthOf).sort((a, b) => a - b);
  return {
    files: lines.length,
    heavy: lines.filter(({ measured, fileBytes }) => measured.peak >= HEAVY * fileBytes).length,
    peaksRight: lines.filter((line) => Math.abs(peakError(line)) <= PEAK_GOAL).length,
    rangesRight: lines.filter(isInRange).length,
    width: widths[Math.floor(widths.length / 2)] ?? Number.NaN,
  };
}

/** The newest line of each case and Python, in the order of their first appearance. */
export function newest(lines: readonly ForecastLine[]): ForecastLine[] {
  return [...new Map(lines.map((line) => [`${line.case} ${line.python}`, line])).values()];
}

export function formatTables(lines: readonly ForecastLine[]): string {
  const pythons = [...new Set(lines.map(({ python }) => python))].sort(byVersion);
  const cases = [...new Set(lines.map((line) => line.case))];
  const rows = cases.map((name) => [
    name.replaceAll('_', ' '),
    ...pythons.map((python) => cellOf(lines.find((line) => line.case === name && line.python === python))),
  ]);
  const scores = pythons.map((python) => [python, scoreOf(lines.filter((line) => line.python === python))] as const);
  return [
    markdown(
      ['Python', 'files', 'peak >= 1.5 x file', 'peak within 5 %', 'resident in range', 'median width'],
      [...[...scores, ['all', scoreOf(lines)] as const].map(([python, score]) => [python, ...scoreCells(score)])],
    ),
    '',
    markdown(['file', ...pythons.map((python) => `${python}: peak MiB, error; resident MiB`)], rows),
  ].join('\n');
}

function scoreCells({ files, heavy, peaksRight, rangesRight, width }: Score): string[] {
  const share = (count: number) => `${count} (${((100 * count) / files).toFixed(0)} %)`;
  return [String(files), String(heavy), share(peaksRight), share(rangesRight), `${(100 * width).toFixed(1)} %`];
}

function cellOf(line: ForecastLine | undefined): string {
  if (!line) return '';
  const error = 100 * peakError(line);
  const sign = error >= 0 ? '+' : '';
  const range = isInRange(line) ? '' : ` not in ${mib(line.predicted.low)}-${mib(line.predicted.high)}`;
  return `${mib(line.measured.peak)}, ${sign}${error.toFixed(1)} %; ${mib(line.measured.resident)}${range}`;
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(bytes < 100 * 2 ** 20 ? 1 : 0);
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true });
}
