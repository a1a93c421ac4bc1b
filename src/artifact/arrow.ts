// Arrow's file format, which is also Feather version 2: record batches, and a footer with the schema and where each stands.
//
//   ARROW1 00 00  messages ...  footer (flatbuffer)  i32 its length  ARROW1
//   message: ff ff ff ff  i32 length of the metadata  metadata (flatbuffer)  body (buffers of the columns)
import type { Bytes } from '#base/units.ts';
import { ArrayList } from './array-list.ts';
import { type ArrowField, layoutOf, readFields } from './arrow-schema.ts';
import type { ByteSource } from './byte-source.ts';
import { damaged, refused } from './damage.ts';
import { FlatTable } from './flatbuffer.ts';
import { dataReport, type ReadContext } from './reader.ts';
import { tableReportParts } from './table-forecast.ts';
import type { TableColumn } from './table-memory.ts';
import type { ArtifactReport } from './types.ts';

const MAGIC = 'ARROW1';
const MOST_METADATA = 256 * 2 ** 20;
const CODECS = ['lz4', 'zstd'];

export function readArrow(context: ReadContext): ArtifactReport {
  const { source } = context;
  const footer = readFooter(source);
  const schema = footer.table(1);
  if (!schema) throw damaged(source.size, 'the footer has no schema');
  const fields = readFields(schema, source.size);
  const sums: Sums = { columns: fields.map(emptySum), rows: 0, codec: '', batches: 0 };
  for (const at of footer.structs(3, 24)) {
    addBatch(
      source,
      { at: footer.sizeAt(at), bytes: footer.i32At(at + 8), body: footer.sizeAt(at + 16) },
      fields,
      sums,
    );
  }
  const columns = fields.map((field, i) => tableColumn(field, sums.columns[i]!, sums.rows));
  const list = new ArrayList();
  for (const { path, type, storedBytes, arrowBytes } of columns) {
    list.add({ path, type, shape: [sums.rows], bytes: arrowBytes, storedBytes });
  }
  return dataReport(context, formatOf(sums), {
    arrays: list.finish(),
    ...tableReportParts(context, { reader: 'feather', columns, rows: sums.rows, mapped: sums.codec === '' }),
  });
}

function formatOf({ rows, batches, codec }: Sums) {
  const details = [
    { name: 'rows', value: String(rows) },
    { name: 'record batches', value: String(batches) },
    { name: 'compression', value: codec || 'none' },
  ];
  return { id: 'arrow' as const, name: 'Arrow file (Feather 2)', version: '', details };
}

function readFooter(source: ByteSource): FlatTable {
  const end = source.size - 10;
  if (end < 8) throw damaged(source.size, 'the footer is missing: the file is cut off');
  const tail = source.read(end, 10);
  if (String.fromCharCode(...tail.subarray(4)) !== MAGIC) {
    throw damaged(source.size - 6, 'ARROW1 is missing at the end: the file is cut off');
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getInt32(0, true);
  if (length > MOST_METADATA) throw refused(end, `a footer of ${length} bytes`);
  if (length <= 0 || length > end - 8) throw damaged(end, `a footer of ${length} bytes does not fit into the file`);
  return FlatTable.root(source.read(end - length, length), end - length);
}

interface Sum {
  arrow: Bytes;
  stored: Bytes;
  text: Bytes;
  values: number;
  nulls: number;
}

interface Sums {
  readonly columns: Sum[];
  rows: number;
  codec: string;
  batches: number;
}

function emptySum(): Sum {
  return { arrow: 0, stored: 0, text: 0, values: 0, nulls: 0 };
}

interface Block {
  readonly at: number;
  readonly bytes: Bytes;
  readonly body: Bytes;
}

const RECORD_BATCH = 3;

function addBatch(source: ByteSource, block: Block, fields: readonly ArrowField[], sums: Sums): void {
  const { at, bytes, body } = block;
  if (bytes < 16 || bytes > MOST_METADATA || at + bytes + body > source.size) {
    throw damaged(Math.min(at, source.size), 'a record batch reaches out of the file');
  }
  const message = FlatTable.root(source.read(at + 8, bytes - 8), at + 8);
  const batch = message.u8(1) === RECORD_BATCH ? message.table(2) : undefined;
  if (!batch) throw damaged(at, 'what should be a record batch is none');
  const compression = batch.table(3);
  if (compression) sums.codec = CODECS[compression.u8(0)] ?? 'an unknown codec';
  sums.rows += batch.size(0);
  sums.batches++;
  const bodyAt = at + bytes;
  const walker: Walker = {
    nodes: batch.structs(1, 16).map((place) => ({ length: batch.sizeAt(place), nulls: batch.sizeAt(place + 8) })),
    buffers: batch.structs(2, 16).map((place) => {
      const offset = batch.sizeAt(place);
      const stored = batch.sizeAt(place + 8);
      if (offset + stored > body) throw damaged(bodyAt, 'a buffer of a record batch reaches out of it');
      return { stored, bytes: compression ? inflatedBytes(source, bodyAt + offset, stored) : stored };
    }),
    node: 0,
    buffer: 0,
  };
  for (const [i, field] of fields.entries()) addField(walker, field, sums.columns[i]!, true);
}

/** A compressed buffer begins with its size as i64; -1 means that it is stored as it is. */
function inflatedBytes(source: ByteSource, at: number, stored: Bytes): Bytes {
  if (stored < 8) return 0;
  const head = source.read(at, 8);
  const size = Number(new DataView(head.buffer, head.byteOffset).getBigInt64(0, true));
  if (size < -1 || size > 2 ** 50) throw damaged(at, `a buffer that claims to inflate to ${size} bytes`);
  return size === -1 ? stored - 8 : size;
}

interface Walker {
  readonly nodes: readonly { readonly length: number; readonly nulls: number }[];
  readonly buffers: readonly { readonly stored: Bytes; readonly bytes: Bytes }[];
  node: number;
  buffer: number;
}

/** Nodes and buffers stand in the order of the fields, children after their parent. */
function addField(walker: Walker, field: ArrowField, sum: Sum, isTop: boolean): void {
  const node = walker.nodes[walker.node++];
  if (node && isTop) {
    sum.values += node.length;
    sum.nulls += node.nulls;
  }
  const layout = layoutOf(field);
  for (let i = 0; i < layout.buffers; i++) {
    const buffer = walker.buffers[walker.buffer++];
    if (!buffer) continue;
    sum.arrow += buffer.bytes;
    sum.stored += buffer.stored;
    if (i === layout.textBuffer) sum.text += buffer.bytes;
  }
  for (const child of field.dictionary ? [] : field.children) addField(walker, child, sum, false);
}

function tableColumn(field: ArrowField, sum: Sum, rows: number): TableColumn {
  return {
    path: field.name,
    type: field.dictionary ? `dictionary[${field.type}]` : field.type,
    kind: field.dictionary ? 'number' : field.kind,
    width: field.width,
    values: rows,
    nulls: field.dictionary ? 0 : sum.nulls,
    textBytes: sum.text,
    textIsKnown: true,
    distinct: null,
    arrowBytes: sum.arrow,
    storedBytes: sum.stored,
    nested: field.children.length > 0,
  };
}
