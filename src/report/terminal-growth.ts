// What grew between two moments: the answer to `highwater report --between`.
import type { Growth, GrowthRow } from '#analysis/growth.ts';
import { formatCount, formatDuration, formatMiB, formatSigned, formatSignedMiB } from '#base/format.ts';
import { renderTable, type TextColumn, wrapText } from '#base/text-table.ts';
import type { Bytes } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { type Paint, painter } from './colour.ts';
import { ROW_WORDS } from './composition-words.ts';
import { growthParts, isReservedTold } from './growth-parts.ts';
import { growthSentence, growthTotals } from './growth-words.ts';
import { codeLookup, formatLinePlace } from './place.ts';
import { plainLine } from './plain-text.ts';
import { EXIT_DONE, type Report } from './report.ts';
import { NARROW, type TerminalOptions, usedWidth } from './screen.ts';
import { formatEstimate, formatMargin } from './uncertainty.ts';

/** Shown without asking: what changed by less says little. */
const LEAST_CHANGE = 10_000;

export function renderGrowth(profile: Profile, growth: Growth, options: TerminalOptions): Report {
  const paint = painter(options.colour);
  const width = usedWidth(options.width);
  const moved = growth.lines.filter(
    (row) => Math.max(row.came.bytes, row.went.bytes) >= (options.minBytes ?? LEAST_CHANGE),
  );
  const shown = largestChanges(moved, options.lines);
  const head = wrapText(growthSentence(growth), width).map((line) => paint('strong', line));
  const table = renderTable(
    [
      { align: 'right', header: 'MiB', paint: (text: string) => paint('accent', text) },
      { align: 'right', header: 'came' },
      { align: 'right', header: '±', paint: (text: string) => paint('faint', text) },
      { align: 'right', header: 'went' },
      { align: 'left', header: 'Line', cut: 'start', least: 20 },
      { align: 'left', cut: 'end', least: 8, paint: (text: string) => paint('faint', text) },
    ] as const,
    shown.map(rowMaker(profile, width)),
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  const lines = [
    ...head,
    ...wrapText(growthTotals(growth), width),
    '',
    ...(shown.length > 0 ? table : ['No line came to hold more or less.']),
    ...leftOut(growth.lines, shown).map((line) => paint('faint', line)),
    ...processTable(profile, growth, options.lines, width, paint),
    ...partsTable(growth, width, paint),
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: EXIT_DONE };
}

function largestChanges(rows: readonly GrowthRow[], most: number): GrowthRow[] {
  const kept = new Set([...rows].sort((a, b) => Math.abs(b.net) - Math.abs(a.net)).slice(0, Math.max(0, most)));
  return rows.filter((row) => kept.has(row));
}

function rowMaker(profile: Profile, width: number): (row: GrowthRow) => string[] {
  const codeOf = codeLookup(profile);
  return (row) => [
    row.came.certain && row.went.certain ? formatSignedMiB(row.net) : '',
    row.came.bytes > 0 ? formatEstimate(row.came) : '',
    row.came.bytes > 0 ? formatMargin(row.came) : '',
    row.went.bytes > 0 ? formatEstimate(row.went) : '',
    `${formatLinePlace(row, profile.meta.workingDirectory)}${row.importing ? ' (import)' : ''}`,
    row.place === 'line' && width >= NARROW ? codeOf(row.file, row.line, row.func) : '',
  ];
}

function processTable(
  { processes, strings }: Profile,
  growth: Growth,
  most: number,
  width: number,
  paint: Paint,
): string[] {
  if (growth.processes.length === 0) return [];
  const shown = growth.processes.slice(0, Math.max(1, most));
  const rows = shown.map(({ process, net, came, went }) => [
    formatSignedMiB(net),
    came.bytes > 0 ? formatEstimate(came) : '',
    went.bytes > 0 ? formatEstimate(went) : '',
    String(processes.pid[process]),
    plainLine(strings[processes.command[process]!]!) || plainLine(strings[processes.name[process]!]!),
  ]);
  const columns: TextColumn[] = [
    { align: 'right', header: 'MiB', paint: (text) => paint('accent', text) },
    { align: 'right', header: 'came' },
    { align: 'right', header: 'went' },
    { align: 'right', header: 'Process' },
    { align: 'left', header: 'Command', cut: 'end', least: 12, paint: (text) => paint('faint', text) },
  ];
  const left = growth.processes.length - shown.length;
  const table = renderTable(columns, rows, { width, indent: '', paintHeader: (text) => paint('strong', text) });
  return ['', ...table, ...(left > 0 ? [paint('faint', `${formatCount(left)} more processes`)] : [])];
}

function partsTable(growth: Growth, width: number, paint: Paint): string[] {
  const parts = growthParts(growth);
  if (!growth.account || parts.length === 0) return [];
  const { from, to } = growth.account;
  const figures = (before: Bytes, after: Bytes) => [
    formatMiB(before),
    formatMiB(after),
    formatSignedMiB(after - before),
  ];
  const isTold = isReservedTold(parts);
  const reserved = (before: Bytes, after: Bytes) => (isTold ? [formatMiB(before), formatMiB(after)] : []);
  const rows = parts.map((part) => [
    `  ${ROW_WORDS[part.id].title}`,
    ...figures(part.from, part.to),
    ...reserved(part.reservedFrom, part.reservedTo),
  ]);
  const total = [`  ${growth.resident.unit}, as the kernel was read`, ...figures(from.total, to.total)];
  const columns: TextColumn[] = [
    { align: 'left', header: 'What memory was for, MiB', cut: 'end', least: 20 },
    { align: 'right', header: `at ${formatDuration(from.time)}` },
    { align: 'right', header: `at ${formatDuration(to.time)}` },
    { align: 'right', header: 'change', paint: (text) => paint('accent', text) },
    ...(isTold ? [{ align: 'right', header: 'reserved' } as const, { align: 'right', header: 'then' } as const] : []),
  ];
  const paintHeader = (text: string) => paint('strong', text);
  return ['', ...renderTable(columns, [...rows, total], { width, indent: '', paintHeader })];
}

function leftOut(all: readonly GrowthRow[], shown: readonly GrowthRow[]): string[] {
  const count = all.length - shown.length;
  if (count === 0) return [];
  const net = (rows: readonly GrowthRow[]) => rows.reduce((sum, row) => sum + row.net, 0);
  return [`${formatCount(count)} more line${count === 1 ? '' : 's'} with ${formatSigned(net(all) - net(shown))}`];
}
