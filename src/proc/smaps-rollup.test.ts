import { expect, test } from 'vitest';
import { readFixture } from './fixture.ts';
import { parseSmapsRollup, readSmapsRollup } from './smaps-rollup.ts';

test('takes Pss, not Pss_Dirty or SwapPss, and adds both private parts', () => {
  expect(parseSmapsRollup(readFixture('real/smaps_rollup'))).toEqual({
    rss: 18944 * 1024,
    pss: 14641 * 1024,
    pssFile: 2509 * 1024,
    pssShmem: 0,
    privateBytes: 12252 * 1024,
    swapPss: 0,
    hugeAnon: 0,
  });
});

test('an empty file (the process is ending) gives undefined', () => {
  expect(parseSmapsRollup('')).toBeUndefined();
  expect(readSmapsRollup(2 ** 22 + 1)).toBeUndefined();
});

test('of this process: private <= PSS <= RSS', () => {
  const own = readSmapsRollup(process.pid)!;
  expect(own.privateBytes).toBeLessThanOrEqual(own.pss);
  expect(own.pss).toBeLessThanOrEqual(own.rss);
});
