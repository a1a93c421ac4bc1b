import { expect, test } from 'vitest';
import { OWNER } from '#analysis/ownership.ts';
import { profileFromText } from '../../../test/profiles.ts';
import { FlameNames } from './flame-names.ts';
import { Report } from './report.ts';

const report = new Report(
  profileFromText(`
    a.py:main:1 > a.py:load:2 > /x/site-packages/np.py:ones:9 = 8 KiB
    a.py:main:1 > a.py:work:3 = 4 KiB
    (native) = 1 KiB
  `),
  {},
);

function names(inverted: boolean): FlameNames {
  const choice = {
    what: 'live',
    moment: 0,
    range: null,
    process: -1,
    inverted,
    hideImports: false,
    line: null,
  } as const;
  return new FlameNames(report, report.flame(choice), inverted);
}

const withRows = (flame: FlameNames): string[] =>
  [...flame.tree.frame.keys()].filter((row) => flame.hasLineRow(row)).map(flame.label);

test('boxes say function and place, native code and the root by name', () => {
  const flame = names(false);
  expect([...flame.tree.frame.keys()].map(flame.label)).toEqual([
    'all',
    'main  a.py:1',
    'load  a.py:2',
    'ones  np.py:9',
    'work  a.py:3',
    '(native code)',
  ]);
  expect(flame.describe(4)).toBe('work  a.py:3\n4.00 KiB, 31 % of all; itself 4.00 KiB');
});

test('only innermost lines of the user have a row in the table of lines, whichever way the tree stands', () => {
  expect(withRows(names(false)).sort()).toEqual(['load  a.py:2', 'work  a.py:3']);
  expect(withRows(names(true)).sort()).toEqual(['load  a.py:2', 'work  a.py:3']);
});

test('a search looks at functions, paths and lines', () => {
  const flame = names(false);
  const found = (query: string): string[] =>
    [...flame.tree.frame.keys()].filter((row) => flame.matches(flame.tree.frame[row]!, query)).map(flame.label);
  expect(found('site-packages')).toEqual(['ones  np.py:9']);
  expect(found('a.py:3')).toEqual(['work  a.py:3']);
  expect(found('native')).toEqual(['(native code)']);
});

test('functions of native code say which file they are in, and are no lines', () => {
  const native = new Report(profileFromText('a.py:main:1 > [/x/lib/np.so]at::fill = 8 KiB\n[]made = 1 KiB'), {});
  const choice = {
    what: 'live',
    moment: 0,
    range: null,
    process: -1,
    inverted: false,
    hideImports: false,
    line: null,
  } as const;
  const flame = new FlameNames(native, native.flame(choice), false);
  expect([...flame.tree.frame.keys()].map(flame.label)).toEqual(['all', 'main  a.py:1', 'at::fill  [np.so]', 'made']);
  expect([...flame.tree.frame.keys()].map(flame.owner)).toEqual([-1, OWNER.user, OWNER.native, OWNER.native]);
  expect([...flame.tree.frame.keys()].map((row) => flame.hasLineRow(row))).toEqual([false, true, false, false]);
});
