// One row per process where there were several.
import type { ProcessRow } from '#analysis/processes.ts';
import { formatDuration, formatMiB } from '#base/format.ts';
import { renderTable } from '#base/text-table.ts';
import { plainLine } from './plain-text.ts';
import type { Screen } from './screen.ts';
import { formatEstimate } from './uncertainty.ts';

export function processesSection({ overview, options, width, paint }: Screen): string[] {
  const { processes } = overview;
  if (processes.length < 2) return [];
  const size = (row: ProcessRow) => (Number.isNaN(row.peak) ? 0 : row.peak);
  const kept = new Set([...processes].sort((a, b) => size(b) - size(a)).slice(0, Math.max(1, options.lines)));
  const table = renderTable(
    [
      { align: 'right', header: 'Process' },
      { align: 'right', header: 'VmHWM MiB', paint: (text) => paint('accent', text) },
      { align: 'right', header: 'max PSS' },
      { align: 'right', header: 'max private' },
      { align: 'right', header: 'heap' },
      { align: 'right', header: 'ran' },
      { align: 'left', header: 'Command', cut: 'end', least: 12, paint: (text) => paint('faint', text) },
    ],
    processes.filter((row) => kept.has(row)).map(cellsOf),
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  const more = processes.length - kept.size;
  return more === 0 ? table : [...table, paint('faint', `${more} more, smaller process${more === 1 ? '' : 'es'}`)];
}

function cellsOf(row: ProcessRow): string[] {
  return [
    String(row.pid),
    Number.isNaN(row.peak) ? '?' : `${row.exact ? '' : '≥'}${formatMiB(row.peak)}`,
    formatMiB(row.largestPss),
    formatMiB(row.largestPrivate),
    row.heap ? formatEstimate(row.heap) : '',
    Number.isNaN(row.end) ? '' : formatDuration(row.end - row.start),
    plainLine(row.command) || plainLine(row.name),
  ];
}
