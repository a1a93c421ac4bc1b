import { expect, test } from 'vitest';
import { readFileRows } from './sample-files.ts';

test('the largest file comes first', () => {
  const sizes = readFileRows(process.pid)!.map(({ rss }) => rss);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(readFileRows(2 ** 22 + 1)).toBeUndefined();
});
