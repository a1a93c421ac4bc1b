// `highwater formats`: one model in the formats that it can be saved in, measured. Facts and their words.
import { formatBytes, formatDuration } from '#base/format.ts';
import { renderTable, wrapText } from '#base/text-table.ts';
import type { Bytes } from '#base/units.ts';
import { painter } from './colour.ts';
import { formatJson } from './json-text.ts';
import { plainLine } from './plain-text.ts';
import { EXIT_DONE, type Report } from './report.ts';
import { unitFor } from './size-unit.ts';

export const FORMATS_SCHEMA = 'highwater-formats/1';

export interface FormatRow {
  /** 'pickle4', 'joblib-mmap', ...; 'as it is' for the file itself. */
  readonly id: string;
  readonly label: string;
  /** '' = measured; else why it does not apply, or what failed. */
  readonly notApplicable: string;
  readonly bytes: Bytes;
  /** Above the process that holds the object already. NaN for the file as it is. */
  readonly savePeak: Bytes;
  /** CPU time. */
  readonly saveSeconds: number;
  /** Above a process that has imported what it needs. */
  readonly loadPeak: Bytes;
  /** After gc.collect(). */
  readonly resident: Bytes;
  /** Pages of the file among `resident`. */
  readonly fileBacked: Bytes;
  /** CPU time. */
  readonly loadSeconds: number;
  /** '' = equal in types, values, bits and sharing; null = not compared. */
  readonly difference: string | null;
}

export interface FormatsReport {
  readonly path: string;
  readonly python: string;
  readonly rows: readonly FormatRow[];
}

export function renderFormatsJson(report: FormatsReport): Report {
  return { text: formatJson({ schema: FORMATS_SCHEMA, ...report }), exitCode: EXIT_DONE };
}

export function renderFormats(
  report: FormatsReport,
  screen: { readonly width: number; readonly colour: boolean },
): Report {
  const paint = painter(screen.colour);
  const width = Math.min(120, Math.max(60, screen.width));
  const measured = report.rows.filter(({ notApplicable }) => notApplicable === '');
  const unit = unitFor(Math.max(...measured.map(({ loadPeak, bytes }) => Math.max(loadPeak, bytes)), 0));
  const table = renderTable(
    [
      { align: 'left', header: `In ${unit.name}`, cut: 'end', least: 12 },
      { align: 'right', header: 'file' },
      { align: 'right', header: 'save peak' },
      { align: 'right', header: 'load peak', paint: (text) => paint('accent', text) },
      { align: 'right', header: 'resident' },
      { align: 'right', header: 'CPU' },
      { align: 'left', header: 'same?', cut: 'end', least: 5 },
    ],
    measured.map((row) => [
      row.label,
      unit.format(row.bytes),
      unit.format(row.savePeak),
      unit.format(row.loadPeak),
      unit.format(row.resident),
      formatDuration(row.loadSeconds * 1000),
      sameWords(row),
    ]),
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  const mapped = measured.filter(({ fileBacked }) => fileBacked >= 2 ** 20);
  const lines = [
    ...wrapText(`${plainLine(report.path)}, loaded and saved anew in Python ${plainLine(report.python)}:`, width).map(
      (line) => paint('strong', line),
    ),
    '',
    ...table,
    ...mapped.flatMap(({ label, fileBacked }) =>
      wrapText(`  ${label}: ${formatBytes(fileBacked)} of what is resident are pages of the mapped file.`, width),
    ),
    ...report.rows
      .filter(({ notApplicable }) => notApplicable !== '')
      .flatMap(({ label, notApplicable }) =>
        wrapText(`  not ${label}: ${plainLine(notApplicable)}`, width, { rest: '    ' }).map((line) =>
          paint('faint', line),
        ),
      ),
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: EXIT_DONE };
}

function sameWords({ difference }: FormatRow): string {
  if (difference === null) return '';
  return difference === '' ? 'yes' : `no: ${plainLine(difference)}`;
}
