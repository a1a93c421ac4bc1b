// The tables of a comparison: before, after and change of each thing, with a verdict.
import { type Change, isChange } from '#analysis/noise.ts';
import { formatCount, formatMiB, formatSignedMiB } from '#base/format.ts';
import { renderTable, type TextColumn } from '#base/text-table.ts';
import { formatFacts, titleOfDifference, titleOfLine, VERDICT_WORDS } from './compare-words.ts';
import { ROW_WORDS } from './composition-words.ts';
import { plainLine } from './plain-text.ts';
import { NARROW } from './screen.ts';
import type { CompareScreen } from './terminal-compare.ts';
import { formatEstimate } from './uncertainty.ts';

const MOST_IMPORTS = 8;

function figureColumns({ paint }: CompareScreen): TextColumn[] {
  return [
    { align: 'right', header: 'MiB before' },
    { align: 'right', header: 'after' },
    { align: 'right', header: 'change', paint: (text) => paint('accent', text) },
    { align: 'left', paint: (text) => paint(text === VERDICT_WORDS.noChange ? 'faint' : 'strong', text) },
  ];
}

function figuresOf(row: Change, before = formatMiB(row.before), after = formatMiB(row.after)): string[] {
  return [before, after, formatSignedMiB(row.change), VERDICT_WORDS[row.verdict]];
}

function render(screen: CompareScreen, columns: readonly TextColumn[], rows: readonly string[][]): string[] {
  const { width, paint } = screen;
  return renderTable(columns, rows, { width, indent: '', paintHeader: (text) => paint('strong', text) });
}

export function partChangesSection(screen: CompareScreen): string[] {
  const { peak, composition } = screen.comparison;
  if (!peak) return [];
  const isSeen = (row: Change) => [row.before, row.after].some((bytes) => /[1-9]/.test(formatMiB(bytes)));
  const rows = composition.parts.filter(isSeen).map((part) => [`  ${ROW_WORDS[part.id].title}`, ...figuresOf(part)]);
  const total = [`  ${peak.unit === 'PSS' ? 'sum of PSS' : 'VmHWM'}`, ...figuresOf(peak)];
  const title: TextColumn = { align: 'left', header: 'What the peak consisted of', cut: 'end', least: 20 };
  return render(screen, [title, ...figureColumns(screen)], [...rows, total]);
}

export function lineChangesSection(screen: CompareScreen): string[] {
  const { lines, lineNoise } = screen.comparison;
  const told = lines.filter((row) => row.verdict !== 'noChange' && Math.abs(row.change) >= lineNoise);
  const shown = told.slice(0, Math.max(0, screen.lines));
  if (told.length === 0) return [];
  const columns: TextColumn[] = [
    ...figureColumns(screen),
    { align: 'left', header: 'Line', cut: 'start', least: 20 },
    { align: 'left', cut: 'end', least: 8, paint: (text) => screen.paint('faint', text) },
  ];
  const rows = shown.map((row) => [
    ...figuresOf(row, formatEstimate(row.beforeHeap), formatEstimate(row.afterHeap)),
    titleOfLine(row),
    screen.width < NARROW ? '' : plainLine(row.source),
  ]);
  return [...render(screen, columns, rows), ...leftOut(screen, told.length - shown.length, 'line')];
}

export function importChangesSection(screen: CompareScreen): string[] {
  const told = screen.comparison.imports.filter((row) => isChange(row.verdict));
  const shown = told.slice(0, Math.min(MOST_IMPORTS, screen.lines));
  if (told.length === 0) return [];
  const columns: TextColumn[] = [...figureColumns(screen), { align: 'left', header: 'Import', cut: 'end' }];
  const rows = shown.map((row) => [
    ...figuresOf(row, formatEstimate(row.beforeHeap), formatEstimate(row.afterHeap)),
    plainLine(row.name),
  ]);
  return [...render(screen, columns, rows), ...leftOut(screen, told.length - shown.length, 'import')];
}

export function processChangesSection(screen: CompareScreen): string[] {
  const { processes } = screen.comparison;
  if (processes.length < 2 && processes.every((row) => row.countBefore === row.countAfter)) return [];
  const shown = processes.slice(0, Math.max(1, screen.lines));
  const columns: TextColumn[] = [
    ...figureColumns(screen),
    { align: 'right', header: 'count' },
    { align: 'left', header: 'Process (largest VmHWM)', cut: 'end', least: 12 },
  ];
  const rows = shown.map((row) => [
    ...figuresOf(row),
    row.countBefore === row.countAfter ? String(row.countAfter) : `${row.countBefore} → ${row.countAfter}`,
    plainLine(row.command),
  ]);
  const more = processes.length - shown.length;
  const words = more === 0 ? [] : [`${formatCount(more)} more kind${more === 1 ? '' : 's'} of processes`];
  return [...render(screen, columns, rows), ...words.map((line) => screen.paint('faint', line))];
}

export function circumstancesSection(screen: CompareScreen): string[] {
  const { environment } = screen.comparison;
  const shown = environment.slice(0, Math.max(1, screen.lines));
  if (environment.length === 0) return [];
  const columns: TextColumn[] = [
    { align: 'left', header: 'Different around', cut: 'end', least: 16 },
    { align: 'left', header: 'before', cut: 'end', least: 16 },
    { align: 'left', header: 'after', cut: 'end', least: 16 },
  ];
  const rows = shown.map((row) => [titleOfDifference(row), ...formatFacts(row)]);
  return [...render(screen, columns, rows), ...leftOut(screen, environment.length - shown.length, 'difference')];
}

function leftOut({ paint }: CompareScreen, count: number, what: string): string[] {
  return count === 0 ? [] : [paint('faint', `${formatCount(count)} more ${what}${count === 1 ? '' : 's'}`)];
}
