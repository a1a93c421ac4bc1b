// What the messages of a dataset say: its shape, its type, and whether it lies in one piece.
import { elementsOf } from './array-list.ts';
import { Cursor } from './cursor.ts';
import { damaged, unsupported } from './damage.ts';
import { type Hdf5File, readAddress, readLength } from './hdf5-file.ts';
import { MESSAGE, type Message, readMessages } from './hdf5-messages.ts';

const MOST_RANK = 32;

export function readDataspace(file: Hdf5File, message: Message): number[] {
  const cursor = new Cursor(file.source, message);
  const version = cursor.u8();
  const rank = cursor.u8();
  cursor.skip(1);
  if (version < 1 || version > 2) throw unsupported(message.at, `version ${version} of a dataspace`);
  if (rank > MOST_RANK) throw damaged(message.at, `a dataset of ${rank} dimensions`);
  const kind = version === 2 ? cursor.u8() : 1;
  if (version === 1) cursor.skip(5);
  if (kind === 2) return [0];
  return Array.from({ length: rank }, () => readLength(file, cursor));
}

export interface Hdf5Type {
  readonly name: string;
  /** Of one element as it is read into memory. */
  readonly bytes: number;
}

/** A vlen element as it is read: a Python string or array, of which only the pointer is known to us. */
const POINTER = 8;

export function readDatatype(file: Hdf5File, message: Message): Hdf5Type {
  if (message.shared) return readDatatype(file, followShared(file, message));
  return readType(new Cursor(file.source, message));
}

/** version, type, [6 reserved], address of an object that has the type. One step: that one is never shared again. */
function followShared(file: Hdf5File, message: Message): Message {
  const cursor = new Cursor(file.source, message);
  const version = cursor.u8();
  cursor.skip(version === 1 ? 7 : 1);
  const at = readAddress(file, cursor);
  const found = at === undefined ? undefined : readMessages(file, at).find(({ type }) => type === MESSAGE.datatype);
  if (!found || found.shared) throw damaged(message.at, 'a type that is kept elsewhere is not there');
  return found;
}

function readType(cursor: Cursor): Hdf5Type {
  const at = cursor.at;
  const head = cursor.u8();
  const bits = cursor.u8();
  cursor.skip(2);
  const bytes = cursor.u32();
  switch (head & 15) {
    case 0:
      return { name: `${bits & 8 ? '' : 'u'}int${bytes * 8}`, bytes };
    case 1:
      return { name: `float${bytes * 8}`, bytes };
    case 3:
      return { name: `bytes${bytes}`, bytes };
    case 6:
      return { name: `record${bytes}`, bytes };
    case 7:
      return { name: 'reference', bytes };
    case 8:
      return { name: bytes === 1 ? 'bool' : `enum${bytes * 8}`, bytes };
    case 9:
      return { name: (bits & 15) === 1 ? 'string' : 'ragged', bytes: POINTER };
    case 10:
      return { name: `array of ${bytes} bytes`, bytes };
    case 2:
    case 4:
    case 5:
      return { name: `opaque${bytes}`, bytes };
    default:
      throw damaged(at, `there is no type of class ${head & 15}`);
  }
}

export interface Layout {
  readonly kind: 'compact' | 'contiguous' | 'chunked' | 'virtual';
  /** Contiguous: where the numbers are; undefined where none were written yet. */
  readonly at: number | undefined;
  /** Chunked: elements of one chunk, NaN where it is not told simply. */
  readonly chunkElements: number;
}

const KINDS = ['compact', 'contiguous', 'chunked', 'virtual'] as const;

export function readLayout(file: Hdf5File, message: Message): Layout {
  const cursor = new Cursor(file.source, message);
  const version = cursor.u8();
  if (version < 1 || version > 5) throw unsupported(message.at, `version ${version} of a layout`);
  if (version < 3) return readOldLayout(file, cursor, message.at);
  const kind = KINDS[cursor.u8()];
  if (kind === undefined) throw damaged(message.at, 'a layout that there is not');
  if (kind === 'contiguous') return { kind, at: readAddress(file, cursor), chunkElements: Number.NaN };
  if (kind !== 'chunked' || version > 3) return { kind, at: undefined, chunkElements: Number.NaN };
  const rank = cursor.u8();
  readAddress(file, cursor);
  return { kind, at: undefined, chunkElements: elementsOf(Array.from({ length: rank - 1 }, () => cursor.u32())) };
}

function readOldLayout(file: Hdf5File, cursor: Cursor, at: number): Layout {
  cursor.skip(1);
  const kind = KINDS[cursor.u8()];
  if (kind === undefined || kind === 'virtual') throw damaged(at, 'a layout that there is not');
  cursor.skip(5);
  const data = kind === 'compact' ? undefined : readAddress(file, cursor);
  return { kind, at: kind === 'contiguous' ? data : undefined, chunkElements: Number.NaN };
}
