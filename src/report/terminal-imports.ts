// What imports hold and how long they took: a sentence, and the packages that matter below those that imported them.

import type { TimeEstimate } from '#analysis/import-times.ts';
import type { ImportedModule, ImportedPackage } from '#analysis/import-tree.ts';
import type { Estimate } from '#analysis/interval.ts';
import { formatBytes, formatDuration, formatMiB, formatPercent } from '#base/format.ts';
import { renderTable, type TextColumn, wrapText } from '#base/text-table.ts';
import type { Bytes, Fraction, Milliseconds } from '#base/units.ts';
import { ownersWords } from './owners-words.ts';
import { plainLine } from './plain-text.ts';
import { NARROW, type Screen } from './screen.ts';
import { formatEstimate } from './uncertainty.ts';

const MOST_ROWS = 10;
/** Of all imports' heap or time: what has less is summed up. */
const LEAST_SHARE = 0.03;

/** "Imports hold 85.2 MiB (31 % of the peak) and took 2.41 s", and the tree. */
export function importsSection(screen: Screen): string[] {
  const { overview, options, width, paint } = screen;
  const { heap, time } = overview.importTree.total;
  if (heap.bytes <= 0) return [];
  const share = overview.peak ? ` (${formatPercent(heap.bytes / overview.peak.bytes)} of the peak)` : '';
  const took = time ? ` and took ${formatDuration(time.ms)}${marginWords(time, ' ±')}` : '';
  const picked = options.reduced ? [] : pickRows(overview.importTree.packages, heap.bytes, time?.ms ?? 0);
  const rows = picked.length > 1 ? picked : [];
  const list = rows.length === 0 ? `: ${ownersWords(overview.imports)}` : '';
  const [first, ...rest] = wrapText(`Imports hold ${formatBytes(heap.bytes)}${share}${took}${list}`, width);
  return [first!.replace(/^Imports/, (word) => paint('strong', word)), ...rest, ...tableOf(screen, rows)];
}

/** A package with all that it imported, a module of one, or several packages together. */
interface Row {
  readonly depth: number;
  readonly name: string;
  readonly heap?: Estimate | Bytes;
  readonly heapSelf?: Estimate;
  readonly time?: TimeEstimate | null;
  readonly timeSelf?: TimeEstimate | null;
  readonly files?: Bytes | null;
}

type ShareOf = (heap: Bytes, time: Milliseconds) => Fraction;

/** The largest, each below its importer: none is larger than that, so importers are among them. */
function pickRows(packages: readonly ImportedPackage[], heap: Bytes, time: Milliseconds): Row[] {
  const shareOf: ShareOf = (bytes, ms) => Math.max(bytes / heap, time > 0 ? ms / time : 0);
  const shares: Fraction[] = [];
  const gather = (one: ImportedPackage) => {
    shares.push(shareOfPackage(one, shareOf));
    for (const module of modulesOf(one)) shares.push(shareOf(module.heap.bytes, module.time?.ms ?? 0));
    one.imported.forEach(gather);
  };
  packages.forEach(gather);
  const least = Math.max(LEAST_SHARE, shares.sort((a, b) => b - a)[MOST_ROWS - 1] ?? 0);
  return rowsOf(packages, 0, least, shareOf);
}

function shareOfPackage({ total }: ImportedPackage, shareOf: ShareOf): Fraction {
  return shareOf(total.heap.bytes, total.time?.ms ?? 0);
}

/** Submodules, where there are any. */
function modulesOf({ name, modules }: ImportedPackage): readonly ImportedModule[] {
  return modules.filter((module) => module.name !== name);
}

