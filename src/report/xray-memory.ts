// The memory part of an X-ray: the headline, what the peak consists of, what the loader pins, and what other ways would take.
import type { Forecast, PeakPart, PythonVersion } from '#artifact/types.ts';
import { formatBytes, formatCount, formatPercent } from '#base/format.ts';
import { renderTable, wrapText } from '#base/text-table.ts';
import type { Bytes } from '#base/units.ts';
import { plainLine } from './plain-text.ts';
import type { SizeUnit } from './size-unit.ts';
import type { XrayScreen } from './xray-terminal.ts';

export function headSection({ model, width, paint }: XrayScreen): string[] {
  const { report, path } = model;
  const { name, version } = report.format;
  const title = `${plainLine(path)}: ${plainLine(name)}${version ? ` ${plainLine(version)}` : ''}, ${formatBytes(report.fileBytes)}`;
  const lines = wrapText(title, width).map((line) => paint('strong', line));
  const { forecast } = report;
  if (!forecast) return lines;
  return [
    ...lines,
    ...wrapText(forecastWords(forecast, report.fileBytes), width).map((line) => paint('accent', line)),
    ...wrapText(`${confidenceWords(forecast)}`, width).map((line) => paint('faint', line)),
  ];
}

/** Below it a factor says more of buffers than of the file. */
const LEAST_FOR_FACTOR: Bytes = 4 * 2 ** 20;

export function forecastWords(forecast: Forecast, fileBytes: Bytes): string {
  const { peak, residentLow, residentHigh, fileBacked, call, python } = forecast;
  const factor = peak / fileBytes;
  const times = factor >= 1.5 && peak >= LEAST_FOR_FACTOR ? `, ${factor.toFixed(1)} times the file` : '';
  const mapped = fileBacked > 0 ? `, and up to ${formatBytes(fileBacked)} of the mapped file as it is used` : '';
  const kept = formatRange(residentLow, residentHigh);
  return `Loading it is predicted to take ${formatBytes(peak)} at the peak${times}, and ${kept} after${mapped}: ${plainLine(call)}, Python ${pythonWord(python)}.`;
}

export function pythonWord({ major, minor }: PythonVersion): string {
  return `${major}.${minor}`;
}

export function formatRange(low: Bytes, high: Bytes): string {
  const [from, to] = [formatBytes(low), formatBytes(high)];
  return from === to ? from : `${from} to ${to}`;
}

function confidenceWords({ confidence, imports }: Forecast): string {
  const share = formatPercent(confidence.share);
  const beside = imports.length > 0 ? ` On top of what ${imports.map(plainLine).join(', ')} takes to import.` : '';
  return `Confidence ${confidence.level}, ${share} of the bytes known: ${plainLine(confidence.reason)}.${beside}`;
}

export const PART_WORDS: Readonly<Record<PeakPart['id'], readonly [string, string]>> = {
  live: ['alive', 'the objects themselves'],
  pinned: ['pinned garbage', "temporaries that the loader's memo keeps until it returns"],
  memo: ['memo', "the loader's own table of objects"],
  buffer: ['buffers', 'what is read ahead'],
  decompressor: ['decompressor', 'its tables, its history and what it hands out'],
  temporary: ['temporaries', 'made and dropped on the way'],
  'second-copy': ['second copy', 'the same data once more, until loading ends'],
  loader: ['loader', "the library's own code and tables, brought in on first use"],
};

