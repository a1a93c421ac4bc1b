// Parquet: row groups of column chunks, and at the end a footer in Thrift that says all of it. The one thing read beside
// the footer is the head of each dictionary page: it says how many different values a column of text has.
//
//   PAR1 ... pages ... footer  u32 length of the footer  PAR1
import type { Bytes } from '#base/units.ts';
import { ArrayList } from './array-list.ts';
import type { ByteSource } from './byte-source.ts';
import { damaged, refused } from './damage.ts';
import { type ParquetColumn, readParquetSchema } from './parquet-schema.ts';
import { dataReport, type ReadContext } from './reader.ts';
import { tableReportParts } from './table-forecast.ts';
import type { TableColumn } from './table-memory.ts';
import { intOf, listOf, readThriftStruct, structOf, structsOf, type ThriftStruct, textOf } from './thrift.ts';
import type { ArtifactReport } from './types.ts';

const MAGIC = 'PAR1';
const MOST_FOOTER = 256 * 2 ** 20;
const CODECS = ['uncompressed', 'snappy', 'gzip', 'lzo', 'brotli', 'lz4', 'zstd', 'lz4 raw'];

export function readParquet(context: ReadContext): ArtifactReport {
  const { source } = context;
  const footer = readFooter(source);
  const rows = intOf(footer, 3) ?? 0;
  if (rows < 0) throw damaged(source.size, 'a negative number of rows');
  const chunks = sumChunks(source, footer);
  const columns = readParquetSchema(footer).map((column) => tableColumn(column, chunks.get(column.path), rows));
  const list = new ArrayList();
  for (const column of columns) {
    const { path, type, storedBytes, arrowBytes } = column;
    list.add({ path, type, shape: [rows], bytes: arrowBytes, storedBytes });
  }
  return dataReport(context, formatOf(footer, chunks), {
    arrays: list.finish(),
    ...tableReportParts(context, { reader: 'parquet', columns, rows, mapped: false, pages: sumPages(chunks) }),
  });
}

function readFooter(source: ByteSource): ThriftStruct {
  const end = source.size - 8;
  if (end < 4) throw damaged(source.size, 'the footer is missing: the file is cut off');
  const tail = source.read(end, 8);
  if (String.fromCharCode(...tail.subarray(4)) !== MAGIC) {
    throw damaged(source.size - 4, 'PAR1 is missing at the end: the file is cut off');
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > MOST_FOOTER) throw refused(end, `a footer of ${length} bytes`);
  if (length > end - 4) throw damaged(end, `a footer of ${length} bytes does not fit into the file`);
  return readThriftStruct(source, end - length, end);
}

function formatOf(footer: ThriftStruct, chunks: ReadonlyMap<string, ColumnSum>) {
  const codecs = new Set([...chunks.values()].map(({ codec }) => CODECS[codec] ?? `codec ${codec}`));
  const details = [
    { name: 'written by', value: textOf(footer, 6) ?? '' },
    { name: 'rows', value: String(intOf(footer, 3) ?? 0) },
    { name: 'row groups', value: String(listOf(footer, 4).length) },
    { name: 'compression', value: [...codecs].join(', ') },
  ];
  return { id: 'parquet' as const, name: 'Parquet', version: String(intOf(footer, 1) ?? ''), details };
}

interface ColumnSum {
  readonly codec: number;
  values: number;
  stored: Bytes;
  inflated: Bytes;
  /** Of text, without lengths; NaN where the writer did not say. */
  text: Bytes;
  nulls: number;
  /** Different values: at least, and at most (NaN: some chunk has no dictionary). */
  least: number;
  most: number;
}

function sumChunks(source: ByteSource, footer: ThriftStruct): Map<string, ColumnSum> {
  const sums = new Map<string, ColumnSum>();
  for (const group of structsOf(footer, 4)) {
    for (const chunk of structsOf(group, 1)) {
      const meta = structOf(chunk, 3);
      if (meta) addChunk(source, meta, sums);
    }
  }
  return sums;
}

