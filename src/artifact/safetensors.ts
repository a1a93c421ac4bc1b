// safetensors: u64 length, that many bytes of JSON, then the tensors.
//
//   {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ..., "__metadata__": {text: text}}
//   Offsets count from the end of the header; tensors fill the rest of the file without gaps or overlaps.
import type { Bytes } from '#base/units.ts';
import { ArrayList, elementsOf } from './array-list.ts';
import type { ByteSource } from './byte-source.ts';
import { Cursor } from './cursor.ts';
import { damaged, refused } from './damage.ts';
import { elementBytes } from './element-types.ts';
import { equalRows, type PlacedArray } from './equal-arrays.ts';
import { parseJsonObject } from './json-object.ts';
import { dataReport, type ReadContext } from './reader.ts';
import { tensorAdvice, tensorForecast, tensorWhatIfs } from './safetensors-forecast.ts';
import type { ArrayRow, ArtifactReport } from './types.ts';

/** The format's own limit. */
const MOST_HEADER = 100_000_000;
const TYPES: Readonly<Record<string, string>> = {
  BOOL: 'bool',
  U8: 'uint8',
  I8: 'int8',
  U16: 'uint16',
  I16: 'int16',
  U32: 'uint32',
  I32: 'int32',
  U64: 'uint64',
  I64: 'int64',
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
  F8_E8M0: 'float8_e8m0fnu',
  F16: 'float16',
  BF16: 'bfloat16',
  F32: 'float32',
  F64: 'float64',
  C64: 'complex64',
};

export interface SafetensorsFile {
  readonly tensors: readonly ArrayRow[];
  readonly metadata: readonly { readonly name: string; readonly value: string }[];
  readonly dataAt: number;
  readonly placed: readonly PlacedArray[];
}

export function readSafetensors(context: ReadContext): ArtifactReport {
  const { tensors, metadata, placed } = readSafetensorsFile(context.source);
  const { rows, notes } = equalRows(placed);
  const list = new ArrayList();
  for (const tensor of tensors) list.add(tensor);
  const arrays = list.finish();
  const format = { id: 'safetensors' as const, name: 'safetensors', version: '', details: metadata };
  return dataReport(context, format, {
    arrays,
    forecast: tensorForecast(context, arrays),
    whatIfs: tensorWhatIfs(arrays),
    advice: tensorAdvice(arrays),
    duplicates: rows,
    notes,
  });
}

export function readSafetensorsFile(source: ByteSource): SafetensorsFile {
  const cursor = new Cursor(source);
  const length = cursor.u64();
  if (length > MOST_HEADER) throw refused(0, `a header of ${length} bytes, and the format allows ${MOST_HEADER}`);
  const header = parseJsonObject(cursor.bytes(length), 8);
  const tensors: Placed[] = [];
  const metadata: { name: string; value: string }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata.push(...readMetadata(value));
    else tensors.push(readTensor(name, value));
  }
  checkPlaces(tensors, cursor.left, cursor.at);
  const dataAt = cursor.at;
  const placed = tensors.map(({ row, begin }): PlacedArray => {
    const { bytes, type, shape, path } = row;
    return { source, at: dataAt + begin, bytes, type, shape: shape.join(', '), path: () => path };
  });
  return { tensors: tensors.map(({ row }) => row), metadata, dataAt, placed };
}

interface Placed {
  readonly row: ArrayRow;
  readonly begin: number;
  readonly end: number;
}

function readMetadata(value: unknown): { name: string; value: string }[] {
  if (typeof value !== 'object' || value === null) throw damaged(8, '__metadata__ of the header is no object');
  return Object.entries(value).map(([name, text]) => ({ name, value: String(text) }));
}

function readTensor(name: string, value: unknown): Placed {
  const wrong = (what: string) => damaged(8, `the tensor '${name.slice(0, 80)}' in the header ${what}`);
  if (typeof value !== 'object' || value === null) throw wrong('is no object');
  const { dtype, shape, data_offsets: offsets } = value as Readonly<Record<string, unknown>>;
  if (typeof dtype !== 'string') throw wrong('has no dtype');
  if (!isSizes(shape) || shape.length > 64) throw wrong('has no valid shape');
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) throw wrong('has no valid data_offsets');
  const [begin, end] = offsets as [number, number];
  const type = TYPES[dtype] ?? dtype;
  const expected = elementsOf(shape) * elementBytes(type);
  if (!Number.isNaN(expected) && expected !== end - begin) {
    throw wrong(`takes ${end - begin} bytes, and its shape needs ${expected}`);
  }
  return { row: { path: name, type, shape, bytes: end - begin, storedBytes: end - begin }, begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** The loaders demand it, and so do we: every byte belongs to exactly one tensor. */
function checkPlaces(tensors: readonly Placed[], available: Bytes, dataAt: number): void {
  const sorted = [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const tensor of sorted) {
    if (tensor.begin !== end) {
      const what = tensor.begin < end ? 'overlaps the one before' : 'leaves a gap before it';
      throw damaged(dataAt + tensor.begin, `the tensor '${tensor.row.path.slice(0, 80)}' ${what}`);
    }
    end = tensor.end;
  }
  if (end > available) throw damaged(dataAt + available, `the tensors need ${end} bytes, and ${available} are left`);
  if (end < available) throw damaged(dataAt + end, `${available - end} bytes after the last tensor belong to none`);
}
