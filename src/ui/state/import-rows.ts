// The rows of the tree of imports that show: what is open, the largest of each level, and the rest in one row.

import type { TimeEstimate } from '#analysis/import-times.ts';
import type { ImportedModule, ImportedPackage } from '#analysis/import-tree.ts';
import type { Estimate } from '#analysis/interval.ts';
import type { Bytes } from '#base/units.ts';

const MOST = 10;

export interface ImportRow {
  /** Names from the outermost package inwards. */
  readonly key: string;
  readonly kind: 'package' | 'module' | 'rest';
  readonly name: string;
  readonly depth: number;
  readonly opens: boolean;
  /** With what it imported; of several together only the sum is told. */
  readonly heap?: Estimate;
  readonly bytes?: Bytes;
  readonly heapSelf?: Estimate;
  readonly time?: TimeEstimate | null;
  readonly timeSelf?: TimeEstimate | null;
  readonly files?: Bytes | null;
}

export function importRows(
  packages: readonly ImportedPackage[],
  open: ReadonlySet<string>,
  depth = 0,
  around = '',
): ImportRow[] {
  const rows = packages.slice(0, MOST).flatMap((one) => {
    const key = `${around}/${one.name}`;
    const modules = one.modules.filter(({ name }) => name !== one.name);
    const { name, self, total, imported } = one;
    const opens = modules.length + imported.length > 0;
    const row: ImportRow = {
      key,
      kind: 'package',
      name,
      depth,
      opens,
      ...total,
      heapSelf: self.heap,
      timeSelf: self.time,
    };
    if (!open.has(key)) return [row];
    return [row, ...moduleRows(modules, depth + 1, key), ...importRows(imported, open, depth + 1, key)];
  });
  const rest = packages.slice(MOST);
  if (rest.length === 0) return rows;
  const sum = (of: (one: ImportedPackage) => number) => rest.reduce((all, one) => all + of(one), 0);
  const bytes = sum(({ total }) => total.heap.bytes);
  const time = rest[0]!.total.time && timeOf(rest.map(({ total }) => total.time));
  const files = sum(({ total }) => total.files ?? 0);
  return [...rows, { ...restRow(around, 'packages', rest.length, depth), bytes, time, files }];
}

function moduleRows(modules: readonly ImportedModule[], depth: number, around: string): ImportRow[] {
  const rows = modules.slice(0, MOST).map(({ name, heap, time }): ImportRow => {
    return { key: `${around}/:${name}`, kind: 'module', name, depth, opens: false, heapSelf: heap, timeSelf: time };
  });
  const rest = modules.slice(MOST);
  if (rest.length === 0) return rows;
  return [
    ...rows,
    {
      ...restRow(around, 'modules', rest.length, depth),
      timeSelf: rest[0]!.time && timeOf(rest.map(({ time }) => time)),
    },
  ];
}

function restRow(around: string, what: string, count: number, depth: number): ImportRow {
  return { key: `${around}/${what}`, kind: 'rest', name: `${count} more ${what}`, depth, opens: false };
}

function timeOf(times: readonly (TimeEstimate | null)[]): TimeEstimate {
  const sum = (bound: keyof TimeEstimate) => times.reduce((all, time) => all + (time?.[bound] ?? 0), 0);
  return { ms: sum('ms'), low: sum('low'), high: sum('high') };
}
