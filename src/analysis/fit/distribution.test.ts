import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distributionOf } from './distribution.ts';

/** Between two draws: on which side of an edge a draw falls that is as good as on it is rounding. */
const edges = fc.integer({ min: 0, max: 999 }).map((whole) => whole + 0.5);
const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 200 });

describe('a distribution', () => {
  it('has every draw once, and those above the limit above its edge, whatever they are', () => {
    fc.assert(
      fc.property(values, edges, (drawn, edge) => {
        const sorted = Float64Array.from(drawn).sort();
        const { from, width, counts } = distributionOf(sorted, edge);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(drawn.length);
        if (!(sorted[0]! < edge && edge < sorted.at(-1)!)) return;
        const above = counts.filter((_, bin) => from + bin * width >= edge - width / 2);
        expect(above.reduce((sum, count) => sum + count, 0)).toBe(drawn.filter((value) => value > edge).length);
        expect(from).toBeLessThanOrEqual(sorted[0]! + 1e-9);
        expect(from + counts.length * width).toBeGreaterThanOrEqual(sorted.at(-1)! - 1e-9);
      }),
    );
  });

  it('of draws that all came to the same is one bin without a width', () => {
    expect(distributionOf(Float64Array.of(7, 7, 7), 7)).toEqual({ from: 7, width: 0, counts: [3] });
  });
});
