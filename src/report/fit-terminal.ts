// Whether runs fit together, in words: the answer first, then what they need together, then run by run.
import type { Fit, FitRun } from '#analysis/fit/fit.ts';
import { formatCount, formatDuration, formatMiB, formatPercent } from '#base/format.ts';
import { renderTable, type TextColumn, wrapText } from '#base/text-table.ts';
import { type Paint, painter } from './colour.ts';
import {
  assumptions,
  cautions,
  chanceSentences,
  fitHeadline,
  mostWords,
  peakWords,
  sharedFilesWords,
  togetherRows,
} from './fit-words.ts';
import { plainLine } from './plain-text.ts';
import { EXIT_DONE, EXIT_FINDING, type Report } from './report.ts';

export interface FitTerminalOptions {
  readonly width: number;
  readonly colour: boolean;
}

export function renderFitTerminal(fit: Fit, { width, colour }: FitTerminalOptions): Report {
  const paint = painter(colour);
  const say = (text: string) => wrapText(text, width, { first: '', rest: '' });
  const blocks = [
    say(fitHeadline(fit)).map((line) => paint(fit.fits ? 'strong' : 'bad', line)),
    togetherTable(fit, width, paint),
    chanceSentences(fit).flatMap(say),
    runTable(fit, width, paint),
    cautions(fit)
      .flatMap(say)
      .map((line) => paint('warning', line)),
    assumptions(fit)
      .flatMap(say)
      .map((line) => paint('faint', line)),
  ].filter((lines) => lines.length > 0);
  const text = blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
  return { text, exitCode: fit.fits ? EXIT_DONE : EXIT_FINDING };
}

function togetherTable(fit: Fit, width: number, paint: Paint): string[] {
  const columns: TextColumn[] = [
    { align: 'left', header: 'Together', cut: 'end', least: 12 },
    { align: 'right', header: 'MiB', paint: (text) => paint('accent', text) },
    { align: 'right', header: '±', paint: (text) => paint('faint', text) },
    { align: 'right', header: 'at least' },
    { align: 'right', header: 'of limit' },
  ];
  const cells = togetherRows(fit).map(({ title, low, high, margin }) => [
    `  ${title}`,
    formatMiB(high),
    margin,
    formatMiB(low),
    formatPercent(high / fit.limit),
  ]);
  return renderTable(columns, cells, { width, indent: '', paintHeader: (text) => paint('strong', text) });
}

interface RunColumn extends TextColumn {
  readonly cell: (run: FitRun) => string;
  /** Left out on screens that are narrower. */
  readonly from?: number;
}

function runTable(fit: Fit, width: number, paint: Paint): string[] {
  const columns = runColumns(fit, paint).filter(({ from }) => from === undefined || width >= from);
  const cells = fit.runs.map((run) => columns.map(({ cell }) => cell(run)));
  return renderTable(columns, cells, { width, indent: '', paintHeader: (text) => paint('strong', text) });
}

function runColumns({ risk, runs }: Fit, paint: Paint): RunColumn[] {
  const shared: RunColumn = { align: 'right', header: 'shared', from: 104, cell: sharedFilesWords };
  return [
    { align: 'left', header: 'Run', cut: 'end', least: 10, cell: ({ name }) => plainLine(name) },
    { align: 'right', header: 'count', cell: ({ count }) => formatCount(count) },
    { align: 'right', header: 'peak MiB', paint: (text) => paint('accent', text), cell: peakWords },
    { align: 'left', header: 'unit', from: 90, cell: ({ unit }) => unit },
    { align: 'right', header: 'median', from: 100, cell: ({ steady }) => formatMiB(steady.high) },
    { align: 'right', header: 'own', from: 76, cell: ({ ownPeak }) => formatMiB(ownPeak.high) },
    { align: 'right', header: 'files', from: 76, cell: ({ files }) => formatMiB(files) },
    ...(runs.length > 1 ? [shared] : []),
    { align: 'right', header: 'cycle', from: 90, cell: ({ cycleMs }) => formatDuration(cycleMs) },
    { align: 'right', header: 'fit at worst', cell: (run) => mostWords(run).byWorst },
    { align: 'right', header: `at ${formatPercent(risk)} risk`, cell: (run) => mostWords(run).byRisk },
  ];
}
