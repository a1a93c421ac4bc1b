// What is chance where threads allocate. Blocks of several threads come to lie beside each other in malloc's heaps as the threads
// happen to run; so what it holds free between them, and with it the kernel's peak, differs from run to run by a tenth and more.
// What the program has alive does not.
import type { Bytes, Fraction } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { type CompositionRow, computeComposition } from './composition.ts';
import { threadsAt } from './held-free.ts';
import type { Overview } from './overview.ts';

interface Run {
  readonly profile: Profile;
  readonly overview: Overview;
}

/** Held free; and what no look was there to tell, most of which is. */
const BY_CHANCE: ReadonlySet<CompositionRow> = new Set(['nativeFree', 'pythonFree', 'unexplained']);

/** In these it is not chance what a run has, nor are they counted among what it has alive in the allocators' blocks. */
const SETTLED: ReadonlySet<CompositionRow> = new Set([
  'mapped',
  'data',
  'stacks',
  'agent',
  'other',
  'untraced',
  'inherited',
  'files',
  'shared',
]);

/** What malloc held free was seen to differ by a factor of almost three between runs of one program (docs/benchmarks.md). */
const LARGEST_PART: Fraction = 2 / 3;

export function isByChance(id: CompositionRow): boolean {
  return BY_CHANCE.has(id);
}

/** Up to how much two figures of memory held free differ by chance, where the larger is `largest`. */
export function chanceOf(largest: Bytes): Bytes {
  return LARGEST_PART * Math.max(0, largest);
}

/** By how much the peak of a run may be another by chance: 0 where one thread allocates, or no account tells. */
export function chanceOfPeak(run: Run): Bytes {
  const held = rowsOf(run.overview, BY_CHANCE);
  return hasThreads(run) && !Number.isNaN(held) ? chanceOf(held) : 0;
}

/** NaN where the run has no account. */
export function settledOf({ overview }: Run): Bytes {
  return rowsOf(overview, SETTLED);
}

export function hasThreads({ profile, overview }: Run): boolean {
  return threadsAt(profile, overview.mainProcess, Number.POSITIVE_INFINITY) > 1;
}

function rowsOf(overview: Overview, ids: ReadonlySet<CompositionRow>): Bytes {
  const composition = computeComposition(overview);
  if (!composition?.accounted) return Number.NaN;
  return composition.parts.reduce((sum, { id, bytes }) => sum + (ids.has(id) ? bytes : 0), 0);
}
