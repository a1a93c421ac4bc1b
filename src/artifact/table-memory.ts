// What a column of a table takes in memory: as Arrow holds it, as pandas 2 does (text as Python objects), and as pandas 3 does
// (text in Arrow's own form). Sizes of Python objects are those of a 64-bit CPython.
import type { Bytes } from '#base/units.ts';
import type { PythonVersion } from './types.ts';

export type ColumnKind = 'number' | 'bool' | 'time' | 'date' | 'text' | 'bytes' | 'object';

export interface TableColumn {
  readonly path: string;
  /** Name of the type in the file. */
  readonly type: string;
  readonly kind: ColumnKind;
  /** Bytes of one value in memory; 0 for text. */
  readonly width: number;
  readonly values: number;
  readonly nulls: number;
  /** Of all values of text together, as UTF-8. */
  readonly textBytes: Bytes;
  readonly textIsKnown: boolean;
  /** Different values of a column of text, between two bounds; null = not known. */
  readonly distinct: { readonly least: number; readonly most: number } | null;
  readonly arrowBytes: Bytes;
  readonly storedBytes: Bytes;
  /** Inside of a list or struct: what it becomes is a guess. */
  readonly nested: boolean;
  /** CSV: the narrowest type that holds what was seen. */
  readonly narrow?: string;
}

export interface PandasShape {
  /** pandas 3 keeps text as Arrow does; earlier ones keep an object each. */
  readonly major: number;
  readonly python: PythonVersion;
}

export interface ColumnMemory {
  readonly low: Bytes;
  readonly high: Bytes;
  readonly known: boolean;
}

const POINTER = 8;
const DECIMAL_OBJECT = 104;
const DATE_OBJECT = 32;

export function pandasColumn(column: TableColumn, shape: PandasShape): ColumnMemory {
  if (column.nested) return guess(column.arrowBytes, column.arrowBytes + column.values * (POINTER + 120));
  switch (column.kind) {
    case 'number':
      return exact(column.values * (column.nulls > 0 && !column.type.startsWith('float') ? 8 : column.width));
    case 'bool':
      return exact(column.values * (column.nulls > 0 ? POINTER : 1));
    case 'time':
      return exact(column.values * 8);
    case 'date':
      return exact(column.values * POINTER + (column.values - column.nulls) * DATE_OBJECT);
    case 'text':
      return textColumn(column, shape);
    case 'bytes':
      return exact(column.values * POINTER + objectsOf(column.values - column.nulls, column.textBytes, BYTES_HEAD));
    case 'object':
      return exact(column.values * POINTER + (column.values - column.nulls) * DECIMAL_OBJECT);
  }
}

/** bytes: 33 and the content; str: 49 and the content, 41 from 3.12 on (ASCII; others take more). */
const BYTES_HEAD = 33;

export function stringHead({ major, minor }: PythonVersion): Bytes {
  return major > 3 || minor >= 12 ? 41 : 49;
}

function textColumn(column: TableColumn, { major, python }: PandasShape): ColumnMemory {
  const { values, nulls, textBytes, distinct } = column;
  if (major >= 3) return exact(arrowText(column));
  // Readers of pandas and Arrow share equal strings, so that only different ones cost an object.
  const present = Math.max(0, values - nulls);
  const average = present > 0 ? textBytes / present : 0;
  const objects = (count: number) => objectsOf(count, average * count, stringHead(python));
  const least = Math.min(present, distinct?.least ?? 1);
  const most = Math.min(present, distinct?.most ?? present);
  return {
    low: values * POINTER + objects(least),
    high: values * POINTER + objects(most),
    known: distinct !== null,
  };
}

/** Offsets of eight bytes, the text, and a bit each where values are missing. */
export function arrowText({ values, nulls, textBytes }: TableColumn): Bytes {
  return values * 8 + textBytes + (nulls > 0 ? values / 8 : 0);
}

/** Objects of a head and content, each rounded to 16 by Python's allocator. */
export function objectsOf(count: number, contentBytes: Bytes, head: Bytes): Bytes {
  return count === 0 ? 0 : count * Math.ceil((head + contentBytes / count) / 16) * 16;
}

function exact(bytes: Bytes): ColumnMemory {
  return { low: bytes, high: bytes, known: true };
}

function guess(low: Bytes, high: Bytes): ColumnMemory {
  return { low, high, known: false };
}
