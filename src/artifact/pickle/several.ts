// Several pickles in one file: what is found in each, and one after the other as one table.
import type { Bytes } from '#base/units.ts';
import type { ArrayTable, ClassRow, ClassTable, Duplicates, PickleRow, SizeTree, WhatIf } from '../types.ts';
import { computeCensus } from './census.ts';
import { computeDuplicates } from './duplicates.ts';
import { type LoadModel, peakOf, residentRange } from './forecast.ts';
import { KIND } from './graph.ts';
import type { FindPlace } from './placed-arrays.ts';

const MOST_ROWS = 100;
const MOST_EXAMPLES = 5;
const TREE_WIDTH = 12;
const MOST_PICKLES = 200;
const MOST_OF_ALL = 0.99;

/** What is kept of one pickle: tables, and nothing that grows with its objects. */
export interface Examined {
  readonly row: PickleRow;
  readonly arrays: ArrayTable;
  readonly classes: ClassTable;
  readonly tree: SizeTree;
  readonly bytesByCertainty: readonly Bytes[];
  readonly duplicates: readonly Duplicates[];
  readonly slimmable: Bytes;
  readonly unread: number;
}

/** `name` is how its paths begin. `isCoarse`: there are too many objects to follow each by itself. */
export function examine(model: LoadModel, name: string, isCoarse: boolean, findPlace?: FindPlace): Examined {
  const { arrays, classes, tree, bytesByCertainty, paths } = computeCensus(model, name, isCoarse);
  const { rows: duplicates, slimmable, unread } = computeDuplicates(model, paths, findPlace);
  const { start, end, protocol, graph } = model.pickle;
  const { low, high } = residentRange(model);
  const row: PickleRow = {
    name,
    at: start,
    bytes: end - start,
    protocol,
    root: classOfRoot(model),
    objects: graph.nodeCount,
    peak: peakOf(model),
    residentLow: low,
    residentHigh: high,
    pinnedBytes: model.timeline.pinnedAtEnd,
    arrayCount: arrays.count,
    arrayBytes: arrays.bytes,
    duplicateBytes: duplicates.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return { row, arrays, classes, tree, bytesByCertainty, duplicates, slimmable, unread };
}

/** 'dict', 'sklearn.tree._tree.Tree'; of a number that is no object here its kind is not told. */
function classOfRoot({ pickle: { root, graph }, size: { classes } }: LoadModel): string {
  if (root < 0) return 'number or constant';
  return graph.kind[root] === KIND.global ? 'class or function' : classes.names[classes.classOf(root)]!;
}

/** Those that take most, in the order of the file. */
export function pickleRows(all: readonly Examined[]): PickleRow[] {
  if (all.length < 2) return [];
  const rows = all.map(({ row }) => row);
  const least = [...rows].sort((a, b) => b.peak - a.peak)[MOST_PICKLES]?.peak ?? -1;
  return rows.filter(({ peak }) => peak > least).slice(0, MOST_PICKLES);
}

/** All of them as one. */
export function joinExamined(all: readonly Examined[]): Omit<Examined, 'row'> {
  const [first] = all;
  if (first && all.length === 1) return first;
  return {
    arrays: joinArrays(all.map(({ arrays }) => arrays)),
    classes: joinClasses(all.map(({ classes }) => classes)),
    tree: joinTrees(all.map(({ tree }) => tree)),
    bytesByCertainty: [0, 1, 2].map((level) => all.reduce((sum, one) => sum + (one.bytesByCertainty[level] ?? 0), 0)),
    duplicates: joinDuplicates(all.flatMap(({ duplicates }) => duplicates)),
    slimmable: all.reduce((sum, { slimmable }) => sum + slimmable, 0),
    unread: all.reduce((sum, { unread }) => sum + unread, 0),
  };
}

function joinArrays(tables: readonly ArrayTable[]): ArrayTable {
  const byType = new Map<string, { type: string; count: number; bytes: Bytes }>();
  for (const { type, count, bytes } of tables.flatMap((table) => table.byType)) {
    const sum = byType.get(type) ?? { type, count: 0, bytes: 0 };
    byType.set(type, { type, count: sum.count + count, bytes: sum.bytes + bytes });
  }
  return {
    rows: tables
      .flatMap(({ rows }) => rows)
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, MOST_ROWS),
    count: tables.reduce((sum, { count }) => sum + count, 0),
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    byType: [...byType.values()].sort((a, b) => b.bytes - a.bytes),
  };
}

function joinClasses(tables: readonly ClassTable[]): ClassTable {
  const byName = new Map<string, ClassRow>();
  for (const row of tables.flatMap(({ rows }) => rows)) {
    const sum = byName.get(row.name);
    if (!sum) byName.set(row.name, row);
    else {
      const example = sum.example || row.example;
      const known = sum.known && row.known;
      byName.set(row.name, { ...sum, count: sum.count + row.count, bytes: sum.bytes + row.bytes, known, example });
    }
  }
  return {
    rows: [...byName.values()].sort((a, b) => b.bytes - a.bytes).slice(0, MOST_ROWS),
    count: tables.reduce((sum, { count }) => sum + count, 0),
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function joinTrees(trees: readonly SizeTree[]): SizeTree {
  const bytes = trees.reduce((sum, tree) => sum + tree.bytes, 0);
  const children = [...trees].sort((a, b) => b.bytes - a.bytes).slice(0, TREE_WIDTH);
  // Beside a model the small pickles of a header are too small to be seen.
  if (children[0]!.bytes >= bytes * MOST_OF_ALL) return children[0]!;
  return { path: '', className: '', bytes, children };
}

/** Values that are equal across pickles do not count: each load makes its own. */
function joinDuplicates(rows: readonly Duplicates[]): Duplicates[] {
  const byKind = new Map<string, Duplicates>();
  for (const row of rows) {
    const sum = byKind.get(row.kind);
    const examples = [...(sum?.examples ?? []), ...row.examples].sort((a, b) => b.bytes - a.bytes);
    byKind.set(row.kind, {
      kind: row.kind,
      count: (sum?.count ?? 0) + row.count,
      bytes: (sum?.bytes ?? 0) + row.bytes,
      examples: examples.slice(0, MOST_EXAMPLES),
    });
  }
  return [...byKind.values()];
}

/** What-ifs of the largest one, with the others loaded as they are. */
export function withOthers(
  whatIf: WhatIf,
  others: { readonly peak: Bytes; readonly low: Bytes; readonly high: Bytes },
): WhatIf {
  return {
    ...whatIf,
    peak: whatIf.peak + others.peak,
    residentLow: whatIf.residentLow + others.low,
    residentHigh: whatIf.residentHigh + others.high,
  };
}
