// What is known of a table before it is loaded, whatever its format, and the memory of its columns together.
import type { Bytes } from '#base/units.ts';
import { type ColumnMemory, type PandasShape, pandasColumn, type TableColumn } from './table-memory.ts';
import type { WhatIf } from './types.ts';

export interface TableFacts {
  readonly reader: 'csv' | 'parquet' | 'feather';
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** The file can be mapped: nothing in it is compressed. */
  readonly mapped: boolean;
  /** CSV: share of the file that was looked at. */
  readonly sampledShare?: number;
  readonly separator?: string;
  /** CSV: of the whole file. */
  readonly textBytes?: Bytes;
  /** Parquet: pages as they are stored, and inflated. */
  readonly pages?: { readonly stored: Bytes; readonly inflated: Bytes };
}

export interface TableMemory {
  readonly low: Bytes;
  readonly high: Bytes;
  readonly arrow: Bytes;
  /** Share of the bytes whose form in memory is known. */
  readonly knownShare: number;
}

/** A DataFrame, its index and its column names. */
const FRAME: Bytes = 8 * 1024;

export function sumColumns(columns: readonly TableColumn[], shape: PandasShape): TableMemory {
  let low = FRAME;
  let high = FRAME;
  let known = 0;
  let arrow = 0;
  for (const column of columns) {
    const memory: ColumnMemory = pandasColumn(column, shape);
    low += memory.low;
    high += memory.high;
    if (memory.known) known += memory.high;
    arrow += column.arrowBytes;
  }
  return { low, high, arrow, knownShare: high > FRAME ? known / (high - FRAME) : 1 };
}

export function applies(id: string, label: string, how: string, [peak, resident]: readonly [Bytes, Bytes]): WhatIf {
  return { id, label, how, notApplicable: '', peak, residentLow: resident, residentHigh: resident, cost: '' };
}
