// Pools of files against the plain sum: of each path the most that any run has.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TableBuilder } from '#profile/build.ts';
import { FILE_KIND } from '#profile/types.ts';
import { runFromText } from '../../../test/fit-runs.ts';
import { findPeak } from '../peak.ts';
import { filePoolsOf, fillPools, type PoolShare } from './file-pools.ts';

const MIB = 2 ** 20;
type Files = Readonly<Record<string, number>>;

function poolsOf(runs: readonly (Files | undefined)[]) {
  return filePoolsOf(
    runs.map((files) => {
      const profile = runFromText('500/400', files && { files });
      return { profile, peak: findPeak(profile)! };
    }),
  );
}

/** What they hold together, in MiB, where each has as much as it was read with, and `more`. */
function together(shares: readonly (readonly PoolShare[])[], runs: readonly Files[], more = 0): number {
  const filled = new Map<number, number>();
  runs.forEach((files, run) => {
    const all = Object.values(files).reduce((sum, mib) => sum + mib, more);
    for (const [pool, bytes] of fillPools(shares[run]!, all * MIB)) {
      filled.set(pool, Math.max(filled.get(pool) ?? 0, bytes));
    }
  });
  return [...filled.values()].reduce((sum, bytes) => sum + bytes, 0) / MIB;
}

const anyFiles = fc.dictionary(fc.constantFrom('/a', '/b', '/c', '/d'), fc.integer({ min: 1, max: 20 }));

describe('pages of files', () => {
  it('of any three runs: each path once, as much as the run with the most has', () => {
    fc.assert(
      fc.property(fc.array(anyFiles, { minLength: 1, maxLength: 3 }), (runs) => {
        const read = runs.filter((files) => Object.keys(files).length > 0);
        const { low, high } = poolsOf(read);
        const paths = new Set(read.flatMap((files) => Object.keys(files)));
        const once = [...paths].reduce((sum, path) => sum + Math.max(...read.map((files) => files[path] ?? 0)), 0);
        expect(together(low, read)).toBeCloseTo(once, 6);
        expect(together(high, read)).toBeCloseTo(once, 6);
      }),
    );
  });

  it("that were not named are each run's own at most, and at least the same", () => {
    const runs = [
      { '/a': 5, '': 3 },
      { '/a': 4, '': 2 },
    ];
    const { low, high } = poolsOf(runs);
    expect([together(low, runs), together(high, runs)]).toEqual([8, 10]);
    expect([together(low, runs, 1), together(high, runs, 1)]).toEqual([9, 12]);
  });

  it('fewer than were read are at most its own first, at least what it shares', () => {
    const runs = [{ '/a': 5, '/b': 3 }, { '/a': 5 }];
    const { low, high } = poolsOf(runs);
    const less = [{ '/a': 4 }, { '/a': 5 }];
    expect([together(low, less), together(high, less)]).toEqual([5, 8]);
  });

  it('of a tree: what its processes share counts once, shared memory is left out', () => {
    const profile = runFromText('500/400');
    const strings = [...profile.strings, '/a', '/b', '/dev/shm/x'];
    const files = new TableBuilder('files');
    const add = (process: number, path: string, resident: number, pss: number) =>
      files.add({
        process,
        time: 50,
        path: strings.indexOf(path),
        kind: path === '/dev/shm/x' ? FILE_KIND.sharedMemory : FILE_KIND.file,
        resident: resident * MIB,
        pss: pss * MIB,
        reserved: Number.NaN,
      });
    for (const process of [0, 1]) {
      add(process, '/a', 6, 3); // the same pages in both
      add(process, '/b', 4, 4); // other pages in each
      add(process, '/dev/shm/x', 9, 4.5);
    }
    const tree = {
      profile: { ...profile, strings, files: files.finish() },
      peak: { ...findPeak(profile)!, process: -1 },
    };
    const { shared, low } = filePoolsOf([tree, tree]);
    expect(shared).toEqual([14 * MIB, 14 * MIB]);
    expect(low[0]!.find(({ pool }) => pool >= 4)?.bytes).toBe(14 * MIB);
  });

  it('of runs that were not read by path are their own at most', () => {
    const { low, high, shared } = poolsOf([{ '/a': 5 }, undefined]);
    expect(shared).toEqual([0, null]);
    const runs = [{ '/a': 5 }, { '/a': 7 }];
    expect([together(low, runs), together(high, runs)]).toEqual([7, 12]);
  });
});
