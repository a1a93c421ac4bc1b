import { describe, expect, test } from 'vitest';
import { computeFlameTree, liveByStack } from '#analysis/flame.ts';
import { profileFromText } from '../../../test/profiles.ts';
import { largeProfile } from '../../../test/ui-fixtures-large.ts';
import { ancestors, boxAt, layOut, neighbourOf, visibleBoxes } from './flame-layout.ts';

// Rows:  0 root 100
//        1 a 60           4 b 40
//        2 c 30  3 d 10
const profile = profileFromText(`
  x.py:a:1 > x.py:c:2 = 30 KiB
  x.py:a:1 > x.py:d:3 = 10 KiB
  x.py:a:1 = 20 KiB
  x.py:b:4 = 40 KiB
`);
const layout = layOut(computeFlameTree(profile, liveByStack(profile, 0), false));

const drawn = (zoom: number, width: number, narrowest?: number): string[] =>
  visibleBoxes(layout, zoom, width, narrowest).map(
    (box) => `${box.kind} ${box.row} at ${box.x}+${box.width}, depth ${box.depth}`,
  );

describe('visibleBoxes', () => {
  test('shares the width by bytes, what a call holds itself behind its callees', () => {
    expect(drawn(0, 100)).toEqual([
      'box 0 at 0+100, depth 0',
      'box 1 at 0+60, depth 1',
      'box 2 at 0+30, depth 2',
      'box 3 at 30+10, depth 2',
      'box 4 at 60+40, depth 1',
    ]);
  });

  test('fills the width with the row that is zoomed to, below its callers', () => {
    expect(drawn(1, 120)).toEqual([
      'ancestor 0 at 0+120, depth 0',
      'box 1 at 0+120, depth 1',
      'box 2 at 0+60, depth 2',
      'box 3 at 60+20, depth 2',
    ]);
  });

  test('draws as one what is too narrow for a box each', () => {
    expect(drawn(0, 100, 35)).toEqual([
      'box 0 at 0+100, depth 0',
      'box 1 at 0+60, depth 1',
      'rest 1 at 0+40, depth 2',
      'box 4 at 60+40, depth 1',
    ]);
  });

  test('of a large tree looks only at what it draws', () => {
    const large = largeProfile({ stacks: 50_000, frames: 2000, samples: 1 });
    const tree = computeFlameTree(large, liveByStack(large, 0), false);
    const boxes = visibleBoxes(layOut(tree), 0, 1200);
    expect(tree.length).toBeGreaterThan(20_000);
    expect(boxes.length).toBeLessThan(10_000);
    for (const box of boxes) expect(box.x + box.width).toBeLessThan(1200.001);
  });
});

describe('neighbourOf', () => {
  test.each([
    [0, 'deeper', 1],
    [1, 'next', 4],
    [4, 'previous', 1],
    [4, 'next', 4],
    [2, 'next', 3],
    [3, 'previous', 2],
    [3, 'shallower', 1],
    [3, 'deeper', 3],
    [0, 'shallower', 0],
  ] as const)('from row %i %s is row %i', (from, direction, to) => {
    expect(neighbourOf(layout, from, direction, 0)).toBe(to);
  });

  test('does not leave what is zoomed to', () => {
    expect(neighbourOf(layout, 1, 'next', 1)).toBe(1);
    expect(neighbourOf(layout, 1, 'shallower', 1)).toBe(1);
    expect(neighbourOf(layout, 4, 'previous', 4)).toBe(4);
  });
});

test('boxAt finds the box under a point', () => {
  const boxes = visibleBoxes(layout, 0, 100);
  expect([boxAt(boxes, 35, 2), boxAt(boxes, 50, 2), boxAt(boxes, 99, 1), boxAt(boxes, 5, 9)]).toEqual([3, -1, 4, -1]);
});

test('ancestors stand from the root down', () => {
  expect(ancestors(layout.tree, 3)).toEqual([0, 1]);
  expect(ancestors(layout.tree, 0)).toEqual([]);
});
