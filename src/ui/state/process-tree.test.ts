import { expect, test } from 'vitest';
import type { ProcessRow } from '#analysis/processes.ts';
import { orderAsTree } from './process-tree.ts';

test('each process stands before its children, with its depth', () => {
  const parents = [-1, 0, 0, 1, 2];
  const rows = parents.map((parent, process) => ({ process, parent }) as ProcessRow);
  expect(orderAsTree(rows).map((row) => `${row.process.process}@${row.depth}`)).toEqual([
    '0@0',
    '1@1',
    '3@2',
    '2@1',
    '4@2',
  ]);
});
