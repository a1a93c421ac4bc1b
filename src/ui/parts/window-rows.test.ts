import { expect, test } from 'vitest';
import { windowOf } from './window-rows.ts';

test('rows in sight, with some before and behind', () => {
  expect(windowOf(1000, 40, 0, 400, -1, 0)).toEqual({ first: 0, end: 22 });
  expect(windowOf(1000, 40, 20_000, 400, -1, 0)).toEqual({ first: 488, end: 522 });
  expect(windowOf(1000, 40, 39_600, 400, -1, 0)).toEqual({ first: 978, end: 1000 });
});

test('an open row above moves what follows', () => {
  expect(windowOf(1000, 40, 20_260, 400, 3, 260)).toEqual({ first: 488, end: 522 });
});

test('a table that became shorter has no rows past its end', () => {
  expect(windowOf(5, 40, 20_000, 400, -1, 0)).toEqual({ first: 5, end: 5 });
});
