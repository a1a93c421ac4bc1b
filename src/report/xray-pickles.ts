// Several pickles in one file, one row each: in the terminal and on the page.
import { formatBytes, formatCount, formatMiB } from '#base/format.ts';
import { renderTable } from '#base/text-table.ts';
import { plainLine } from './plain-text.ts';
import type { XrayedModel } from './xray.ts';
import { section, table, text } from './xray-html-contents.ts';
import { formatRange } from './xray-memory.ts';
import type { XrayScreen } from './xray-terminal.ts';

export function picklesSection({ model, width, lines, paint, unit }: XrayScreen): string[] {
  const { pickles } = model.report;
  if (pickles.length === 0) return [];
  const shown = pickles.length <= lines ? pickles : [...pickles].sort((a, b) => b.peak - a.peak).slice(0, lines);
  const rows = renderTable(
    [
      { align: 'left', header: 'Pickles in the file, each loaded alone' },
      { align: 'left', header: 'gives', cut: 'start', least: 10 },
      { align: 'right', header: 'in the file' },
      { align: 'right', header: 'objects' },
      { align: 'right', header: `peak ${unit.name}`, paint: (word) => paint('accent', word) },
      { align: 'right', header: 'pinned' },
    ],
    shown.map(({ name, root, bytes, objects, peak, pinnedBytes }) => [
      `  ${plainLine(name)}`,
      plainLine(root),
      formatBytes(bytes),
      formatCount(objects),
      unit.format(peak),
      unit.format(pinnedBytes),
    ]),
    { width, indent: '', paintHeader: (word) => paint('strong', word) },
  );
  const more = model.report.parts.length - shown.length;
  return more > 0 ? [...rows, paint('faint', `  ${formatCount(more)} more pickles, which take less`)] : rows;
}

export function picklesPart({ report }: XrayedModel): string {
  const rows = report.pickles.map((row) => [
    text(row.name),
    `<code>${text(row.root)}</code>`,
    String(row.at),
    formatBytes(row.bytes),
    String(row.protocol),
    formatCount(row.objects),
    formatMiB(row.peak),
    formatRange(row.residentLow, row.residentHigh),
    formatMiB(row.pinnedBytes),
    row.arrayCount === 0 ? '' : `${formatCount(row.arrayCount)}, ${formatBytes(row.arrayBytes)}`,
    formatBytes(row.duplicateBytes),
  ]);
  const heads = [
    '',
    'gives',
    'at byte',
    'bytes',
    'protocol',
    'objects',
    'peak MiB',
    'after',
    'pinned MiB',
    'arrays',
    'equal values',
  ];
  return section('Pickles in the file, each loaded alone', table(heads, rows));
}
