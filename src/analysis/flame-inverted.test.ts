import { expect, test } from 'vitest';
import { richProfile } from '../../test/ui-fixtures.ts';
import { largeProfile } from '../../test/ui-fixtures-large.ts';
import { computeFlameTree, type FlameTree, liveByStack } from './flame.ts';
import { computeInvertedTree } from './flame-inverted.ts';

const profile = richProfile();
const bytes = liveByStack(profile, 2);

function rows(tree: FlameTree): string[] {
  return Array.from(
    { length: tree.length },
    (_, row) => `${'  '.repeat(tree.depth[row]!)}${tree.frame[row]} ${tree.total[row]} ${tree.self[row]}`,
  );
}

test('with nothing left out it is the inverted flame tree', () => {
  const whole = rows(computeFlameTree(profile, bytes, true));
  expect(rows(computeInvertedTree(profile, bytes, 0)).sort()).toEqual([...whole].sort());
});

test('siblings stand largest first, and parents before children', () => {
  const tree = computeInvertedTree(profile, bytes, 0);
  for (let row = 1; row < tree.length; row++) {
    expect(tree.parent[row]).toBeLessThan(row);
    const later = [...tree.parent.keys()].filter((other) => other > row && tree.parent[other] === tree.parent[row]);
    for (const other of later) expect(tree.total[other]).toBeLessThanOrEqual(tree.total[row]!);
  }
});

test('what is too small is left out, and no total changes', () => {
  const large = largeProfile({ stacks: 3000, frames: 100, samples: 10 });
  const held = liveByStack(large, 0);
  const sum = held.reduce((a, b) => a + b, 0);
  const tree = computeInvertedTree(large, held, sum / 100);
  expect(tree.total[0]).toBe(sum);
  expect(Math.min(...tree.total)).toBeGreaterThanOrEqual(sum / 100);
  expect(tree.length).toBeGreaterThan(10);
  expect(tree.length).toBeLessThan(computeFlameTree(large, held, true).length / 10);
});

test('nothing alive gives the root alone', () => {
  expect(computeInvertedTree(profile, new Float64Array(profile.stacks.length + 1), 0).length).toBe(1);
});
