// What the view of growth shows: the two moments of its address, the choices that are worth offering, the columns of its table.
import type { GrowthRow } from '#analysis/growth.ts';
import { BEGINNING, type Edge, type EdgeRange, edgeAt } from '#analysis/lifetimes.ts';
import type { Profile } from '#profile/types.ts';
import type { Column } from '../parts/sort-head.tsx';
import type { Report } from './report.ts';
import { type Params, rowParam } from './route.ts';
import type { Order } from './sort.ts';

/** From the beginning to the peak where the address says nothing, or nothing that makes sense. */
export function rangeOf(report: Report, params: Params): EdgeRange {
  const { profile } = report;
  const count = profile.meta.intervals?.count ?? 0;
  const byDefault = presetsOf(report)[0]!.range;
  const from = rowParam(params, 'from', count + 1, byDefault.from);
  const to = rowParam(params, 'to', count + 1, byDefault.to);
  return from < to ? { from, to } : byDefault;
}

export interface Preset {
  readonly title: string;
  readonly range: EdgeRange;
}

/** Never empty. */
export function presetsOf({ profile, overview }: Report): readonly Preset[] {
  const count = profile.meta.intervals?.count ?? 0;
  const peak = edgeAt(profile, overview.peak?.time ?? Number.NaN);
  const imported = importsEnd(profile, overview.steps);
  const presets = [
    { title: 'start to peak', range: { from: BEGINNING, to: peak } },
    { title: 'imports to peak', range: { from: imported, to: peak } },
    { title: 'peak to end', range: { from: peak, to: count } },
    { title: 'second half', range: { from: count >> 1, to: count } },
    { title: 'whole run', range: { from: BEGINNING, to: count } },
  ];
  const possible = presets.filter(({ title, range }) => {
    return range.from < range.to && (title !== 'imports to peak' || imported > BEGINNING);
  });
  return possible.length > 0 ? possible : presets.slice(-1);
}

/** Where the last of the import statements at the beginning was done. */
function importsEnd(profile: Profile, steps: Report['overview']['steps']): Edge {
  const first = steps.findIndex((step) => !step.importing);
  return first > 0 ? edgeAt(profile, steps[first]!.start) : BEGINNING;
}

export type GrowthColumn = 'net' | 'came' | 'went' | 'line' | 'native' | 'python' | 'mapped' | 'blocks';

export const GROWTH_COLUMNS: readonly Column<GrowthColumn>[] = [
  { name: 'net', title: 'Grew by', meaning: 'net' },
  { name: 'came', title: 'Came', meaning: 'came' },
  { name: 'went', title: 'Went', meaning: 'went' },
  { name: 'line', title: 'Line', isText: true },
  { name: 'native', title: 'malloc', meaning: 'native' },
  { name: 'python', title: 'Python', meaning: 'python' },
  { name: 'mapped', title: 'Mapped', meaning: 'mapped' },
  { name: 'blocks', title: 'Blocks', meaning: 'cameBlocks' },
];

/** "went.up" in the address; the largest growth first where it says nothing. */
export function parseGrowthOrder(text: string | undefined): Order<GrowthColumn> {
  const [name, direction] = (text ?? '').split('.');
  const column = GROWTH_COLUMNS.find((one) => one.name === name);
  return column ? { column: column.name, descending: direction !== 'up' } : { column: 'net', descending: true };
}

export function growthValue(row: GrowthRow, column: GrowthColumn): number | string {
  switch (column) {
    case 'net':
      return row.net;
    case 'came':
      return row.came.bytes;
    case 'went':
      return row.went.bytes;
    case 'line':
      return `${row.file}:${String(row.line).padStart(7, '0')}`;
    case 'blocks':
      return row.blocks;
    default:
      return row.parts[column];
  }
}
