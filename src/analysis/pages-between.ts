// What the private pages of a process were for between two looks. The kernel's figure is the measure: of the looks that saw less
// and those that saw more, the nearest of each, and every kind as far on the way from the one to the other as the kernel's
// figure is. So a block that is half written, or half given back, counts by half, and the kinds add up to the kernel's sum.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { AreaTable, IndexIntoProcesses, Profile } from '#profile/types.ts';

const KINDS = ['data', 'heaps', 'blocks', 'arenas', 'mapped', 'stacks', 'agent', 'other'] as const;

type Kind = (typeof KINDS)[number];

/** Pages by kind, the address space that they lie in, and what the allocators had alive on those of theirs. */
export type Pages = Readonly<Record<Kind | `${Kind}Reserved`, Bytes>> & {
  /** Alive in malloc's blocks, as far as touched. */
  readonly malloc: Bytes;
  /** Of the same blocks, pages without memory. */
  readonly untouched: Bytes;
  /** NaN where Python's objects were not counted at one of the two. */
  readonly python: Bytes;
  /** How far the end of malloc's first heap had moved; NaN where that is not known. */
  readonly heapGrown: Bytes;
};

export interface PagesThen {
  readonly pages: Pages;
  /** What the nearest look lacks, or has too much: so much stands between two looks. */
  readonly between: Bytes;
}

const NO_PAGES: Pages = { ...pagesByKind(() => 0), malloc: 0, untouched: 0, python: 0, heapGrown: 0 };

/** The last look at or before a time, else the first after it; -1 = none at which the allocators were counted. */
export function lookAt({ areas }: Profile, process: IndexIntoProcesses, time: Milliseconds): number {
  let found = -1;
  for (let row = 0; row < areas.length; row++) {
    if (areas.process[row] !== process || Number.isNaN(areas.mallocLive[row]!)) continue;
    if (found < 0 || areas.time[row]! <= time) found = row;
  }
  return found;
}

export function pagesOfLook({ areas }: Profile, row: number): Pages {
  const untouched = untouchedOf(areas, row);
  const [malloc, python] = [areas.mallocLive[row]! - untouched, areas.pythonLive[row]!];
  return {
    ...pagesByKind((column) => areas[column][row]!),
    malloc,
    untouched,
    python,
    heapGrown: areas.heapGrown[row]!,
  };
}

function pagesByKind(of: (column: Kind | `${Kind}Reserved`) => Bytes) {
  const columns = KINDS.flatMap((kind) => [kind, `${kind}Reserved`] as const);
  return Object.fromEntries(columns.map((column) => [column, of(column)])) as Record<(typeof columns)[number], Bytes>;
}

function untouchedOf(areas: AreaTable, row: number): Bytes {
  return areas.blocksReserved[row]! - areas.blocks[row]! + areas.untouched[row]!;
}

/** `anon`: the private memory of the process at `time`, by the kernel. null where no look is known. */
export function pagesBetween(
  profile: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  anon: Bytes,
): PagesThen | null {
  const { areas } = profile;
  let [less, more] = [-1, -1];
  const isNearer = (row: number, than: number) =>
    than < 0 || Math.abs(areas.time[row]! - time) < Math.abs(areas.time[than]! - time);
  for (let row = 0; row < areas.length; row++) {
    if (areas.process[row] !== process || Number.isNaN(areas.mallocLive[row]!)) continue;
    const sum = sumOf(areas, row);
    if (sum <= anon && isNearer(row, less)) less = row;
    if (sum >= anon && isNearer(row, more)) more = row;
  }
  if (less < 0 && more < 0) return null;
  const [below, low] = less < 0 ? [NO_PAGES, 0] : [pagesOfLook(profile, less), sumOf(areas, less)];
  if (more < 0) return { pages: below, between: anon - low };
  const [above, high] = [pagesOfLook(profile, more), sumOf(areas, more)];
  const way = high > low ? (anon - low) / (high - low) : 0;
  return { pages: mix(below, above, way), between: Math.min(anon - low, high - anon) };
}

export function sumOfPages(pages: Pages): Bytes {
  return KINDS.reduce((sum, kind) => sum + pages[kind], 0);
}

function sumOf(areas: AreaTable, row: number): Bytes {
  return KINDS.reduce((sum, kind) => sum + areas[kind][row]!, 0);
}

function mix(from: Pages, to: Pages, way: number): Pages {
  const names = Object.keys(from) as (keyof Pages)[];
  return Object.fromEntries(names.map((name) => [name, from[name] + way * (to[name] - from[name])])) as Pages;
}