function addChunk(source: ByteSource, meta: ThriftStruct, sums: Map<string, ColumnSum>): void {
  const path = listOf(meta, 3)
    .map((part) => (part instanceof Uint8Array ? new TextDecoder().decode(part) : ''))
    .join('.');
  const sum = sums.get(path) ?? {
    codec: intOf(meta, 4) ?? 0,
    values: 0,
    stored: 0,
    inflated: 0,
    text: 0,
    nulls: 0,
    least: 0,
    most: 0,
  };
  sums.set(path, sum);
  sum.values += positive(intOf(meta, 5));
  sum.inflated += positive(intOf(meta, 6));
  sum.stored += positive(intOf(meta, 7));
  sum.text += intOf(structOf(meta, 16), 1) ?? Number.NaN;
  sum.nulls += intOf(structOf(meta, 12), 3) ?? 0;
  const distinct = readDictionarySize(source, meta);
  sum.least = Math.max(sum.least, distinct || 0);
  sum.most += distinct;
}

function sumPages(chunks: ReadonlyMap<string, ColumnSum>): { readonly stored: Bytes; readonly inflated: Bytes } {
  const all = [...chunks.values()];
  const sum = (of: (column: ColumnSum) => Bytes) => all.reduce((total, column) => total + of(column), 0);
  return { stored: sum(({ stored }) => stored), inflated: sum(({ inflated }) => inflated) };
}

function positive(value: number | undefined): number {
  return Math.max(0, value ?? 0);
}

const DICTIONARY_PAGE = 2;
const PAGE_HEAD = 256;
// Encodings of data pages that refer to the dictionary, and those that do not although there is one: a dictionary that
// grew too large is given up in the middle of a chunk.
const PLAIN = 0;
const DATA_PAGE = 0;

/** NaN without a dictionary, or where only some pages use it. */
function readDictionarySize(source: ByteSource, meta: ThriftStruct): number {
  const at = intOf(meta, 11);
  if (at === undefined || at < 4 || at >= source.size || fellBack(meta)) return Number.NaN;
  try {
    const page = readThriftStruct(source, at, Math.min(source.size, at + PAGE_HEAD));
    return intOf(page, 1) === DICTIONARY_PAGE ? positive(intOf(structOf(page, 7), 1)) : Number.NaN;
  } catch {
    return Number.NaN; // encrypted, or longer than we look: the number stays unknown, the file is no worse for it
  }
}

/** encoding_stats lists (page type, encoding, count). */
function fellBack(meta: ThriftStruct): boolean {
  return structsOf(meta, 13).some((stat) => intOf(stat, 1) === DATA_PAGE && intOf(stat, 2) === PLAIN);
}

function tableColumn(column: ParquetColumn, sum: ColumnSum | undefined, rows: number): TableColumn {
  const inflated = sum?.inflated ?? 0;
  const values = sum?.values ?? rows;
  const distinct = sum && Number.isFinite(sum.most) ? { least: sum.least, most: Math.min(sum.most, values) } : null;
  const isText = column.kind === 'text' || column.kind === 'bytes';
  const text = isText ? textBytes(sum, values, column.kind === 'bytes' ? column.width : 0) : 0;
  const width = isText ? 4 : column.width;
  const arrowBytes = values * width + text + (sum && sum.nulls > 0 ? values / 8 : 0);
  return {
    path: column.path,
    type: column.type,
    kind: column.kind,
    width: column.width,
    values,
    nulls: sum?.nulls ?? 0,
    textBytes: text,
    textIsKnown: !isText || (sum !== undefined && !Number.isNaN(sum.text)),
    distinct,
    arrowBytes: Number.isFinite(arrowBytes) ? arrowBytes : inflated,
    storedBytes: sum?.stored ?? 0,
    nested: column.nested,
  };
}

/** Unencoded bytes where the writer says them; else what stands in the pages, less four bytes of length each. */
function textBytes(sum: ColumnSum | undefined, values: number, width: number): Bytes {
  if (width > 0) return values * width;
  if (!sum) return 0;
  return Number.isNaN(sum.text) ? Math.max(0, sum.inflated - 4 * values) : sum.text;
}
