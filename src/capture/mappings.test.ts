import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LiveMappings } from './mappings.ts';

const SPACE = 64;

/** The same by one cell a byte: which group has it, -1 = none. */
class Cells {
  readonly groups = new Array<number>(SPACE).fill(-1);

  add(start: number, bytes: number, group: number): void {
    this.groups.fill(group, start, start + bytes);
  }

  remove(start: number, bytes: number): Map<number, number> {
    const gone = new Map<number, number>();
    for (let at = start; at < Math.min(SPACE, start + bytes); at++) {
      const group = this.groups[at]!;
      if (group >= 0) gone.set(group, (gone.get(group) ?? 0) + 1);
      this.groups[at] = -1;
    }
    return gone;
  }
}

const range = fc
  .tuple(fc.nat(SPACE - 1), fc.integer({ min: 1, max: SPACE }))
  .map(([start, bytes]) => ({ start, bytes: Math.min(bytes, SPACE - start) }));

test('removing any range gives back what lay in it, by group', () => {
  const step = fc.tuple(fc.boolean(), range, fc.nat(5));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const mappings = new LiveMappings();
      const cells = new Cells();
      const untouched = new Map<number, number>();
      const change = (group: number, by: number) => untouched.set(group, (untouched.get(group) ?? 0) + by);
      for (const [isAdd, { start, bytes }, group] of steps) {
        const gone = new Map<number, number>();
        mappings.remove(start, bytes, (from, count, never) => {
          gone.set(from, (gone.get(from) ?? 0) + count);
          expect(never).toBeLessThanOrEqual(count + 1e-9);
          change(from, -never);
        });
        expect(new Map([...gone].sort())).toEqual(new Map([...cells.remove(start, bytes)].sort()));
        if (!isAdd) continue;
        mappings.add(start, bytes, group);
        cells.add(start, bytes, group);
        change(group, bytes);
        if (group < 3) mappings.measure(start, bytes / 2, (from, _, by) => change(from, by));
      }
      mappings.remove(0, SPACE, (from, _, never) => change(from, -never));
      for (const left of untouched.values()) expect(left).toBeCloseTo(0, 6);
    }),
    { numRuns: 300 },
  );
});

test('a mapping that is cut keeps its share of what was untouched', () => {
  const mappings = new LiveMappings();
  mappings.add(1000, 400, 1);
  mappings.measure(1000, 100, () => {});
  const removed: number[][] = [];
  mappings.remove(1100, 200, (...what) => void removed.push(what));
  mappings.remove(0, 10_000, (...what) => void removed.push(what));
  expect(removed).toEqual([
    [1, 200, 50],
    [1, 100, 25],
    [1, 100, 25],
  ]);
});

test('only the beginning of a mapping is a name for it', () => {
  const mappings = new LiveMappings();
  mappings.add(1000, 400, 1);
  const changes: number[][] = [];
  mappings.measure(1008, 0, (...what) => void changes.push(what));
  mappings.measure(2000, 0, (...what) => void changes.push(what));
  expect(changes).toEqual([]);
  mappings.measure(1000, 9999, (...what) => void changes.push(what)); // never more than there is
  expect(changes).toEqual([[1, 0, 0]]);
});
