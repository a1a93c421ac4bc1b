import { expect, test } from 'vitest';
import { parseIgnoredSignals } from './ignored-signals.ts';

test('bit n - 1 is signal n; what cannot be ignored, or is no mask, is left out', () => {
  expect(parseIgnoredSignals('0000000000000001')).toEqual([1]);
  expect(parseIgnoredSignals('0000000000001006')).toEqual([2, 3, 13]);
  expect(parseIgnoredSignals('ffffffffffffffff')).not.toContain(9);
  for (const text of ['', 'xyz', '1; rm -rf /', '00000000000000000001']) expect(parseIgnoredSignals(text)).toEqual([]);
});
