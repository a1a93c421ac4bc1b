// What imports hold at two peaks, by package.
import type { ImportRow } from './imports.ts';
import { type Estimate, NOTHING } from './interval.ts';
import { type Change, cameOrWent, compareChanges, judgeEstimate } from './noise.ts';

export interface ImportChange extends Change {
  readonly name: string;
  readonly beforeHeap: Estimate;
  readonly afterHeap: Estimate;
}

export function compareImports(
  before: readonly ImportRow[],
  after: readonly ImportRow[],
  noise: number,
): ImportChange[] {
  const [a, b] = [byName(before), byName(after)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.map((name) => changeOf(name, a.get(name), b.get(name), noise)).sort(compareChanges);
}

function byName(rows: readonly ImportRow[]): Map<string, Estimate> {
  return new Map(rows.map(({ name, heap }) => [name, heap]));
}

function changeOf(name: string, a: Estimate | undefined, b: Estimate | undefined, noise: number): ImportChange {
  const [beforeHeap, afterHeap] = [a ?? NOTHING, b ?? NOTHING];
  const verdict = judgeEstimate(beforeHeap, afterHeap, noise);
  return {
    name,
    beforeHeap,
    afterHeap,
    before: beforeHeap.bytes,
    after: afterHeap.bytes,
    change: afterHeap.bytes - beforeHeap.bytes,
    verdict: cameOrWent(verdict, a !== undefined, b !== undefined),
  };
}
