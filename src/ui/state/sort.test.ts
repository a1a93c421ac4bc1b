import { expect, test } from 'vitest';
import { nextOrder, sortRows } from './sort.ts';

const ROWS = [
  { name: 'b10', size: 2 },
  { name: 'b9', size: Number.NaN },
  { name: 'a', size: 7 },
  { name: 'c', size: 2 },
];
const names = (column: 'name' | 'size', descending: boolean): string =>
  sortRows(ROWS, { column, descending }, (row, key) => row[key])
    .map((row) => row.name)
    .join(' ');

test('numbers by size, what was not measured last either way, equals as they came', () => {
  expect(names('size', true)).toBe('a b10 c b9');
  expect(names('size', false)).toBe('b10 c a b9');
});

test('names as people count', () => {
  expect(names('name', false)).toBe('a b9 b10 c');
});

test('a press turns the column, another begins with its largest or its first name', () => {
  expect(nextOrder({ column: 'size', descending: true }, 'size', false)).toEqual({ column: 'size', descending: false });
  expect(nextOrder<'size' | 'name'>({ column: 'size', descending: false }, 'name', true)).toEqual({
    column: 'name',
    descending: false,
  });
  expect(nextOrder<'size' | 'name'>({ column: 'name', descending: false }, 'size', false)).toEqual({
    column: 'size',
    descending: true,
  });
});
