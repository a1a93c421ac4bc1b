// The table of lines: its columns, and which of its rows a reader asked for.
import type { LineRow } from '#analysis/lines.ts';
import type { Bytes } from '#base/units.ts';
import type { Column } from '../parts/sort-head.tsx';
import type { Report } from './report.ts';
import type { Order } from './sort.ts';

export type LineColumn =
  | 'live'
  | 'share'
  | 'native'
  | 'python'
  | 'mapped'
  | 'reserved'
  | 'allocated'
  | 'freed'
  | 'allocations'
  | 'samples'
  | 'line';

export const LINE_COLUMNS: readonly Column<LineColumn>[] = [
  { name: 'live', title: 'Alive', meaning: 'heap' },
  { name: 'share', title: 'Share', meaning: 'share' },
  { name: 'line', title: 'Line', isText: true },
  { name: 'native', title: 'malloc', meaning: 'native' },
  { name: 'python', title: 'Python', meaning: 'python' },
  { name: 'mapped', title: 'Mapped', meaning: 'mapped' },
  { name: 'reserved', title: 'Reserved', meaning: 'reserved' },
  { name: 'allocated', title: 'Allocated', meaning: 'allocated' },
  { name: 'freed', title: 'Freed', meaning: 'freed' },
  { name: 'allocations', title: 'Allocations', meaning: 'allocations' },
  { name: 'samples', title: 'Samples', meaning: 'samples' },
];

/** "freed.up" in the address; the largest of what is alive first where it says nothing. */
export function parseOrder(text: string | undefined): Order<LineColumn> {
  const [name, direction] = (text ?? '').split('.');
  const column = LINE_COLUMNS.find((one) => one.name === name);
  return column ? { column: column.name, descending: direction !== 'up' } : { column: 'live', descending: true };
}

export function lineValue(row: LineRow, column: LineColumn): number | string {
  switch (column) {
    case 'live':
    case 'share':
      return row.heap.bytes;
    case 'line':
      return `${row.file}:${String(row.line).padStart(7, '0')}`;
    case 'native':
      return row.parts.native;
    case 'python':
      return row.parts.python;
    case 'mapped':
      return row.parts.mapped;
    case 'reserved':
      return reservedBytes(row);
    case 'allocated':
      return row.allocated.bytes;
    case 'freed':
      return row.freed;
    case 'allocations':
      return row.allocations;
    case 'samples':
      return row.heap.samples + row.allocated.samples;
  }
}

/** What has no memory behind it, or is counted elsewhere. */
export function reservedBytes(row: LineRow): Bytes {
  return row.untouched + row.parts.mappedFile;
}

export interface LineFilter {
  /** Lower case; part of the path, the function or the source text. */
  readonly text: string;
  /** Live or allocated must reach this. */
  readonly least: Bytes;
  readonly imports: boolean;
}

export function filterLines(report: Report, rows: readonly LineRow[], filter: LineFilter): LineRow[] {
  return rows.filter((row) => {
    if (!filter.imports && row.importing) return false;
    if (Math.max(row.heap.bytes, row.allocated.bytes) < filter.least) return false;
    if (filter.text === '') return true;
    const text = `${row.file}:${row.line} ${row.func} ${report.sources.find(row.file, row.line)} ${row.place}`;
    return text.toLowerCase().includes(filter.text);
  });
}

/** Names a row in the address and among its neighbours. */
export function keyOfLine(row: Pick<LineRow, 'place' | 'file' | 'line' | 'func' | 'importing'>): string {
  const place = row.place === 'line' ? `${row.file}:${row.line}` : `${row.place} ${row.func}`.trimEnd();
  return row.importing ? `${place}:import` : place;
}
