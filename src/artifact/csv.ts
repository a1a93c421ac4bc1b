// CSV and its kin: the header, and a sample of rows from all over the file, tell types, lengths and how many different values
// a column has. Everything about the whole is an estimate from that sample, and its confidence says so.
import { ArrayList } from './array-list.ts';
import { type ByteSource, readAtMost } from './byte-source.ts';
import { profileColumns, type SampledColumn } from './csv-columns.ts';
import { type Delimiter, parseRows } from './csv-rows.ts';
import { damaged } from './damage.ts';
import { dataReport, type ReadContext } from './reader.ts';
import { tableReportParts } from './table-forecast.ts';
import type { TableColumn } from './table-memory.ts';
import { decodeText, findDelimiter } from './text-shape.ts';
import type { ArtifactReport } from './types.ts';

/** Places in the file that are looked at, and bytes at each; the whole of a file that has no more. */
const PLACES = 16;
const PLACE_BYTES = 256 * 1024;

export function readCsv(context: ReadContext): ArtifactReport {
  const sample = readSample(context.source);
  const columns = profileColumns(sample).map((column) => tableColumn(column, sample));
  const list = new ArrayList();
  for (const { path, type, arrowBytes, storedBytes } of columns) {
    list.add({ path, type, shape: [sample.totalRows], bytes: arrowBytes, storedBytes });
  }
  const name =
    sample.delimiter === '\t' ? 'TSV (text separated by tabs)' : `CSV (text separated by ${sample.delimiter})`;
  const details = [
    { name: 'rows', value: `${sample.isWhole ? '' : 'about '}${sample.totalRows}` },
    { name: 'looked at', value: `${sample.rows.length} rows` },
  ];
  return dataReport(
    context,
    { id: 'csv', name, version: '', details },
    {
      arrays: list.finish(),
      ...tableReportParts(context, {
        reader: 'csv',
        columns,
        rows: sample.totalRows,
        mapped: false,
        sampledShare: sample.bytes / Math.max(1, context.source.size),
        separator: sample.delimiter,
        textBytes: context.source.size,
      }),
    },
  );
}

export interface CsvSample {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: Delimiter;
  /** Of the rows in the sample, with their line ends. */
  readonly bytes: number;
  readonly totalRows: number;
  readonly isWhole: boolean;
}

function readSample(source: ByteSource): CsvSample {
  const first = readAtMost(source, 0, PLACE_BYTES);
  const text = decodeText(first);
  const delimiter = text === undefined ? undefined : findDelimiter(text);
  if (text === undefined || delimiter === undefined)
    throw damaged(0, 'no delimiter separates the first lines into columns');
  const isWhole = source.size <= PLACES * PLACE_BYTES;
  const [header, ...rows] = parseRows(isWhole ? wholeText(source, text) : text, delimiter);
  let bytes = isWhole ? source.size : first.lastIndexOf(10) + 1;
  if (!isWhole) {
    for (let place = 1; place < PLACES; place++) {
      const at = Math.floor(((source.size - PLACE_BYTES) * place) / (PLACES - 1));
      const piece = cutToLines(source.read(at, PLACE_BYTES));
      rows.push(...parseRows(new TextDecoder().decode(piece), delimiter));
      bytes += piece.length;
    }
  }
  const width = header?.length ?? 0;
  const even = rows.filter((row) => row.length === width || row.length === width + 1);
  const totalRows = isWhole ? rows.length : Math.round((rows.length * source.size) / Math.max(1, bytes));
  return { header: header ?? [], rows: even, delimiter, bytes, totalRows, isWhole };
}

function wholeText(source: ByteSource, start: string): string {
  if (source.size <= PLACE_BYTES) {
    return new TextDecoder().decode(source.read(0, source.size));
  }
  return decodeText(source.read(0, source.size)) ?? start;
}

/** From after the first line end to the last: what is cut at both sides is left out. */
function cutToLines(bytes: Uint8Array): Uint8Array {
  const from = bytes.indexOf(10) + 1;
  const to = bytes.lastIndexOf(10) + 1;
  return bytes.subarray(from, Math.max(from, to));
}

function tableColumn(column: SampledColumn, sample: CsvSample): TableColumn {
  const scale = sample.totalRows / Math.max(1, sample.rows.length);
  const textBytes = column.textBytes * scale;
  const isText = column.kind === 'text';
  return {
    path: column.name,
    type: column.type,
    kind: column.kind,
    width: column.width,
    values: sample.totalRows,
    nulls: Math.round(column.missing * scale),
    textBytes: isText ? textBytes : 0,
    textIsKnown: sample.isWhole,
    distinct: column.distinct,
    arrowBytes: isText ? sample.totalRows * 8 + textBytes : sample.totalRows * column.width,
    storedBytes: textBytes + sample.totalRows,
    nested: false,
    narrow: column.narrow,
  };
}
