import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeComparison } from '#analysis/compare.ts';
import type { Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { richProfile } from '../../test/ui-fixtures.ts';
import { columnsOf, comparisonPageOf } from './compare-page.ts';

const MIB = 2 ** 20;

function pageOf(a: Profile, b: Profile) {
  const [before, after] = [
    { profile: a, name: 'a' },
    { profile: b, name: 'b' },
  ];
  return comparisonPageOf(before, after, computeComparison(a, b));
}

describe('the page of a comparison', () => {
  it('has the verdict, the peaks and the lines that changed', () => {
    const before = profileFromText('app.py:main:3 = 40 MiB\napp.py:main:4 = 9 MiB', { hwm: 100 * MIB });
    const after = profileFromText('app.py:main:3 = 45 MiB\napp.py:main:4 = 9 MiB', { hwm: 106 * MIB });
    const page = pageOf(before, after);
    expect(page.headline).toBe('Peak 106 MiB, 6.00 MiB more (+6.0 %): mostly app.py:3 +5.00 MiB');
    expect(page.change).toBe('peak +6.00 MiB (+6.0 %): mostly app.py:3 +5.00 MiB');
    expect([page.before.peak, page.after.peak]).toEqual([100 * MIB, 106 * MIB]);
    expect(page.lines.rows.map(({ file, lineAfter, verdict }) => [file, lineAfter, verdict])).toEqual([
      ['app.py', 3, 'grew'],
    ]);
    expect(page.processes.rows).toEqual([]);
  });

  it('says what several runs of each differ by, and nothing of it for one', () => {
    const [a, b] = [profileFromText('', { hwm: 100 * MIB }), profileFromText('', { hwm: 102 * MIB })];
    const named = (profile: Profile) => ({ profile, name: 'x' });
    const several = comparisonPageOf(named(a), named(b), computeComparison(a, b, {}, { before: [b], after: [a] }));
    expect(several.repeats).toMatch(/^Before: 2 runs, 100 to 102 MiB; after: 2 runs, 100 to 102 MiB\. /);
    expect(several.headline).toBe('Peak 102 MiB, no change (2.00 MiB more, within what the runs differ by)');
    expect(pageOf(a, b).repeats).toBe('');
  });

  it('draws both runs on one scale, up to their peaks, and neither past its end', () => {
    const page = pageOf(exampleProfile(), richProfile({ alone: true }));
    expect(page.stepMs).toBe(12_000 / 400);
    const [short, long] = [page.before.timeline, page.after.timeline];
    expect(Math.max(...short.map(Number))).toBe(412.5 * MIB);
    expect(Math.max(...long.map(Number))).toBe(842 * MIB);
    expect(short.findLastIndex((bytes) => bytes !== null)).toBe(8100 / page.stepMs);
    expect(long.at(-1)).not.toBeNull();
  });

  it('has at most a hundred rows of each, and counts the others', () => {
    const text = Array.from({ length: 130 }, (_, line) => `app.py:main:${line + 1} = 12 MiB`).join('\n');
    const page = pageOf(profileFromText('', { hwm: 900 * MIB }), profileFromText(text, { hwm: 900 * MIB }));
    expect([page.lines.rows.length, page.lines.left]).toEqual([100, 30]);
    expect(JSON.stringify(page).length).toBeLessThan(100_000);
  });

  it('comes through JSON as it is, without texts that steer, whatever the profiles', () => {
    fc.assert(
      fc.property(randomProfile, randomProfile, (a, b) => {
        const page = pageOf(a, b);
        const text = JSON.stringify(page);
        expect(JSON.parse(text)).toEqual(page);
        expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|NaN|undefined/);
      }),
      { numRuns: 100 },
    );
  });
});

it('a column has the largest reading, and goes on until the next', () => {
  const points = [
    { time: 10, bytes: 5 },
    { time: 19, bytes: 9 },
    { time: 35, bytes: 2 },
  ];
  expect(columnsOf(points, 50, 10).slice(0, 8)).toEqual([null, 9, 9, 2, 2, 2, null, null]);
});