function rowsOf(packages: readonly ImportedPackage[], depth: number, least: Fraction, shareOf: ShareOf): Row[] {
  const rows: Row[] = [];
  const small: ImportedPackage[] = [];
  for (const one of packages) {
    if (shareOfPackage(one, shareOf) < least) {
      small.push(one);
      continue;
    }
    const { name, self, total } = one;
    rows.push({ depth, name, ...total, heapSelf: self.heap, timeSelf: self.time });
    for (const module of modulesOf(one)) {
      if (shareOf(module.heap.bytes, module.time?.ms ?? 0) < least) continue;
      rows.push({ depth: depth + 1, name: module.name, heapSelf: module.heap, timeSelf: module.time });
    }
    rows.push(...rowsOf(one.imported, depth + 1, least, shareOf));
  }
  const rest = sumUp(small, depth);
  const isTold = rest !== null && (depth === 0 || shareOf(rest.bytes, rest.ms) >= least);
  return isTold ? [...rows, rest.row] : rows;
}

function sumUp(
  packages: readonly ImportedPackage[],
  depth: number,
): { row: Row; bytes: Bytes; ms: Milliseconds } | null {
  if (packages.length === 0) return null;
  const name = packages.length === 1 ? packages[0]!.name : `${packages.length} more`;
  const sum = (of: (one: ImportedPackage) => number) => packages.reduce((all, one) => all + of(one), 0);
  const bytes = sum(({ total }) => total.heap.bytes);
  const [ms, low, high] = (['ms', 'low', 'high'] as const).map((bound) => sum(({ total }) => total.time?.[bound] ?? 0));
  const time = packages[0]!.total.time && { ms: ms!, low: low!, high: high! };
  const files = packages[0]!.total.files === null ? null : sum(({ total }) => total.files ?? 0);
  return { row: { depth, name, heap: bytes, time, files }, bytes, ms: ms! };
}

interface Column extends TextColumn {
  readonly cell: (row: Row) => string;
  /** Left out where there is little room. */
  readonly isExtra?: boolean;
}

function tableOf({ overview, width, paint }: Screen, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const { time, files } = overview.importTree.total;
  const faint = (text: string) => paint('faint', text);
  const right = { align: 'right' as const };
  const timeOf = (value: TimeEstimate | null | undefined) => (value ? formatDuration(value.ms) : '');
  const columns: Column[] = [
    { ...right, header: 'Heap MiB', paint: (text) => paint('accent', text), cell: ({ heap }) => heapWords(heap) },
    { ...right, header: 'itself', cell: ({ heapSelf }) => heapWords(heapSelf), isExtra: true },
  ];
  if (time) {
    columns.push(
      { ...right, header: 'time', cell: (row) => timeOf(row.time) },
      {
        ...right,
        header: '±',
        paint: faint,
        cell: (row) => (row.time ? marginWords(row.time, '±') : ''),
        isExtra: true,
      },
      { ...right, header: 'itself', cell: (row) => timeOf(row.timeSelf), isExtra: true },
    );
  }
  if (files !== null)
    columns.push({ ...right, header: 'files MiB', cell: (row) => (row.files ? formatMiB(row.files) : '') });
  columns.push({
    align: 'left',
    header: 'Package, below what imported it',
    cut: 'end',
    cell: ({ depth, name }) => `${'  '.repeat(depth)}${plainLine(name)}`,
  });
  const isNarrow = width < NARROW;
  const shown = columns.filter(({ isExtra }) => !isExtra || !isNarrow);
  // Of modules there is only what they cost themselves.
  const told = rows.filter((row) => !isNarrow || row.heap !== undefined);
  const cells = told.map((row) => shown.map(({ cell }) => cell(row)));
  return renderTable(shown, cells, { width, indent: '', paintHeader: (text) => paint('strong', text) });
}

function heapWords(heap: Estimate | Bytes | undefined): string {
  if (heap === undefined) return '';
  return typeof heap === 'number' ? formatMiB(heap) : formatEstimate(heap);
}

/** Half of what lies between the bounds; "" where that does not matter. */
function marginWords({ ms, low, high }: TimeEstimate, sign: string): string {
  const margin = (high - low) / 2;
  return margin < Math.max(1, ms / 100) ? '' : `${sign}${formatDuration(margin)}`;
}
