import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutTreemap, type MapNode } from './treemap.ts';

const leaf = (name: string, bytes: number): MapNode => ({ name, bytes, children: [] });
const root = (children: readonly MapNode[]): MapNode => ({ name: '', bytes: 0, children });

describe('a treemap', () => {
  it('gives each box its share of the area', () => {
    const boxes = layOutTreemap(root([leaf('a', 6), leaf('b', 3), leaf('c', 1)]), 100, 50);
    expect(boxes.map(({ node, width, height }) => [node.name, Math.round(width * height)])).toEqual([
      ['a', 3000],
      ['b', 1500],
      ['c', 500],
    ]);
  });

  it('fills the area, inside of it, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const boxes = layOutTreemap(root(sizes.map((bytes, i) => leaf(String(i), bytes))), 800, 400);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        for (const { node, x, y, width, height } of boxes) {
          expect(x).toBeGreaterThanOrEqual(-1e-6);
          expect(y).toBeGreaterThanOrEqual(-1e-6);
          expect(x + width).toBeLessThanOrEqual(800 + 1e-6);
          expect(y + height).toBeLessThanOrEqual(400 + 1e-6);
          expect((width * height) / 320_000).toBeCloseTo(node.bytes / total, 6);
        }
      }),
    );
  });

  it('puts children inside of their parent', () => {
    const parent: MapNode = { name: 'p', bytes: 10, children: [leaf('x', 5), leaf('y', 5)] };
    const [outer, ...inner] = layOutTreemap(root([parent]), 200, 100);
    expect(inner.map(({ node }) => node.name)).toEqual(['x', 'y']);
    for (const box of inner) {
      expect(box.x).toBeGreaterThan(outer!.x);
      expect(box.y + box.height).toBeLessThan(outer!.y + outer!.height);
    }
  });
});
