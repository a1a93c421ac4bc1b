// The tables of bench/xray/scanners.ts.
import type { Verdict } from './scanner-tools.ts';

export interface ScannerLine {
  readonly name: string;
  readonly family: 'benign' | 'malicious';
  readonly loader: string;
  readonly bytes: number;
  /** Loading it was seen to run its payload. */
  readonly runs: boolean;
  readonly tool: string;
  readonly verdict: Verdict;
  readonly found: string;
  readonly cpuMs: number;
  readonly maxRssKib: number;
}

/** Files above this are in the table of costs. */
const LARGE = 2 ** 20;
const VERDICTS: readonly Verdict[] = ['alarm', 'unknown', 'refused', 'silent'];

export function formatScannerTables(lines: readonly ScannerLine[]): string {
  const judges = [...new Set(lines.map(({ tool }) => tool))].filter((tool) => tool !== 'pickletools');
  const families = (['malicious', 'benign'] as const).map((family) => {
    const some = lines.filter((line) => line.family === family);
    return `${sums(some, judges, family)}\n\n${verdicts(some, judges)}`;
  });
  const idle = lines.filter(({ name, runs, family }) => family === 'malicious' && !runs && name !== '');
  const notRun = [...new Set(idle.map(({ name }) => name))];
  const tail = notRun.length === 0 ? [] : [`Did not run their payload here: ${notRun.join(', ')}`];
  return [...families, costs(lines), ...tail].join('\n\n');
}

function sums(lines: readonly ScannerLine[], judges: readonly string[], family: string): string {
  const rows = judges.map((tool) => {
    const own = lines.filter((line) => line.tool === tool);
    return row([tool, ...VERDICTS.map((verdict) => String(own.filter((line) => line.verdict === verdict).length))]);
  });
  const files = new Set(lines.map(({ name }) => name)).size;
  return [row([`${family}: ${files} files`, ...VERDICTS]), row(['---', ...VERDICTS.map(() => '--:')]), ...rows].join(
    '\n',
  );
}

function verdicts(lines: readonly ScannerLine[], judges: readonly string[]): string {
  const names = [...new Set(lines.map(({ name }) => name))];
  const rows = names.map((name) =>
    row([name, ...judges.map((tool) => lines.find((line) => line.name === name && line.tool === tool)?.verdict ?? '')]),
  );
  return [row(['file', ...judges]), row(['---', ...judges.map(() => '---')]), ...rows].join('\n');
}

function costs(lines: readonly ScannerLine[]): string {
  const tools = [...new Set(lines.map(({ tool }) => tool))];
  const small = lines.filter(({ bytes }) => bytes < LARGE);
  const large = [...new Set(lines.filter(({ bytes }) => bytes >= LARGE).map(({ name }) => name))];
  const middle = (own: readonly number[]) => [...own].sort((a, b) => a - b)[own.length >> 1] ?? Number.NaN;
  const cell = (own: readonly ScannerLine[]) =>
    own.length === 0
      ? ''
      : `${(middle(own.map(({ cpuMs }) => cpuMs)) / 1000).toFixed(2)} s, ${Math.round(middle(own.map(({ maxRssKib }) => maxRssKib)) / 1024)} MiB${own[0]!.verdict === 'refused' && own.length === 1 ? ' (refused)' : ''}`;
  const of = (own: readonly ScannerLine[]) => tools.map((tool) => cell(own.filter((line) => line.tool === tool)));
  const rows = large.map((name) => {
    const own = lines.filter((line) => line.name === name);
    return row([`${name}, ${(own[0]!.bytes / 2 ** 20).toFixed(1)} MiB`, ...of(own)]);
  });
  return [
    row(['CPU time and peak memory', ...tools]),
    row(['---', ...tools.map(() => '--:')]),
    row(['small files (median)', ...of(small)]),
    ...rows,
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
