import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatMiB, formatPercent, parseBytes } from './format.ts';

const MIB = 2 ** 20;
const size = fc.double({ min: 0, max: 2 ** 52, noNaN: true }).map(Math.floor);

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [1023, '1.00 KiB'],
    [64 * 1024, '64.0 KiB'],
    [999.6 * 1024, '0.98 MiB'],
    [412.5 * MIB, '413 MiB'],
    [1.5 * 2 ** 30, '1.50 GiB'],
    [-3 * MIB, '-3.00 MiB'],
    [-0.4, '0 B'],
    [Number.NaN, 'unknown'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('reads back within half a percent, and is never wider than nine columns', () => {
    fc.assert(
      fc.property(size, (bytes) => {
        const text = formatBytes(bytes);
        expect(text.length).toBeLessThanOrEqual(9);
        expect(Math.abs(parseBytes(text)! - bytes)).toBeLessThanOrEqual(0.0052 * bytes);
      }),
    );
  });

  it('grows with the size', () => {
    fc.assert(
      fc.property(size, size, (a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        expect(parseBytes(formatBytes(small))!).toBeLessThanOrEqual(parseBytes(formatBytes(large))!);
      }),
    );
  });
});

describe('parseBytes', () => {
  it.each([
    ['4096', 4096],
    ['64K', 65536],
    ['512 MiB', 512 * MIB],
    ['1.5g', 1.5 * 2 ** 30],
    [' 2 tb ', 2 * 2 ** 40],
    ['3 PiB', 3 * 2 ** 50],
    ['10b', 10],
  ])('%s is %d', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(['', 'x', '-1', '1e9', '1.', '.5', '1 x', '1 MMB', 'NaN', '9999999P', '١٢'])('%j is refused', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });

  it('never gives anything but a whole number or undefined', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = parseBytes(text);
        expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
      }),
    );
  });
});

describe('the other numbers', () => {
  it.each([
    [0, '0.0'],
    [1042.34 * MIB, '1,042.3'],
    [1234567 * MIB, '1,234,567.0'],
    [-0.04 * MIB, '0.0'],
    [-2.26 * MIB, '-2.3'],
    [Number.NaN, ''],
  ])('%d bytes in MiB is %j', (bytes, text) => {
    expect(formatMiB(bytes)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [999.6, '1.00 s'],
    [12_400, '12.4 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_700, '1 h 00 min'],
    [7_620_000, '2 h 07 min'],
    [Number.NaN, 'unknown'],
  ])('%d ms is %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.0004, '<0.1 %'],
    [-0.0004, '<0.1 %'],
    [0.034, '3.4 %'],
    [0.0996, '10 %'],
    [0.97, '97 %'],
    [-0.6, '-60 %'],
    [Number.NaN, ''],
    [Number.POSITIVE_INFINITY, ''],
  ])('%d as percent is %j', (fraction, text) => {
    expect(formatPercent(fraction)).toBe(text);
  });

  it('counts are grouped by threes', () => {
    expect([0, 999, 1000, 1234567.4, Number.NaN].map(formatCount)).toEqual([
      '0',
      '999',
      '1,000',
      '1,234,567',
      'unknown',
    ]);
  });
});
