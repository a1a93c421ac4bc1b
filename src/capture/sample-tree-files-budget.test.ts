import { expect, test } from 'vitest';
import { MIB } from '#base/units.ts';
import { TreeFilesBudget, type TreeReading } from './sample-tree-files-budget.ts';

function tree(pss: number, pssFile: number, pssShmem = 0, processes = 4): TreeReading {
  return { processes, pss: pss * MIB, pssFile: pssFile * MIB, pssShmem: pssShmem * MIB };
}

/** Reads where it is due; each process costs 2 ms. */
function ask(budget: TreeFilesBudget, now: number, reading: TreeReading): boolean {
  if (!budget.isDue(now, reading)) return false;
  budget.noteReading(reading);
  for (let one = 0; one < reading.processes; one++) budget.noteCost(2);
  return true;
}

test('is due where the sum stands high and its files are others than before', () => {
  const budget = new TreeFilesBudget(0);
  expect(ask(budget, 10, tree(100, 40))).toBe(true);
  expect(ask(budget, 20, tree(101, 40))).toBe(false); // the same files
  expect(ask(budget, 30, tree(90, 60))).toBe(false); // below the peak
  expect(ask(budget, 40, tree(220, 60))).toBe(true);
  expect(ask(budget, 50, tree(220, 60, 20))).toBe(true); // shared memory
  expect(ask(budget, 60, tree(220, 30, 20))).toBe(true); // fewer files at the peak are other files, too
});

test('a reading that missed what the kernel counts is done again', () => {
  const budget = new TreeFilesBudget(0);
  expect(budget.isDue(10, tree(100, 40, 32))).toBe(true);
  budget.noteReading(tree(100, 40, 48)); // it fell into a fault of several processes
  expect(ask(budget, 20, tree(99, 40, 32))).toBe(true);
  expect(ask(budget, 30, tree(99, 40, 32))).toBe(false);
});

test('a sum that told shared pages twice does not keep the true one, below it, from being read', () => {
  const budget = new TreeFilesBudget(0);
  ask(budget, 10, tree(100, 10));
  expect(ask(budget, 20, tree(172, 10, 40))).toBe(true);
  expect(ask(budget, 30, tree(165, 10, 33))).toBe(true);
});

test('a sum that stands higher may have the same files in more processes', () => {
  const budget = new TreeFilesBudget(0);
  expect(ask(budget, 10, tree(100, 40))).toBe(true);
  expect(ask(budget, 20, tree(110, 40, 0, 6))).toBe(true);
  expect(ask(budget, 30, tree(111, 40, 0, 6))).toBe(false);
});

test('one process is no tree, and a kernel that does not tell files is not asked', () => {
  const budget = new TreeFilesBudget(0);
  expect(ask(budget, 10, tree(100, 40, 0, 1))).toBe(false);
  expect(ask(budget, 20, tree(100, Number.NaN))).toBe(false);
});

test('while files come it spends only a part, so that some is left for when they stand', () => {
  const budget = new TreeFilesBudget(0);
  const moving = Array.from({ length: 75 }, (_, n) => ask(budget, n, tree(100 + 10 * n, 20 + 5 * n)));
  expect(moving.filter(Boolean).length).toBeGreaterThan(3);
  expect(moving.at(-1)).toBe(false);
  expect(ask(budget, 76, tree(850, 390.5))).toBe(true);
});

test('costs no more than a thousandth of the time, and what was learned about the cost counts', () => {
  const budget = new TreeFilesBudget(0);
  const all = tree(1000, 300, 0, 60);
  expect(budget.isDue(0, all)).toBe(false); // 60 x 3 ms is more than half of the savings
  expect(budget.isDue(1, all)).toBe(true);
  budget.noteReading(all);
  for (let one = 0; one < 60; one++) budget.noteCost(12);
  const more = tree(1200, 400, 0, 60);
  expect(budget.isDue(2, more)).toBe(false);
  expect(budget.isDue(200_000, more)).toBe(false);
  expect(budget.isDue(1_300_000, more)).toBe(true);
});
