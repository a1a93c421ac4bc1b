import { expect, test } from 'vitest';
import type { ImportCost, ImportedPackage } from '#analysis/import-tree.ts';
import { NOTHING } from '#analysis/interval.ts';
import { importRows } from './import-rows.ts';

function cost(bytes: number): ImportCost {
  return { heap: { ...NOTHING, bytes }, time: { ms: bytes, low: bytes, high: bytes + 1 }, files: 1 };
}

function imported(name: string, bytes: number, inner: Partial<ImportedPackage> = {}): ImportedPackage {
  return { name, self: cost(1), total: cost(bytes), modules: [{ name, ...cost(1) }], imported: [], ...inner };
}

const many = Array.from({ length: 13 }, (_, i) => imported(`p${i}`, 13 - i));

test('the largest stand alone, the rest together', () => {
  const rows = importRows(many, new Set());
  expect(rows).toHaveLength(11);
  expect(rows.every(({ opens }) => !opens)).toBe(true);
  expect(rows.at(-1)).toMatchObject({
    name: '3 more packages',
    bytes: 3 + 2 + 1,
    time: { ms: 6, low: 6, high: 9 },
    files: 3,
  });
});

test('what is open shows its modules and then what it imported, at each depth by itself', () => {
  const modules = [
    { name: 'a.x', ...cost(2) },
    { name: 'a', ...cost(1) },
  ];
  const tree = [imported('a', 9, { modules, imported: [imported('b', 5, { imported: [imported('a', 1)] })] })];
  const show = (...open: string[]) => importRows(tree, new Set(open)).map(({ depth, name }) => `${depth} ${name}`);
  expect(show()).toEqual(['0 a']);
  expect(show('/a')).toEqual(['0 a', '1 a.x', '1 b']);
  expect(show('/a', '/a/b')).toEqual(['0 a', '1 a.x', '1 b', '2 a']);
  expect(show('/a/b')).toEqual(['0 a']);
});
