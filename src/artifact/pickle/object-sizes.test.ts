import { describe, expect, it } from 'vitest';
import { listRoom, ObjectSizes } from './object-sizes.ts';

// Against the real interpreters: test/system/object-sizes.test.ts. These are some of the same figures, for machines without.
const sizes = (minor: number) => new ObjectSizes({ major: 3, minor });
const dict = (minor: number, entries: number, strings: boolean) => 64 + sizes(minor).dictKeys(entries, strings);

describe('sizes of objects', () => {
  it.each([
    [9, false, 1, 232],
    [9, true, 6, 360],
    [10, true, 171, 9312],
    [11, true, 1, 184],
    [11, true, 86, 3328],
    [12, true, 2731, 103856],
    [13, false, 2731, 147544],
  ])('Python 3.%d, dict with string keys: %s, %d entries: %d bytes', (minor, strings, entries, bytes) => {
    expect(dict(minor, entries, strings)).toBe(bytes);
  });

  it.each([
    [4, 216],
    [5, 728],
    [18, 728],
    [19, 2264],
    [77, 8408],
    [4915, 524504],
  ])('set of %d items: %d bytes', (items, bytes) => {
    expect(216 + sizes(11).setTable(items)).toBe(bytes);
  });

  it.each([
    [[1], 4],
    [[5], 8],
    [[7], 8],
    [[1000], 1000],
    [[1000, 1000], 2000],
    [Array(9).fill(1000), 9004],
    [Array(20).fill(1000), 21380],
  ])('a list filled in batches of %j has room for %d', (batches: number[], room) => {
    let [has, length] = [0, 0];
    for (const added of batches) {
      has = listRoom(has, length, added);
      length += added;
    }
    expect(has).toBe(room);
  });

  const instance = (minor: number, attributes: number, throughDict = true) => {
    let sum = 0;
    sizes(minor).instance(attributes, throughDict, (bytes) => {
      sum += bytes <= 512 ? Math.ceil(bytes / 16) * 16 : Math.ceil((bytes + 8) / 16) * 16;
    });
    return sum;
  };

  it.each([
    [9, 3, 160],
    [9, 6, 416],
    [9, 25, 1232],
    [11, 0, 80],
    [11, 5, 192],
    [11, 12, 256],
    [11, 30, 1664],
    [12, 10, 224],
    [13, 1, 144],
    [13, 20, 320],
    [13, 40, 1920],
  ])('unpickled instance on 3.%d with %d attributes: %d bytes', (minor, attributes, bytes) => {
    expect(instance(minor, attributes)).toBe(bytes);
  });

  it('attributes set one by one make no dict from 3.11 on', () => {
    expect([9, 11, 12, 13].map((minor) => instance(minor, 5) - instance(minor, 5, false))).toEqual([0, 64, 64, 64]);
  });
});
