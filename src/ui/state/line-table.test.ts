import { expect, test } from 'vitest';
import { richProfile } from '../../../test/ui-fixtures.ts';
import { filterLines, keyOfLine, parseOrder } from './line-table.ts';
import { Report } from './report.ts';
import { formatOrder } from './sort.ts';

const report = new Report(richProfile(), {});
const rows = report.lines({ moment: 2, by: 'user' });
const keys = (text: string, least = 0, imports = true): string[] =>
  filterLines(report, rows, { text, least, imports }).map(keyOfLine);

test('every row has a key of its own', () => {
  expect(new Set(rows.map(keyOfLine)).size).toBe(rows.length);
});

test('the text is looked for in path, function and source', () => {
  expect(keys('read_csv')).toEqual(['/home/me/project/train.py:6']);
  expect(keys('scale')).toEqual(['/home/me/project/train.py:12', '/home/me/project/train.py:11']);
  expect(keys('nowhere')).toEqual([]);
});

test('imports and small lines can be left out', () => {
  expect(keys('', 0, false).some((key) => key.endsWith(':import'))).toBe(false);
  expect(keys('', 200 * 2 ** 20)).toEqual(['/home/me/project/train.py:6', '/home/me/project/train.py:12']);
});

test('the order is kept in the address', () => {
  expect(formatOrder(parseOrder('freed.up'))).toBe('freed.up');
  expect(formatOrder(parseOrder('line'))).toBe('line');
  expect(formatOrder(parseOrder('nonsense'))).toBe('live');
});
