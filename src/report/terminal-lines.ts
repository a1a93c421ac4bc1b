// The lines of the user's code that hold memory at the peak.
import type { LineRow } from '#analysis/lines.ts';
import { formatBytes, formatCount, formatPercent } from '#base/format.ts';
import { renderTable } from '#base/text-table.ts';
import type { Bytes } from '#base/units.ts';
import { codeLookup, formatLinePlace } from './place.ts';
import { NARROW, type Screen } from './screen.ts';
import { formatEstimate, formatMargin } from './uncertainty.ts';

const REDUCED_PERCENT = 1;
const TOLD_SHARE = 0.01;

export function linesSection(screen: Screen): string[] {
  const { overview, paint, width } = screen;
  const lines = overview.lines.filter((row) => !row.importing);
  if (lines.length === 0) return [];
  const wanted = rankLines(lines).filter((row) => isWanted(screen, row));
  const shown = wanted.slice(0, Math.max(0, screen.options.lines));
  const table = renderTable(columnsOf(screen), shown.map(rowMaker(screen)), {
    width,
    indent: '',
    paintHeader: (text) => paint('strong', text),
  });
  return [...table, ...leftOutWords(lines, shown).map((line) => paint('faint', line))];
}

/** Figures that stand on too few samples come last, whatever they may amount to. */
export function rankLines(lines: readonly LineRow[]): LineRow[] {
  return [...lines.filter((row) => row.heap.certain), ...lines.filter((row) => !row.heap.certain)];
}

function isWanted({ overview, options }: Screen, row: LineRow): boolean {
  const percent = Math.max(options.minPercent ?? 0, options.reduced ? REDUCED_PERCENT : 0);
  const least = Math.max(options.minBytes ?? 0, ((overview.peak?.bytes ?? 0) * percent) / 100);
  if (least > 0) return row.heap.bytes >= least;
  // Lines that held nothing at the peak still tell what they allocated over the run, if it was something.
  return row.heap.bytes > 0 || row.allocated.bytes >= (overview.peak?.bytes ?? 0) * TOLD_SHARE;
}

function columnsOf({ overview, paint }: Screen) {
  return [
    { align: 'right', header: overview.heap ? 'Live MiB' : 'Live', paint: (text: string) => paint('accent', text) },
    { align: 'right', header: '±', paint: (text: string) => paint('faint', text) },
    { align: 'right', header: 'of peak' },
    { align: 'right', header: 'allocated' },
    { align: 'left', header: 'Line', cut: 'start', least: 20 },
    { align: 'left', cut: 'end', least: 8, paint: (text: string) => paint('faint', text) },
  ] as const;
}

function rowMaker({ profile, overview, width }: Screen): (row: LineRow) => string[] {
  const codeOf = codeLookup(profile);
  const total = overview.peak?.bytes ?? Number.NaN;
  return (row) => [
    overview.heap ? formatEstimate(row.heap) : '',
    overview.heap ? formatMargin(row.heap) : '',
    overview.heap && row.heap.certain ? formatPercent(row.heap.bytes / total) : '',
    formatEstimate(row.allocated),
    formatLinePlace(row, profile.meta.workingDirectory),
    row.place === 'line' && width >= NARROW ? codeOf(row.file, row.line, row.func) : '',
  ];
}

function leftOutWords(lines: readonly LineRow[], shown: readonly LineRow[]): string[] {
  const count = lines.length - shown.length;
  if (count === 0) return [];
  const bytes = sumOf(lines) - sumOf(shown);
  return [`${formatCount(count)} more line${count === 1 ? '' : 's'} with ${formatBytes(Math.max(0, bytes))} alive`];
}

function sumOf(lines: readonly LineRow[]): Bytes {
  return lines.reduce((sum, row) => sum + row.heap.bytes, 0);
}
