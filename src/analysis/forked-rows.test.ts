import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRIVATE_ROWS, type PrivateAccount } from './account.ts';
import { forkedRows } from './forked-rows.ts';

const NOTHING = Object.fromEntries(PRIVATE_ROWS.map((id) => [id, 0])) as Record<keyof PrivateAccount, number>;
const NO_LINES = { pythonSmall: 0, pythonLarge: 0, native: 0, mapped: 0 };
const sumOf = (rows: PrivateAccount) => PRIVATE_ROWS.reduce((sum, id) => sum + rows[id], 0);

test('what it asked for itself counts in full, what it has from its parent as far as the kernel says', () => {
  // 64 from the parent, shared by three; 60 of its own.
  const rows = { ...NOTHING, native: 124 };
  const { rows: counted } = forkedRows(rows, { ...NO_LINES, native: 60 }, { pss: 60 + 64 / 4, anon: 124, ofPython: 0 });
  expect(counted.native).toBeCloseTo(76, 9);
  expect(counted.pythonLarge).toBe(0);
});

test('what Python asked for in the parent is not taken for native code here', () => {
  const rows = { ...NOTHING, native: 124, pythonSmall: 8 };
  const kernel = { pss: 60 + 72 / 4, anon: 132, ofPython: 0.75 };
  const { rows: counted, pythonLarge } = forkedRows(rows, { ...NO_LINES, native: 60 }, kernel);
  expect(pythonLarge).toEqual({ all: 48, counted: 12 });
  expect([counted.pythonLarge, counted.native, counted.pythonSmall]).toEqual([12, 60 + 4, 2]);
});

test('a process that forked in turn shares what it asked for, too: then all counts alike', () => {
  const rows = { ...NOTHING, native: 100, mapped: 20 };
  const kernel = { pss: 60, anon: 120, ofPython: 0 };
  const { rows: counted } = forkedRows(rows, { ...NO_LINES, native: 90, mapped: 20 }, kernel);
  expect([counted.native, counted.mapped]).toEqual([50, 10]);
});

test('rows stay rows: none below zero, and together what the kernel counts', () => {
  const size = fc.integer({ min: 0, max: 2 ** 30 });
  const all = fc.record(
    Object.fromEntries(PRIVATE_ROWS.map((id) => [id, size])) as Record<keyof PrivateAccount, typeof size>,
  );
  const lines = fc.record({ pythonSmall: size, pythonLarge: size, native: size, mapped: size });
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(all, lines, part, part, (rows, own, share, ofPython) => {
      const anon = sumOf(rows);
      fc.pre(anon > 0);
      const pss = anon * share;
      const { rows: counted } = forkedRows(rows, own, { pss, anon, ofPython });
      for (const id of PRIVATE_ROWS) expect(counted[id]).toBeGreaterThanOrEqual(-1);
      expect(Math.abs(sumOf(counted) - pss)).toBeLessThanOrEqual(1e-6 * anon);
    }),
  );
});
