import { describe, expect, it } from 'vitest';
import { profileFromText } from '../../test/profiles.ts';
import { addLiveRow, residentOf } from './domains.ts';
import { Tally } from './tally.ts';

const KIB = 1024;

/** The tally of one live row of `size` with `resident` KiB of memory behind it. */
function tallied(line: string, resident: number, exactKiB?: number): Tally {
  const { live } = profileFromText(`app.py:main:3 = ${line}`);
  live.resident[0] = resident * KIB;
  if (exactKiB !== undefined) live.exactBytes[0] = exactKiB * KIB;
  const tally = new Tally(0);
  addLiveRow(tally, live, 0);
  return tally;
}

describe('what was never touched', () => {
  it('is not memory, and is taken from the exact part first', () => {
    expect(tallied('100 KiB', 30)).toMatchObject({ bytes: 30 * KIB, exactBytes: 30 * KIB, variance: 0 });
    const mixed = tallied('100 KiB ~16', 60, 80);
    expect(mixed.bytes).toBe(60 * KIB);
    expect(mixed.exactBytes).toBe(40 * KIB);
  });

  it('shrinks the scatter with the sampled part, so that the interval cannot outgrow what there is', () => {
    const tally = tallied('100 KiB ~16', 1);
    const { low, high } = tally.estimate();
    expect(low).toBeLessThan(KIB);
    expect(high).toBeGreaterThan(KIB);
    expect(high).toBeLessThan(2 * KIB);
  });

  it('where it was not measured, heap counts whole and a mapping not at all', () => {
    expect(residentOf(profileFromText('app.py:main:3 = 8 KiB').live, 0)).toBe(8 * KIB);
    expect(residentOf(profileFromText('app.py:main:3 = 8 KiB mmap').live, 0)).toBe(0);
  });
});
