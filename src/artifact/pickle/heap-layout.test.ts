import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KIB, MIB } from '#base/units.ts';
import {
  arenaShape,
  BlockCosts,
  chunkBytes,
  HeapLayout,
  LARGEST_SMALL,
  mmapThresholds,
  PoolLayout,
} from './heap-layout.ts';

const python = (minor: number) => ({ major: 3, minor });
const shapeOf = (minor: number) => arenaShape(python(minor));

/** Blocks of any size, each where it belongs. */
class Layout extends HeapLayout {
  put(bytes: number, count: number, isRaw: boolean, stays: boolean): void {
    if (isRaw || bytes > LARGEST_SMALL) this.add(bytes, count, stays);
    else this.pools.add(Math.ceil(bytes / 16), count, stays);
  }
}

const layoutOf = (minor: number, threshold?: number) => new Layout(new PoolLayout(shapeOf(minor)), threshold);

describe('what stays resident when garbage is freed', () => {
  it('an arena in which one block lives on stays whole', () => {
    const layout = layoutOf(11);
    for (let i = 0; i < 100_000; i++) layout.put(64, 1, false, i % 5000 === 0);
    const alone = layoutOf(11);
    alone.put(64, 20, false, true);
    expect(layout.retained).toBeGreaterThan(90_000 * 64);
    expect(alone.retained).toBe(16 * KIB);
  });

  it('arenas of garbage alone are given back: 256 KiB on 3.9, 1 MiB from 3.10 on', () => {
    for (const minor of [9, 10]) {
      const layout = layoutOf(minor);
      layout.put(64, 200_000, false, false);
      layout.put(64, 1, false, true);
      expect(layout.retained).toBeLessThanOrEqual(minor === 9 ? 256 * KIB : MIB);
    }
  });

  it("malloc's heap keeps everything below the last block that lives", () => {
    const layout = layoutOf(11);
    layout.put(5000, 100, false, false);
    layout.put(2560, 1, false, true);
    layout.put(5000, 100, false, false);
    expect(layout.retained).toBe(100 * chunkBytes(5000) + chunkBytes(2560));
  });

  it('mappings of garbage are given back at once', () => {
    const layout = layoutOf(11);
    layout.put(MIB, 10, true, false);
    layout.put(MIB, 1, true, true);
    expect(layout.retained).toBe(MIB + 4096);
  });

  it('after imports that raised the threshold large blocks lie in the heap, and stay', () => {
    const [low, high] = mmapThresholds(['sklearn.tree._tree', 'numpy']);
    expect([low, high]).toEqual([960 * KIB, 1412 * KIB]);
    const layout = layoutOf(11, low);
    layout.put(200 * KIB, 5, true, false);
    layout.put(200 * KIB, 1, true, true);
    expect(layout.retained).toBeGreaterThan(6 * 200 * KIB);
  });

  it('is never less than what lives, nor more than all blocks with their pools', () => {
    const blocks = fc.array(fc.tuple(fc.integer({ min: 1, max: 200_000 }), fc.boolean()), { maxLength: 300 });
    fc.assert(
      fc.property(blocks, fc.integer({ min: 9, max: 14 }), (made, minor) => {
        const layout = layoutOf(minor);
        let [live, all] = [0, 0];
        for (const [bytes, stays] of made) {
          layout.put(bytes, 1, false, stays);
          if (stays) live += bytes;
          all += bytes > 512 ? chunkBytes(bytes) : arenaShape(python(minor)).pool;
        }
        expect(layout.retained).toBeGreaterThanOrEqual(live);
        expect(layout.retained).toBeLessThanOrEqual(all);
      }),
    );
  });
});

describe('what a block costs', () => {
  it('has its share of the pool up to 512 bytes, and a header of malloc beyond', () => {
    const costs = new BlockCosts(arenaShape(python(11)));
    expect(costs.of(32, false)).toBeCloseTo(16384 / 510, 6);
    expect(costs.of(20, false)).toBe(costs.of(32, false));
    expect(costs.of(20, true)).toBe(32);
    expect(costs.of(513, false)).toBe(528);
    expect(costs.of(MIB, false)).toBe(MIB + 4096);
  });
});
