import { describe, expect, test } from 'vitest';
import { MIB } from '#base/units.ts';
import { DOMAIN } from '#profile/types.ts';
import type { LiveCopy } from './groups.ts';
import { touchedSince } from './touched-since.ts';

const groups = [
  [DOMAIN.malloc, 24],
  [DOMAIN.bigPython, 8],
  [DOMAIN.mmapShared, 100],
] as const;

/** Untouched MiB of the groups above, when private memory went from 50 MiB at the last look to `anon`. */
function untouched(anon: number, grown = 0, before = 50): string {
  const none = new Float64Array(groups.length);
  const live: LiveCopy = {
    bytes: none,
    exactBytes: none,
    blocks: none,
    samples: none,
    variance: none,
    untouched: Float64Array.from(groups, ([, bytes]) => bytes * MIB),
  };
  const domain = { at: (group: number) => groups[group]![0] };
  const last = { anon: before * MIB, grown: grown * MIB };
  const then = touchedSince(live, { domain } as never, last, anon * MIB);
  return [...then.untouched].map((bytes) => bytes / MIB).join(' ');
}

describe('what was known as untouched', () => {
  test('is what the kernel says: all of it, half of it, none', () => {
    expect(untouched(82)).toBe('0 0 100');
    expect(untouched(90)).toBe('0 0 100');
    expect(untouched(66)).toBe('12 4 100');
    expect(untouched(50.5)).toBe('24 8 100');
    expect(untouched(40)).toBe('24 8 100');
  });

  test('is not what was allocated since; what was freed since may still be resident', () => {
    expect(untouched(82, 16)).toBe('12 4 100');
    expect(untouched(82, 40)).toBe('24 8 100');
    expect(untouched(66, -16)).toBe('12 4 100');
  });

  test('stays where nobody knows better', () => {
    expect(untouched(82, 0, Number.NaN)).toBe('24 8 100');
    expect(untouched(Number.NaN)).toBe('24 8 100');
  });
});
