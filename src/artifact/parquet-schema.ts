// Parquet's schema: a tree in depth-first order, whose leaves are the columns.
import { damaged } from './damage.ts';
import type { ColumnKind } from './table-memory.ts';
import { intOf, structOf, structsOf, type ThriftStruct, textOf } from './thrift.ts';

export interface ParquetColumn {
  /** Names from the root, joined by dots: as column chunks name it. */
  readonly path: string;
  readonly type: string;
  readonly kind: ColumnKind;
  /** Bytes of a value in memory; of fixed-length bytes their length; 0 for text. */
  readonly width: number;
  /** Inside of a list, map or struct. */
  readonly nested: boolean;
}

const MOST_DEPTH = 100;

export function readParquetSchema(footer: ThriftStruct): ParquetColumn[] {
  const elements = structsOf(footer, 2);
  if (elements.length === 0) throw damaged(0, 'the footer has no schema');
  const columns: ParquetColumn[] = [];
  const rest = walk(elements, 0, [], columns);
  if (rest !== elements.length) throw damaged(0, 'the schema of the footer has more elements than its tree');
  return columns;
}

/** Index of the element after this subtree. */
function walk(elements: readonly ThriftStruct[], index: number, path: readonly string[], out: ParquetColumn[]): number {
  const element = elements[index];
  if (!element || path.length > MOST_DEPTH) throw damaged(0, 'the tree of the schema does not close');
  const children = intOf(element, 5) ?? 0;
  const here = index === 0 ? [] : [...path, textOf(element, 4) ?? ''];
  const isLeaf = element.has(1);
  if (isLeaf) {
    out.push(describe(element, here));
    return index + 1;
  }
  let next = index + 1;
  for (let i = 0; i < children; i++) next = walk(elements, next, here, out);
  return next;
}

const REPEATED = 2;

function describe(element: ThriftStruct, path: readonly string[]): ParquetColumn {
  const nested = path.length > 1 || intOf(element, 3) === REPEATED;
  return { path: path.join('.'), nested, ...typeOf(element) };
}

interface Typed {
  readonly type: string;
  readonly kind: ColumnKind;
  readonly width: number;
}

const typed = (type: string, kind: ColumnKind, width: number): Typed => ({ type, kind, width });

/** Physical types by number; logical and converted types narrow them. */
function typeOf(element: ThriftStruct): Typed {
  const logical = structOf(element, 10);
  const converted = intOf(element, 6);
  switch (intOf(element, 1)) {
    case 0:
      return typed('bool', 'bool', 1 / 8);
    case 1:
      return integerOf(logical, converted, 32);
    case 2:
      return integerOf(logical, converted, 64);
    case 3:
      return typed('timestamp[96 bits]', 'time', 8);
    case 4:
      return typed('float32', 'number', 4);
    case 5:
      return typed('float64', 'number', 8);
    case 6:
      return isText(logical, converted) ? typed('string', 'text', 0) : typed('binary', 'bytes', 0);
    default:
      return fixedOf(element, logical, converted);
  }
}

// Numbers of the union LogicalType.
const STRING = 1;
const ENUM = 4;
const DECIMAL = 5;
const DATE = 6;
const TIME = 7;
const TIMESTAMP = 8;
const INTEGER = 10;
const JSON_TEXT = 12;
const FLOAT16 = 15;

function isText(logical: ThriftStruct | undefined, converted: number | undefined): boolean {
  return [STRING, ENUM, JSON_TEXT].some((id) => logical?.has(id)) || [0, 4, 19].includes(converted ?? -1);
}

function integerOf(logical: ThriftStruct | undefined, converted: number | undefined, bits: number): Typed {
  if (logical?.has(TIMESTAMP) || converted === 9 || converted === 10) return typed('timestamp', 'time', 8);
  if (logical?.has(DATE) || converted === 6) return typed('date32', 'date', 4);
  if (logical?.has(TIME) || converted === 7 || converted === 8) return typed(`time${bits}`, 'object', bits / 8);
  if (logical?.has(DECIMAL) || converted === 5) return typed('decimal', 'object', 16);
  const integer = structOf(logical, INTEGER);
  const width = intOf(integer, 1) ?? [8, 16, 32, 64, 8, 16, 32, 64][(converted ?? -1) - 11] ?? bits;
  const signed = integer ? integer.get(2) !== false : !(converted !== undefined && converted >= 11 && converted <= 14);
  return typed(`${signed ? '' : 'u'}int${width}`, 'number', width / 8);
}

function fixedOf(element: ThriftStruct, logical: ThriftStruct | undefined, converted: number | undefined): Typed {
  const length = Math.max(0, intOf(element, 2) ?? 0);
  if (logical?.has(DECIMAL) || converted === 5) return typed('decimal', 'object', 16);
  if (logical?.has(FLOAT16)) return typed('float16', 'number', 2);
  return typed(`binary[${length}]`, 'bytes', length);
}
