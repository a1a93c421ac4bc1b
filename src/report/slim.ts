// What `highwater slim` did, in words and as JSON (docs/schemas/slim.schema.json).
import type { Codec } from '#artifact/detect.ts';
import { formatBytes, formatCount, formatPercent } from '#base/format.ts';
import { renderTable, wrapText } from '#base/text-table.ts';
import type { Bytes } from '#base/units.ts';
import { painter } from './colour.ts';
import { formatJson } from './json-text.ts';
import { plainLine } from './plain-text.ts';
import type { Report } from './report.ts';

export const SLIM_SCHEMA = 'highwater-slim/1';

export interface SlimReport {
  readonly schema: typeof SLIM_SCHEMA;
  readonly input: string;
  readonly output: string;
  readonly inputBytes: Bytes;
  readonly outputBytes: Bytes;
  /** Of what is inside, where the file is compressed; else the same as above. */
  readonly inflatedBefore: Bytes;
  readonly inflatedAfter: Bytes;
  readonly compression: Codec | null;
  readonly pickles: number;
  readonly protocol: number;
  readonly opcodes: number;
  readonly memoBefore: number;
  readonly memoAfter: number;
  /** Values that are now one object each where they were several. */
  readonly shared: { readonly text: number; readonly bytes: number; readonly float: number; readonly tuple: number };
  readonly splicedArrays: number;
  readonly wrappedStates: number;
  /** Classes whose states stayed as they were, with --slot-state. */
  readonly keptClasses: readonly { readonly name: string; readonly instances: number; readonly why: string }[];
  /** Of the graph of both files. */
  readonly graph: string;
  /** With --forecast: of loading the old and the new file; see highwater xray. */
  readonly forecast: SlimForecast | null;
  readonly load: { readonly objects: number; readonly opaque: Readonly<Record<string, number>> } | null;
  readonly notes: readonly string[];
}

export interface SlimForecast {
  /** Python's minor version: "3.11". */
  readonly python: string;
  readonly before: PredictedLoad;
  readonly after: PredictedLoad;
}

export interface PredictedLoad {
  readonly peak: Bytes;
  readonly residentLow: Bytes;
  readonly residentHigh: Bytes;
  readonly confidence: 'high' | 'medium' | 'low';
}

export function renderSlimJson(report: SlimReport): Report {
  return { text: formatJson(report), exitCode: 0 };
}

export function renderSlim(report: SlimReport, { width, colour }: { width: number; colour: boolean }): Report {
  const paint = painter(colour);
  const change = (report.outputBytes - report.inputBytes) / report.inputBytes;
  const grown = change > 0 ? '+' : '';
  const lines = [
    paint('strong', plainLine(report.output)),
    ...renderTable(
      [{ align: 'left' }, { align: 'right' }, { align: 'left' }],
      rowsOf(report, `${grown}${formatPercent(change)}`),
      { width },
    ),
    '',
    ...wrapText(proofOf(report), width),
    ...keptLines(report, width),
    ...report.notes.flatMap((note) => wrapText(`Note: ${plainLine(note)}`, width)),
    ...wrapText('Checksums and signatures of the old file do not fit the new one. The old file is as it was.', width),
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: 0 };
}

function rowsOf(report: SlimReport, change: string): string[][] {
  const { shared } = report;
  const rows = [['file', formatBytes(report.outputBytes), `was ${formatBytes(report.inputBytes)}, ${change}`]];
  if (report.compression !== null) {
    const before = formatBytes(report.inflatedBefore);
    rows.push(['inflated', formatBytes(report.inflatedAfter), `was ${before}; compressed with ${report.compression}`]);
  }
  rows.push(
    ['memo entries', formatCount(report.memoAfter), `were ${formatCount(report.memoBefore)}`],
    ['shared texts', formatCount(shared.text), 'that were several equal objects, or one that is used again'],
    ['shared bytes', formatCount(shared.bytes), ''],
    ['shared floats', formatCount(shared.float), 'equal to the bit'],
    ['shared tuples', formatCount(shared.tuple), 'of constants'],
  );
  if (report.splicedArrays > 0) rows.push(['arrays of joblib', formatCount(report.splicedArrays), 'as they were']);
  if (report.wrappedStates > 0) {
    rows.push(['slot states', formatCount(report.wrappedStates), 'instances whose attributes are set one by one']);
  }
  rows.push(...forecastRows(report.forecast));
  return rows.filter(([name, count]) => !(name!.startsWith('shared') && count === '0'));
}

function forecastRows(forecast: SlimForecast | null): string[][] {
  if (forecast === null) return [];
  const { before, after, python } = forecast;
  const range = ({ residentLow, residentHigh }: PredictedLoad) =>
    `${formatBytes(residentLow)} to ${formatBytes(residentHigh)}`;
  const sure = `predicted for Python ${python}, confidence ${after.confidence}`;
  return [
    ['load peak', formatBytes(after.peak), `was ${formatBytes(before.peak)}; ${sure}`],
    ['after loading', formatBytes(after.residentHigh), `${range(after)}; was ${range(before)}`],
  ];
}

function proofOf({ graph, load, pickles }: SlimReport): string {
  const several = pickles > 1 ? ` It holds ${formatCount(pickles)} pickles, each for a load of its own.` : '';
  const same = `Both files make the same object graph (${graph}): values, types, order, sharing and cycles.${several}`;
  if (load === null) return `${same} Neither was loaded; --verify load loads both and compares.`;
  const opaque = Object.entries(load.opaque);
  const but = opaque.length === 0 ? '' : `, but for ${opaque.map(([name, n]) => `${n} of ${name}`).join(', ')}`;
  return `${same} Both were loaded, and ${formatCount(load.objects)} objects compared equal${but}.`;
}

function keptLines({ keptClasses }: SlimReport, width: number): string[] {
  if (keptClasses.length === 0) return [];
  const shown = keptClasses.slice(0, 10);
  const more = keptClasses.length - shown.length;
  return [
    'States that stayed as they were:',
    ...shown.flatMap(({ name, instances, why }) =>
      wrapText(`${plainLine(name)} (${formatCount(instances)}): ${plainLine(why)}`, width, { first: '  ' }),
    ),
    ...(more > 0 ? [`  and ${more} more classes`] : []),
  ];
}
