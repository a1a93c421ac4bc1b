import { describe, expect, test } from 'vitest';
import { highest, median, medianInterval, medianOfMedians, randomFrom, shuffle } from './statistics.ts';

test('median: of odd and even counts, and of nothing', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

describe('the interval of a median', () => {
  // From tables of the sign test: the k-th of n values from either end holds the median with at least 95 % confidence.
  test.for([
    [6, 1],
    [8, 1],
    [9, 2],
    [12, 3],
    [20, 6],
  ])('of %i values: the ones at rank %i from either end', ([n, rank]) => {
    const values = Array.from({ length: n }, (_, i) => i + 1);
    const { low, high } = medianInterval(shuffle(values, randomFrom(1)));
    expect([low, high]).toEqual([rank, n + 1 - rank]);
  });

  test('five values are too few', () => {
    const { median, low, high } = medianInterval([1, 2, 3, 4, 5]);
    expect([median, low, high]).toEqual([3, Number.NaN, Number.NaN]);
  });

  test('holds the true median at least as often as it says, of a skewed distribution too', () => {
    const random = randomFrom(7);
    const trueMedian = Math.log(2); // of the exponential distribution
    let held = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const { low, high } = medianInterval(Array.from({ length: 9 }, () => -Math.log(1 - random())));
      if (low <= trueMedian && trueMedian <= high) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.945);
  });
});

describe('the median over jobs', () => {
  test('is the median of the medians, and groups without values do not count', () => {
    expect(medianOfMedians([[1, 2, 3], [10, 11, 12], [], [5, 5, 5]]).median).toBe(5);
  });

  test('has an interval that holds it, and none where a group has two values only', () => {
    const groups = [
      [1, 1.01, 1.02],
      [1.05, 1.06, 1.04],
      [1.1, 1.0, 1.05],
    ];
    const { median, low, high } = medianOfMedians(groups);
    expect(low).toBeLessThanOrEqual(median);
    expect(high).toBeGreaterThanOrEqual(median);
    expect(high - low).toBeGreaterThan(0);
    expect(medianOfMedians([...groups, [1, 2]]).low).toBeNaN();
  });

  test('narrows where the values agree', () => {
    const { low, high } = medianOfMedians([Array(5).fill(1.02), Array(5).fill(1.03), Array(5).fill(1.04)]);
    expect([low, high]).toEqual([1.03, 1.03]);
  });

  test('comes out the same every time', () => {
    const groups = [
      [1, 1.2, 1.1, 0.9],
      [1.05, 1.3, 0.8],
    ];
    expect(medianOfMedians(groups)).toEqual(medianOfMedians(groups));
  });
});

test('the worst is the one with the highest median, interval and all', () => {
  const intervals = [[1, 1.1, 1.2], [2, 1.3, 1.25], []].map(medianInterval);
  expect(highest(intervals)).toEqual(intervals[1]);
  expect(highest([medianInterval([])]).median).toBeNaN();
});

test('shuffling keeps everything, and depends on the seed only', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  expect([...shuffle(items, randomFrom(3))].sort()).toEqual(items);
  expect(shuffle(items, randomFrom(3))).toEqual(shuffle(items, randomFrom(3)));
  expect(shuffle(items, randomFrom(4))).not.toEqual(shuffle(items, randomFrom(3)));
});
