// The header of an .npy file, of a member of .npz and skops, and of arrays inside of them:
//
//   \x93NUMPY  major u8  minor u8  length u16 (1.0) or u32 (2.0, 3.0)  text of that length: a Python dict of
//   {'descr': dtype, 'fortran_order': bool, 'shape': tuple}, padded with spaces   then the data
import type { Bytes } from '#base/units.ts';
import { elementsOf } from './array-list.ts';
import type { Cursor } from './cursor.ts';
import { damaged, refused, unsupported } from './damage.ts';
import { type Literal, parseLiteral } from './python-literal.ts';

export interface NpyHeader {
  readonly version: string;
  readonly type: string;
  readonly itemBytes: Bytes;
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  /** Elements are pickled Python objects, not numbers. */
  readonly isObject: boolean;
  /** Of the numbers; NaN for objects. */
  readonly bytes: Bytes;
}

const MAGIC = '\x93NUMPY';
const MOST_HEADER = 2 ** 20;
const MOST_DIMENSIONS = 64;

/** Leaves the cursor at the first byte of the data. */
export function readNpyHeader(cursor: Cursor): NpyHeader {
  const start = cursor.at;
  const magic = String.fromCharCode(...cursor.bytes(6));
  if (magic !== MAGIC) throw damaged(start, 'the magic number of an array (\\x93NUMPY) is missing');
  const major = cursor.u8();
  const minor = cursor.u8();
  if (major < 1 || major > 3) throw unsupported(start + 6, `npy version ${major}.${minor}`);
  const length = major === 1 ? cursor.u16() : cursor.u32();
  if (length > MOST_HEADER) throw refused(start + 8, `an array header of ${length} bytes`);
  const at = cursor.at;
  const header = parseLiteral(cursor.text(length).trimEnd(), at);
  return { version: `${major}.${minor}`, ...describe(header, at) };
}

function describe(header: Literal, at: number): Omit<NpyHeader, 'version'> {
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damaged(at, 'the array header is no dict');
  }
  const { descr, fortran_order: fortranOrder, shape } = header as { readonly [key: string]: Literal };
  if (!Array.isArray(shape) || shape.length > MOST_DIMENSIONS || !shape.every(isDimension)) {
    throw damaged(at, 'the array header has no valid shape');
  }
  if (typeof fortranOrder !== 'boolean') throw damaged(at, 'the array header does not say fortran_order');
  const { type, itemBytes } = describeType(descr ?? null, at);
  const bytes = elementsOf(shape) * itemBytes;
  if (!Number.isNaN(bytes) && !Number.isSafeInteger(bytes)) throw refused(at, 'an array larger than any memory');
  return { type, itemBytes, shape, fortranOrder, isObject: type === 'object', bytes };
}

function isDimension(value: Literal): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

const KINDS: Readonly<Record<string, string>> = { b: 'bool', i: 'int', u: 'uint', f: 'float', c: 'complex' };
const FIXED = /^[<>|=]?([biufcSUVaOmM])(\d*)(\[.*\])?$/;

/** '<f8' is float64, a list of fields is a record of their sizes. */
export function describeType(descr: Literal, at: number): { readonly type: string; readonly itemBytes: Bytes } {
  if (Array.isArray(descr)) return describeRecord(descr, at);
  const [, kind, digits, unit] = (typeof descr === 'string' && FIXED.exec(descr)) || [];
  if (kind === undefined) throw damaged(at, `the array header names no dtype that numpy has`);
  const size = Number(digits);
  switch (kind) {
    case 'O':
      return { type: 'object', itemBytes: Number.NaN };
    case 'U':
      return { type: `str${size}`, itemBytes: size * 4 };
    case 'S':
    case 'a':
      return { type: `bytes${size}`, itemBytes: size };
    case 'V':
      return { type: `void${size}`, itemBytes: size };
    case 'm':
    case 'M':
      return { type: `${kind === 'M' ? 'datetime64' : 'timedelta64'}${unit ?? ''}`, itemBytes: 8 };
    default:
      if (size < 1 || size > 64) throw damaged(at, `the array header names a dtype of ${size} bytes`);
      return { type: kind === 'b' ? 'bool' : `${KINDS[kind]}${size * 8}`, itemBytes: size };
  }
}

function describeRecord(fields: readonly Literal[], at: number): { readonly type: string; readonly itemBytes: Bytes } {
  let itemBytes = 0;
  let hasObjects = false;
  for (const field of fields) {
    if (!Array.isArray(field) || field.length < 2) throw damaged(at, 'the array header has a field without a type');
    const [, descr, shape] = field as readonly Literal[];
    const { type, itemBytes: each } = describeType(descr!, at);
    hasObjects ||= type === 'object';
    const shapes = typeof shape === 'number' ? [shape] : Array.isArray(shape) ? shape : [];
    if (!shapes.every(isDimension)) throw damaged(at, 'the array header has a field without a valid shape');
    itemBytes += each * elementsOf(shapes);
  }
  return hasObjects ? { type: 'object', itemBytes: Number.NaN } : { type: `record${itemBytes}`, itemBytes };
}
