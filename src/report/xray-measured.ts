// What `highwater xray --measure` found by class and by line, as rows of text: for the terminal and for the page.
import { formatCount } from '#base/format.ts';
import { renderTable } from '#base/text-table.ts';
import type { Bytes } from '#base/units.ts';
import { plainLine } from './plain-text.ts';
import type { MeasuredClass, MeasuredLine } from './xray.ts';
import type { XrayScreen } from './xray-terminal.ts';

/** Classes that hold less are left out of tables; JSON has them. */
const LEAST: Bytes = 2 ** 16;

/** Objects, in the file and found; bytes, predicted and found; the name. */
export function classRows(
  classes: readonly MeasuredClass[],
  most: number,
  format: (bytes: Bytes) => string,
): string[][] {
  return classes
    .filter(({ bytes }) => bytes >= LEAST)
    .slice(0, most)
    .map(({ name, count, bytes, predictedCount, predictedBytes }) => [
      predictedCount === null ? '-' : formatCount(predictedCount),
      formatCount(count),
      predictedBytes === null ? '-' : format(predictedBytes),
      format(bytes),
      plainLine(name),
    ]);
}

/** At the peak, afterwards, and where. */
export function lineRows(lines: readonly MeasuredLine[], most: number, format: (bytes: Bytes) => string): string[][] {
  return lines
    .slice(0, most)
    .map((row) => [row.peak === null ? '-' : format(row.peak), format(row.after), placeWords(row)]);
}

function placeWords({ file, line, func }: MeasuredLine): string {
  if (file === '') return '(the call itself)';
  const place = line === null ? file : `${file}:${line}`;
  return plainLine(func === '' ? place : `${place} ${func}`);
}

export function measuredDetails({ model, width, lines, paint, unit }: XrayScreen): string[] {
  const { measured } = model;
  if (measured?.failure !== '') return [];
  const paintHeader = (text: string) => paint('strong', text);
  const classes = classRows(measured.classes, lines, unit.format);
  const held = lineRows(measured.lines, lines, unit.format);
  const ofClasses = renderTable(
    [
      { align: 'right', header: 'Objects read' },
      { align: 'right', header: 'loaded' },
      { align: 'right', header: `predicted ${unit.name}` },
      { align: 'right', header: `loaded ${unit.name}`, paint: (text) => paint('accent', text) },
      { align: 'left', header: 'Class of what was loaded', cut: 'start', least: 20 },
    ],
    classes,
    { width, indent: '', paintHeader },
  );
  const ofLines = renderTable(
    [
      { align: 'right', header: `${unit.name} at the peak`, paint: (text) => paint('accent', text) },
      { align: 'right', header: 'after' },
      { align: 'left', header: 'Line that called the allocator, in a load with the agent', cut: 'start', least: 20 },
    ],
    held,
    { width, indent: '', paintHeader },
  );
  const note = measured.classesNote === '' ? [] : [paint('faint', `${plainLine(measured.classesNote)}.`)];
  const tables = [
    ...(classes.length > 0 ? [[...ofClasses, ...note]] : note.map((line) => [line])),
    ...(held.length > 0 ? [ofLines] : []),
  ];
  return tables.flatMap((table, i) => (i === 0 ? table : ['', ...table]));
}