export function peakSection({ model, width, paint, unit }: XrayScreen): string[] {
  const { forecast } = model.report;
  const parts = forecast?.peakParts.filter(({ bytes }) => bytes > 0) ?? [];
  if (!forecast || parts.length < 2) return [];
  const rows = parts.map(({ id, bytes }) => [
    `  ${PART_WORDS[id][0]}`,
    unit.format(bytes),
    formatPercent(bytes / forecast.peak),
    PART_WORDS[id][1],
  ]);
  return renderTable(
    [
      { align: 'left', header: 'What the peak consists of' },
      { align: 'right', header: unit.name, paint: (text) => paint('accent', text) },
      { align: 'right', header: 'of peak' },
      { align: 'left', cut: 'end', least: 10, paint: (text) => paint('faint', text) },
    ],
    [...rows, ['  peak', unit.format(forecast.peak), '100 %', '']],
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
}

export function measuredSection({ model, width, paint, unit }: XrayScreen): string[] {
  const { measured, report } = model;
  if (!measured) return [];
  if (measured.failure !== '') {
    return wrapText(`It could not be measured: ${plainLine(measured.failure)}`, width).map((line) =>
      paint('bad', line),
    );
  }
  const { forecast } = report;
  const off = (predicted: Bytes, is: Bytes) => (is > 0 ? signed(formatPercent(predicted / is - 1)) : '');
  const rows = [
    [
      '  peak',
      unit.format(forecast?.peak ?? Number.NaN),
      unit.format(measured.peak),
      off(forecast?.peak ?? 0, measured.peak),
    ],
    [
      '  resident after gc.collect()',
      forecast ? `${unit.format(forecast.residentLow)} to ${unit.format(forecast.residentHigh)}` : '',
      unit.format(measured.resident),
      forecast ? insideWords(forecast, measured.resident, unit) : '',
    ],
    ['  resident after malloc_trim', '', unit.format(measured.afterTrim), ''],
  ];
  const table = renderTable(
    [
      { align: 'left', header: 'Measured' },
      { align: 'right', header: `predicted ${unit.name}` },
      { align: 'right', header: `measured ${unit.name}`, paint: (text) => paint('accent', text) },
      { align: 'left', header: 'off by' },
    ],
    rows,
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  const how = `${plainLine(measured.call)} in Python ${plainLine(measured.python)}, ${measured.seconds.toFixed(2)} s of CPU time, above ${formatBytes(measured.baseline)} after the imports; ${formatBytes(measured.fileBacked)} of what is resident are pages of files.`;
  return [...table, ...wrapText(how, width).map((line) => paint('faint', line))];
}

function signed(percent: string): string {
  return /^\d/.test(percent) && percent !== '0 %' ? `+${percent}` : percent;
}

function insideWords({ residentLow, residentHigh }: Forecast, bytes: Bytes, unit: SizeUnit): string {
  if (bytes < residentLow) return `${unit.format(residentLow - bytes)} ${unit.name} below the range`;
  return bytes > residentHigh ? `${unit.format(bytes - residentHigh)} ${unit.name} above the range` : 'inside';
}

export function pinnedSection({ model, width, lines, paint, unit }: XrayScreen): string[] {
  const { pinned } = model.report;
  if (!pinned || pinned.rows.length === 0 || pinned.bytes < 2 ** 20) return [];
  const table = renderTable(
    [
      { align: 'left', header: 'Pinned until load returns', cut: 'end', least: 12 },
      { align: 'right', header: 'count' },
      { align: 'right', header: unit.name, paint: (text) => paint('accent', text) },
      { align: 'left', header: 'why', cut: 'end', least: 20, paint: (text) => paint('faint', text) },
    ],
    pinned.rows
      .slice(0, lines)
      .map(({ name, count, bytes, why }) => [
        `  ${plainLine(name)}`,
        formatCount(count),
        unit.format(bytes),
        plainLine(why),
      ]),
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  const memo = `The memo itself has ${formatCount(pinned.memoSlots)} slots, ${formatBytes(pinned.memoBytes)}.`;
  return [...table, ...wrapText(memo, width).map((line) => paint('faint', line))];
}

export function whatIfSection({ model, width, paint, unit }: XrayScreen): string[] {
  const { whatIfs, forecast } = model.report;
  if (!forecast || whatIfs.length === 0) return [];
  const applying = whatIfs.filter(({ notApplicable }) => notApplicable === '');
  const range = rangeIn(unit);
  const rows = [
    [
      '  as it is',
      unit.format(forecast.peak),
      range(forecast.residentLow, forecast.residentHigh),
      plainLine(forecast.call),
    ],
    ...applying.map(({ label, peak, residentLow, residentHigh, how, cost }) => [
      `  ${plainLine(label)}`,
      unit.format(peak),
      range(residentLow, residentHigh),
      plainLine(cost === '' ? how : `${cost}`),
    ]),
  ];
  const table = renderTable(
    [
      { align: 'left', header: 'What if', cut: 'end', least: 30 },
      { align: 'right', header: `peak ${unit.name}`, paint: (text) => paint('accent', text) },
      { align: 'right', header: 'after' },
      { align: 'left', cut: 'end', least: 36, paint: (text) => paint('faint', text) },
    ],
    rows,
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  const others = whatIfs
    .filter(({ notApplicable }) => notApplicable !== '')
    .flatMap(({ label, notApplicable }) => wrapText(`  not ${plainLine(label)}: ${plainLine(notApplicable)}`, width));
  return [...table, ...others.map((line) => paint('faint', line))];
}

function rangeIn({ format }: SizeUnit): (low: Bytes, high: Bytes) => string {
  return (low, high) => {
    const [from, to] = [format(low), format(high)];
    return from === to ? from : `${from} to ${to}`;
  };
}
