// What imports hold at two peaks, by package.
import type { SideRuns } from './compared-runs.ts';
import type { ImportRow } from './imports.ts';
import { type Estimate, NOTHING } from './interval.ts';
import { type Change, cameOrWent, compareChanges, judgeEstimate, type SampledNoise } from './noise.ts';
import { medianRange } from './repeats.ts';

export interface ImportChange extends Change {
  readonly name: string;
  readonly beforeHeap: Estimate;
  readonly afterHeap: Estimate;
}

export function compareImports(before: SideRuns, after: SideRuns, noise: SampledNoise): ImportChange[] {
  const [a, b] = [before, after].map(({ all }) => all.map(({ overview }) => byName(overview.imports)));
  const names = [...new Set([...a![0]!.keys(), ...b![0]!.keys()])];
  return names.map((name) => changeOf(name, a!, b!, noise)).sort(compareChanges);
}

type ByName = ReadonlyMap<string, Estimate>;

function byName(rows: readonly ImportRow[]): Map<string, Estimate> {
  return new Map(rows.map(({ name, heap }) => [name, heap]));
}

function changeOf(name: string, a: readonly ByName[], b: readonly ByName[], noise: SampledNoise): ImportChange {
  const [ofA, ofB] = [a, b].map((runs) => runs.map((heaps) => heaps.get(name) ?? NOTHING));
  const [beforeHeap, afterHeap] = [ofA![0]!, ofB![0]!];
  const verdict = judgeEstimate(medianRange(beforeHeap, ofA!), medianRange(afterHeap, ofB!), noise);
  return {
    name,
    beforeHeap,
    afterHeap,
    before: beforeHeap.bytes,
    after: afterHeap.bytes,
    change: afterHeap.bytes - beforeHeap.bytes,
    verdict: cameOrWent(verdict, a[0]!.has(name), b[0]!.has(name)),
  };
}
