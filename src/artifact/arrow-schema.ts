// Arrow's types: their names, and of how many buffers a column of each consists.
import { damaged, refused } from './damage.ts';
import type { FlatTable } from './flatbuffer.ts';
import type { ColumnKind } from './table-memory.ts';

export interface ArrowField {
  readonly name: string;
  readonly type: string;
  readonly kind: ColumnKind;
  /** Bytes of one value (of its index, where it is encoded by a dictionary); 0 for text. */
  readonly width: number;
  readonly dictionary: boolean;
  readonly children: readonly ArrowField[];
}

const MOST_DEPTH = 32;
const MOST_FIELDS = 1_000_000;

export function readFields(schema: FlatTable, at: number): ArrowField[] {
  const budget = { left: MOST_FIELDS };
  return schema.tables(1).map((field) => readField(field, at, 0, budget));
}

function readField(field: FlatTable, at: number, depth: number, budget: { left: number }): ArrowField {
  if (depth > MOST_DEPTH) throw refused(at, `fields nested more than ${MOST_DEPTH} deep`);
  if (--budget.left < 0) throw refused(at, `more than ${MOST_FIELDS} fields`);
  const dictionary = field.table(4);
  const typed = typeOf(field.u8(2), field.table(3), at);
  const children = field.tables(5).map((child) => readField(child, at, depth + 1, budget));
  const width = dictionary ? (dictionary.table(1)?.i32(0) || 32) / 8 : typed.width;
  return { name: field.text(0), ...typed, width, dictionary: dictionary !== undefined, children };
}

interface Typed {
  readonly type: string;
  readonly kind: ColumnKind;
  readonly width: number;
}

const typed = (type: string, kind: ColumnKind, width: number): Typed => ({ type, kind, width });

function typeOf(id: number, type: FlatTable | undefined, at: number): Typed {
  const simple = SIMPLE[id];
  if (simple) return simple;
  switch (id) {
    case 2: {
      const bits = type?.i32(0) ?? 32;
      return typed(`${type?.u8(1) ? '' : 'u'}int${bits}`, 'number', bits / 8);
    }
    case 3:
      return [typed('float16', 'number', 2), typed('float32', 'number', 4)][type?.i16(0) ?? 0] ?? FLOAT64;
    case 7:
      return typed('decimal', 'object', (type?.i32(2) || 128) / 8);
    case 8:
      return typed('date', 'date', type?.i16(0) === 0 ? 4 : 8);
    case 9:
      return typed('time', 'object', (type?.i32(1) || 32) / 8);
    case 15:
      return typed(`binary[${type?.i32(0) ?? 0}]`, 'bytes', type?.i32(0) ?? 0);
    default:
      throw damaged(at, `there is no Arrow type ${id}`);
  }
}

const FLOAT64 = typed('float64', 'number', 8);
const SIMPLE: Readonly<Record<number, Typed>> = {
  1: typed('null', 'object', 0),
  4: typed('binary', 'bytes', 0),
  5: typed('string', 'text', 0),
  6: typed('bool', 'bool', 1 / 8),
  10: typed('timestamp', 'time', 8),
  11: typed('interval', 'object', 16),
  12: typed('list', 'object', 0),
  13: typed('struct', 'object', 0),
  14: typed('union', 'object', 0),
  16: typed('fixed-size list', 'object', 0),
  17: typed('map', 'object', 0),
  18: typed('duration', 'time', 8),
  19: typed('large binary', 'bytes', 0),
  20: typed('large string', 'text', 0),
  21: typed('large list', 'object', 0),
  22: typed('run-end encoded', 'object', 0),
  23: typed('binary view', 'bytes', 0),
  24: typed('string view', 'text', 0),
  25: typed('list view', 'object', 0),
  26: typed('large list view', 'object', 0),
};

/** Buffers of a column itself, without its children; and which of them is text. */
export function layoutOf(field: ArrowField): { readonly buffers: number; readonly textBuffer: number } {
  if (field.dictionary) return { buffers: 2, textBuffer: -1 };
  switch (field.type) {
    case 'null':
    case 'run-end encoded':
      return { buffers: 0, textBuffer: -1 };
    case 'struct':
    case 'union':
    case 'fixed-size list':
      return { buffers: 1, textBuffer: -1 };
    case 'string':
    case 'large string':
    case 'binary':
    case 'large binary':
      return { buffers: 3, textBuffer: 2 };
    case 'list view':
    case 'large list view':
      return { buffers: 3, textBuffer: -1 };
    default:
      return { buffers: 2, textBuffer: field.kind === 'bytes' ? 1 : -1 };
  }
}
