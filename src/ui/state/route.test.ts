import { expect, test } from 'vitest';
import { formatHash, parseHash, rowParam } from './route.ts';

test.each([
  ['#/lines?by=leaf', { view: 'lines', params: { by: 'leaf' } }],
  ['#flame', { view: 'flame', params: {} }],
  ['', { view: 'overview', params: {} }],
  ['#/nowhere?x=1', { view: 'overview', params: { x: '1' } }],
  ['#/flame?q=a%3Fb%26c', { view: 'flame', params: { q: 'a?b&c' } }],
])('%s', (hash, route) => {
  expect(parseHash(hash)).toEqual(route);
});

test('what is formatted reads back, and empty values are left out', () => {
  const params = { open: '/a b/"x".py:3', q: 'ä&=?#%' };
  expect(parseHash(formatHash('lines', { ...params, by: '' }))).toEqual({ view: 'lines', params });
});

test('a row outside of its table is not taken', () => {
  expect([
    rowParam({ p: '2' }, 'p', 3, -1),
    rowParam({ p: '3' }, 'p', 3, -1),
    rowParam({ p: '-1' }, 'p', 3, 0),
    rowParam({}, 'p', 3, 1),
  ]).toEqual([2, -1, 0, 1]);
});
