import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { DOMAIN } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { computeLines, type LineOptions } from './lines.ts';
import { computeOwnership } from './ownership.ts';

const options = (profile: Profile): fc.Arbitrary<LineOptions> =>
  fc.record(
    {
      moment: fc.integer({ min: -1, max: profile.moments.length - 1 }),
      by: fc.constantFrom('user' as const, 'leaf' as const),
      process: fc.nat(profile.processes.length - 1),
    },
    { requiredKeys: ['moment', 'by'] },
  );

const MAPPINGS: ReadonlySet<number> = new Set([DOMAIN.mmap, DOMAIN.mmapFile, DOMAIN.mmapShared]);

describe('lines', () => {
  it('add up to the live and churn tables, however they are grouped', () => {
    fc.assert(
      fc.property(
        randomProfile.chain((profile) => fc.tuple(fc.constant(profile), options(profile))),
        ([profile, { moment, by, process }]) => {
          const lines = computeLines(profile, computeOwnership(profile), {
            moment,
            by,
            ...(process === undefined ? {} : { process }),
          });
          const { live, churn } = profile;
          const expected = {
            alive: 0,
            untouched: 0,
            mappedFiles: 0,
            blocks: 0,
            allocated: 0,
            freed: 0,
            allocations: 0,
          };
          for (let row = 0; row < live.length; row++) {
            if (live.moment[row] !== moment || (process !== undefined && live.process[row] !== process)) continue;
            const bytes = live.bytes[row]!;
            if (live.domain[row] === DOMAIN.mmapFile) {
              expected.mappedFiles += bytes;
              continue;
            }
            const unmeasured = MAPPINGS.has(live.domain[row]!) ? 0 : bytes;
            const resident = Number.isNaN(live.resident[row]!) ? unmeasured : live.resident[row]!;
            expected.alive += resident;
            expected.untouched += bytes - resident;
            expected.blocks += live.blocks[row]!;
          }
          for (let row = 0; row < churn.length; row++) {
            if (MAPPINGS.has(churn.domain[row]!) || (process !== undefined && churn.process[row] !== process)) continue;
            expected.allocated += churn.allocated[row]!;
            expected.freed += churn.freed[row]!;
            expected.allocations += churn.blocks[row]!;
          }
          const sum = (of: (line: (typeof lines)[number]) => number) =>
            lines.reduce((total, line) => total + of(line), 0);
          const found = {
            alive: sum((line) => line.heap.bytes),
            untouched: sum((line) => line.untouched),
            mappedFiles: sum((line) => line.parts.mappedFile),
            blocks: sum((line) => line.blocks),
            allocated: sum((line) => line.allocated.bytes),
            freed: sum((line) => line.freed),
            allocations: sum((line) => line.allocations),
          };
          for (const key of Object.keys(expected) as (keyof typeof expected)[]) {
            expect(Math.abs(found[key] - expected[key]), key).toBeLessThanOrEqual(1e-6 * (1 + expected[key]));
          }
          for (const line of lines) {
            const parts = line.parts.python + line.parts.native + line.parts.mapped;
            expect(Math.abs(parts - line.heap.bytes)).toBeLessThanOrEqual(1e-6 * (1 + parts));
          }
        },
      ),
    );
  });

  it('fold library calls into the line of the user, or name the line that called the allocator', () => {
    const profile = profileFromText(`
      app.py:main:3 > /v/site-packages/np.py:ones:9 = 64 MiB
      app.py:main:3 > /v/site-packages/np.py:ones:12 = 32 MiB
      app.py:main:4 = 8 MiB
      app.py:main:5 = 4 MiB freed
      /usr/lib/python3.11/site.py:main:70 = 2 MiB
      (native) = 1 MiB
    `);
    const show = (by: 'user' | 'leaf') =>
      computeLines(profile, computeOwnership(profile), { moment: 0, by }).map(
        (row) => `${row.place} ${row.file}:${row.line} ${row.heap.bytes / 2 ** 20} of ${row.allocated.bytes / 2 ** 20}`,
      );
    expect(show('user')).toEqual([
      'line app.py:3 96 of 96',
      'line app.py:4 8 of 8',
      'startup :-1 2 of 2',
      'native :-1 1 of 1',
      'line app.py:5 0 of 4',
    ]);
    expect(show('leaf').slice(0, 3)).toEqual([
      'line /v/site-packages/np.py:9 64 of 64',
      'line /v/site-packages/np.py:12 32 of 32',
      'line app.py:4 8 of 8',
    ]);
  });

  it('memory counts as far as it was touched, mapped files stand beside it', () => {
    const profile = profileFromText(
      'app.py:main:3 = 8 MiB mmap\napp.py:main:3 = 1 MiB\napp.py:main:3 = 4 MiB mmapFile',
    );
    const [row] = computeLines(profile, computeOwnership(profile), { moment: 0, by: 'user' });
    expect(row!.heap.bytes).toBe(2 ** 20);
    expect(row!.parts).toEqual({ python: 0, native: 2 ** 20, mapped: 0, mappedFile: 4 * 2 ** 20 });
    expect(row!.untouched).toBe(8 * 2 ** 20);
    profile.live.resident[0] = 6 * 2 ** 20;
    const [measured] = computeLines(profile, computeOwnership(profile), { moment: 0, by: 'user' });
    expect(measured!.heap.bytes).toBe(7 * 2 ** 20);
    expect(measured!.untouched).toBe(2 * 2 ** 20);
  });
});
