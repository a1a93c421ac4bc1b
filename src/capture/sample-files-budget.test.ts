import { expect, test } from 'vitest';
import { MIB } from '#base/units.ts';
import { FileBudget } from './sample-files-budget.ts';

test('is due once files stand, and again when there are more', () => {
  const budget = new FileBudget(0);
  expect(budget.isDue(20, 0, 5 * MIB)).toBe(false);
  expect(budget.isDue(40, 0, 5 * MIB)).toBe(true);
  budget.noteReading(0, 5 * MIB, 2);
  expect(budget.isDue(60, 0, 5 * MIB)).toBe(false);
  expect(budget.isDue(80, 0, 9 * MIB)).toBe(false);
  expect(budget.isDue(100, 0, 9 * MIB)).toBe(true);
});

test('while they come only after a large rise, and for half of what may be spent', () => {
  const budget = new FileBudget(0);
  expect(budget.isDue(20, 0, 9 * MIB)).toBe(true);
  budget.noteReading(0, 9 * MIB, 60);
  expect(budget.isDue(40, 0, 90 * MIB)).toBe(false);
  expect(budget.isDue(60, 0, 90 * MIB)).toBe(false); // for a tick, as between two imports
  expect(budget.isDue(140, 0, 90 * MIB)).toBe(true);
});

test('what was read while they came is read again when they stand', () => {
  const budget = new FileBudget(0);
  expect(budget.isDue(20, 0, 40 * MIB)).toBe(true);
  budget.noteReading(0, 40 * MIB, 2);
  expect(budget.isDue(40, 0, 40 * MIB)).toBe(false);
  expect(budget.isDue(60, 0, 40 * MIB + 8192)).toBe(false);
  expect(budget.isDue(120, 0, 40 * MIB + 8192)).toBe(true);
  budget.noteReading(0, 40 * MIB + 8192, 2);
  expect(budget.isDue(140, 0, 40 * MIB + 16384)).toBe(false);
});

test('costs no more than a thousandth of the time', () => {
  const budget = new FileBudget(0);
  budget.noteReading(0, 0, 500);
  budget.isDue(1000, 0, 50 * MIB);
  expect(budget.isDue(400_000, 0, 50 * MIB)).toBe(false);
  expect(budget.isDue(430_000, 0, 50 * MIB)).toBe(true);
});
