// GGUF, llama.cpp's format: "GGUF", version, counts, key-value pairs, tensor infos, then the tensors, aligned.
//
//   u32 magic  u32 version  u64 tensors  u64 pairs
//   pair: string key, u32 kind, value    string: u64 length, UTF-8    array: u32 kind, u64 count, values
//   tensor: string name, u32 dimensions, u64 each, u32 type, u64 offset from the start of the tensors
import type { Bytes } from '#base/units.ts';
import { ArrayList, elementsOf } from './array-list.ts';
import { Cursor } from './cursor.ts';
import { damaged, refused, unsupported } from './damage.ts';
import { GGML_TYPES } from './ggml-types.ts';
import { ggufForecast, ggufWhatIfs } from './gguf-forecast.ts';
import { dataReport, type ReadContext } from './reader.ts';
import type { ArrayRow, ArtifactReport } from './types.ts';

export type GgufValue = number | bigint | boolean | string | { readonly kind: string; readonly count: number };

const VERSIONS = [2, 3];
const MOST_DIMENSIONS = 8;
const DEFAULT_ALIGNMENT = 32;
const MOST_DETAILS = 200;

export function readGguf(context: ReadContext): ArtifactReport {
  const { cursor, version } = openGguf(context);
  const tensorCount = cursor.u64();
  const pairCount = cursor.u64();
  const pairs = readPairs(cursor, pairCount);
  cursor.requireItems(tensorCount, 24, 'tensors');
  const list = new ArrayList();
  let end = 0;
  for (let i = 0; i < tensorCount; i++) {
    const { row, offset } = readTensor(cursor);
    list.add(row);
    if (!Number.isNaN(row.bytes)) end = Math.max(end, offset + row.bytes);
  }
  const dataAt = alignUp(cursor.at, alignmentOf(pairs));
  if (dataAt + end > context.source.size) {
    throw damaged(context.source.size, `the tensors end at byte ${dataAt + end}: the file is cut off`);
  }
  const arrays = list.finish();
  const details = [...pairs].slice(0, MOST_DETAILS).map(([name, value]) => ({ name, value: textOf(value) }));
  const format = { id: 'gguf' as const, name: 'GGUF', version: String(version), details };
  return dataReport(context, format, {
    arrays,
    forecast: ggufForecast(context, arrays),
    whatIfs: ggufWhatIfs(arrays, pairs),
  });
}

/** Files of big-endian machines have the same magic and a version whose bytes are turned. */
function openGguf({ source }: ReadContext): { cursor: Cursor; version: number } {
  const probe = new Cursor(source, { at: 4 });
  const asLittle = probe.u32();
  const littleEndian = asLittle <= 0xffff;
  const cursor = new Cursor(source, { at: 4, littleEndian });
  const version = cursor.u32();
  if (!VERSIONS.includes(version)) throw unsupported(4, `GGUF version ${version}`);
  return { cursor, version };
}

function readPairs(cursor: Cursor, count: number): Map<string, GgufValue> {
  cursor.requireItems(count, 13, 'key-value pairs');
  const pairs = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    const at = cursor.at;
    const key = readString(cursor);
    if (pairs.has(key)) throw refused(at, `the key '${key.slice(0, 80)}' stands twice`);
    pairs.set(key, readValue(cursor, cursor.u32()));
  }
  return pairs;
}

function readString(cursor: Cursor): string {
  return cursor.text(cursor.u64(), 65_536);
}

/** Long strings (chat templates, licences) are cut: they are shown, not used. */
function readText(cursor: Cursor): string {
  const length = cursor.u64();
  cursor.require(length);
  const text = cursor.text(Math.min(length, 4096));
  cursor.skip(length - Math.min(length, 4096));
  return text;
}

const STRING = 8;
const ARRAY = 9;
const WIDTHS: Readonly<Record<number, Bytes>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const KINDS = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'bool', 'string', 'array', 'u64', 'i64', 'f64'];

function readValue(cursor: Cursor, kind: number): GgufValue {
  switch (kind) {
    case 0:
      return cursor.u8();
    case 1:
      return (cursor.u8() << 24) >> 24;
    case 2:
      return cursor.u16();
    case 3:
      return (cursor.u16() << 16) >> 16;
    case 4:
      return cursor.u32();
    case 5:
      return cursor.i32();
    case 6:
      return cursor.f32();
    case 7:
      return cursor.u8() !== 0;
    case STRING:
      return readText(cursor);
    case ARRAY:
      return skipArray(cursor, 0);
    case 10:
      return BigInt.asUintN(64, cursor.i64());
    case 11:
      return cursor.i64();
    case 12:
      return cursor.f64();
    default:
      throw damaged(cursor.at - 4, `there is no value of kind ${kind}`);
  }
}

const MOST_NESTING = 4;

/** Vocabularies have 100,000 entries: only their number is kept. */
function skipArray(cursor: Cursor, depth: number): GgufValue {
  const kind = cursor.u32();
  const count = cursor.u64();
  const width = WIDTHS[kind];
  if (depth > MOST_NESTING) throw refused(cursor.at, 'arrays nested too deeply');
  if (width !== undefined) {
    cursor.requireItems(count, width, 'values');
    cursor.skip(count * width);
  } else if (kind === STRING || kind === ARRAY) {
    cursor.requireItems(count, 8, 'values');
    for (let i = 0; i < count; i++) {
      if (kind === STRING) cursor.skip(cursor.u64());
      else skipArray(cursor, depth + 1);
    }
  } else throw damaged(cursor.at - 12, `there is no value of kind ${kind}`);
  return { kind: KINDS[kind]!, count };
}

function readTensor(cursor: Cursor): { readonly row: ArrayRow; readonly offset: number } {
  const at = cursor.at;
  const path = readString(cursor);
  const dimensions = cursor.u32();
  if (dimensions > MOST_DIMENSIONS) throw damaged(at, `a tensor of ${dimensions} dimensions`);
  // The file's order is fastest first; everybody else's is slowest first.
  const shape = Array.from({ length: dimensions }, () => cursor.u64()).reverse();
  const typeNumber = cursor.u32();
  const offset = cursor.u64();
  const type = GGML_TYPES[typeNumber];
  const elements = elementsOf(shape);
  const bytes = type ? Math.ceil(elements / type.block) * type.bytes : Number.NaN;
  if (!Number.isSafeInteger(elements) || bytes > Number.MAX_SAFE_INTEGER)
    throw refused(at, 'a tensor larger than any memory');
  return { row: { path, type: type?.name ?? `type ${typeNumber}`, shape, bytes, storedBytes: bytes }, offset };
}

function alignmentOf(pairs: ReadonlyMap<string, GgufValue>): number {
  const value = pairs.get('general.alignment');
  return typeof value === 'number' && value >= 1 && value <= 2 ** 20 ? value : DEFAULT_ALIGNMENT;
}

function alignUp(at: number, alignment: number): number {
  return Math.ceil(at / alignment) * alignment;
}

function textOf(value: GgufValue): string {
  return typeof value === 'object' ? `${value.count} ${value.kind} values` : String(value);
}
