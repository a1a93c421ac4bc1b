import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TableBuilder } from '#profile/build.ts';
import { HWM_SOURCE, MOMENT_KIND, NOT_COUNTED, type Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { computeComposition } from './composition.ts';
import { findHeadroom } from './headroom.ts';
import { findKernelParts } from './kernel-parts.ts';
import { computeOverview } from './overview.ts';
import { findPeak, findTreePeak } from './peak.ts';
import { computeProcesses } from './processes.ts';
import { computeTicks } from './ticks.ts';

const MIB = 2 ** 20;

/**
 * Processes "a", "b", ... with their VmHWM in MiB, and readings a line each: "12 a=100/80 b=50" is at 12 ms a with RSS 100
 * and PSS 80, b with RSS 50 and no PSS.
 */
function tree(hwm: Readonly<Record<string, number>>, readings: string): Profile {
  const names = Object.keys(hwm);
  const processes = new TableBuilder('processes');
  names.forEach((name, i) => {
    const own = { pid: 100 + i, parent: i - 1 < 0 ? -1 : 0, name: 0, command: 0, start: 0, end: 1000, python: 0 };
    const hwmSource = i === 0 ? HWM_SOURCE.atExit : HWM_SOURCE.whileRunning;
    processes.add({
      ...own,
      hwm: hwm[name]! * MIB,
      hwmSource,
      traced: 0,
      mean: Number.NaN,
      agentBytes: 0,
      inherited: 0,
    });
  });
  const samples = new TableBuilder('samples');
  for (const line of readings.trim().split('\n')) {
    const [time, ...cells] = line.trim().split(/\s+/);
    for (const cell of cells) {
      const [, name, rss, pss] = /^(\w+)=(\d+)(?:\/(\d+))?$/.exec(cell)!;
      const amounts = {
        rss: Number(rss) * MIB,
        anon: Number(rss) * 0.5 * MIB,
        file: Number(rss) * 0.5 * MIB,
        shmem: 0,
        swap: 0,
      };
      const measured = pss === undefined ? Number.NaN : Number(pss) * MIB;
      const counts = { threads: 1, minorFaults: 0, majorFaults: 0 };
      samples.add({
        process: names.indexOf(name!),
        time: Number(time),
        ...amounts,
        pss: measured,
        pssFile: Number.NaN,
        pssShmem: Number.NaN,
        privateBytes: measured,
        hugeAnon: Number.NaN,
        hugetlb: Number.NaN,
        ...counts,
      });
    }
  }
  const moments = new TableBuilder('moments').finish();
  return { ...profileFromText(''), processes: processes.finish(), samples: samples.finish(), moments };
}

describe('ticks', () => {
  it('are one look at all processes; their PSS is known where it was read of each', () => {
    const profile = tree(
      { a: 100, b: 50 },
      `10 a=100/80
       20 a=100/70 b=40/30
       30 a=90 b=50/40
       40 b=50/45`,
    );
    const show = computeTicks(profile).map(
      ({ time, rss, pss, first, end }) => `${time}: ${end - first} ${rss / MIB}/${pss / MIB}`,
    );
    expect(show).toEqual(['10: 1 100/80', '20: 2 140/100', '30: 2 140/NaN', '40: 1 50/45']);
    expect(computeTicks({ ...profile, samples: new TableBuilder('samples').finish() })).toEqual([]);
  });
});

describe('the peak', () => {
  const show = (profile: Profile) => {
    const peak = findPeak(profile);
    return (
      peak && `${peak.unit} ${peak.bytes / MIB} ${peak.exact ? 'exact' : 'seen'} of ${peak.process} at ${peak.time}`
    );
  };

  it('of one process is its high-water mark, at its largest reading', () => {
    expect(show(tree({ a: 120 }, '10 a=50/50\n20 a=110/100\n30 a=90/90'))).toBe('VmHWM 120 exact of 0 at 20');
  });

  it('of several is the largest sum of PSS', () => {
    const profile = tree({ a: 100, b: 90 }, '10 a=100/60\n20 a=100/70 b=90/60\n30 a=80/40 b=90/60');
    expect(show(profile)).toBe('PSS 130 seen of -1 at 20');
    expect(findPeak(profile)).toMatchObject({ processes: 2, moment: -1, residentThen: 130 * MIB });
  });

  it('stays that of the program where helpers came and went', () => {
    expect(show(tree({ a: 200, b: 5 }, '10 a=20/18 b=5/4\n20 a=150/140'))).toBe('VmHWM 200 exact of 0 at 20');
  });

  it('is that of the largest process where the sum did not pass it', () => {
    expect(show(tree({ a: 20, b: 300 }, '10 a=20/15\n20 a=20/12 b=280/250'))).toBe('VmHWM 300 seen of 1 at 20');
  });

  it('is that of the largest process where PSS was never read', () => {
    expect(show(tree({ a: 20, b: 300 }, '10 a=20\n20 a=20 b=280'))).toBe('VmHWM 300 seen of 1 at 20');
  });

  it('is unknown where nothing was read', () => {
    expect(findPeak(tree({ a: Number.NaN }, ''))).toBeNull();
    expect(findPeak(tree({ a: Number.NaN, b: Number.NaN }, '10 a=20/15 b=10/5'))).toMatchObject({
      unit: 'PSS',
      bytes: 20 * MIB,
    });
  });

  it('of a tree has a bound where readings can have missed something', () => {
    const steady = tree({ a: 100, b: 90 }, '10 a=100/70 b=90/60\n20 a=100 b=90\n30 a=100/70 b=90/60');
    expect(findTreePeak(steady)!.high).toBe(130 * MIB);
    const risen = tree({ a: 150, b: 90 }, '10 a=100/70 b=90/60\n20 a=150 b=90\n30 a=100/70 b=90/60');
    expect(findTreePeak(risen)!.high).toBe(180 * MIB);
    // c was never read: its anonymous half counts.
    const unread = tree({ a: 100, c: 80 }, '10 a=100/100\n20 a=100/100 c=80');
    expect(findTreePeak(unread)!.high).toBe(140 * MIB);
  });
});

describe('what goes with the peak', () => {
  const profile = tree({ a: 20, b: 300 }, '10 a=20/15\n20 a=20/12 b=280/250\n30 a=18/10 b=100/90');

  it('the kernel parts are those of the process that leads, nearest in time', () => {
    const overview = computeOverview(profile);
    expect(overview.mainProcess).toBe(1);
    expect(overview.kernelParts).toMatchObject({ rss: 280 * MIB, anon: 140 * MIB, distance: 0 });
    expect(findKernelParts(profile, 1, 27)).toMatchObject({ rss: 100 * MIB, distance: 3 });
    expect(findKernelParts(profile, 5, 27)).toBeNull();
  });

  it("the agent's own reading at the moment leads, the sampler divides what is shared", () => {
    const moments = new TableBuilder('moments');
    moments.add({
      kind: MOMENT_KIND.processPeak,
      process: 1,
      time: 20,
      resident: 290 * MIB,
      shared: 90 * MIB,
      ...NOT_COUNTED,
    });
    moments.add({
      kind: MOMENT_KIND.processPeak,
      process: 0,
      time: 20,
      resident: Number.NaN,
      shared: 90 * MIB,
      ...NOT_COUNTED,
    });
    const read = { ...profile, moments: moments.finish() };
    expect(findKernelParts(read, 1, 20, 0)).toEqual({
      rss: 290 * MIB,
      anon: 200 * MIB,
      file: 90 * MIB,
      shmem: 0,
      swap: 0,
      distance: 0,
    });
    expect(findKernelParts(read, 0, 20, 1)).toMatchObject({ rss: 20 * MIB });
  });

  it('parts of the composition add up, whatever is known of them', () => {
    fc.assert(
      fc.property(randomProfile, (any) => {
        const composition = computeComposition(computeOverview(any));
        if (!composition) return;
        const sum = composition.parts.reduce((total, part) => total + part.bytes, 0);
        expect(Math.abs(sum - composition.total)).toBeLessThanOrEqual(1e-6 * (1 + composition.total));
      }),
    );
  });

  it('no part has less address space than pages, or more asked for than there is', () => {
    fc.assert(
      fc.property(randomProfile, (any) => {
        const composition = computeComposition(computeOverview(any));
        for (const { id, bytes, requested, reserved } of composition?.parts ?? []) {
          if (id === 'files' || id === 'shared' || Number.isNaN(reserved)) continue; // other readings than the kernel's split
          expect(reserved).toBeGreaterThanOrEqual(bytes);
          expect(requested?.bytes ?? 0).toBeLessThanOrEqual(reserved);
        }
      }),
    );
  });

  it('processes have their largest readings', () => {
    const show = computeProcesses(profile).map(
      (row) => `${row.pid} ${row.peak / MIB} ${row.exact} ${row.largestPss / MIB}`,
    );
    expect(show).toEqual(['100 20 true 15', '101 300 false 250']);
  });

  it('headroom is against the tightest bound', () => {
    const { environment } = profile.meta;
    const cgroup = {
      version: 2 as const,
      path: '/',
      limit: 1200 * MIB,
      peak: null,
      peakAtStart: null,
      limitHits: 0,
      oomKills: 2,
    };
    const limited = (limits: typeof environment.limits, limit: number | null) =>
      findHeadroom(
        {
          ...profile,
          meta: { ...profile.meta, cgroup: { ...cgroup, limit }, environment: { ...environment, limits } },
        },
        findPeak(profile),
      );
    const none = { addressSpace: null, data: null };
    expect(limited(none, 1200 * MIB)).toEqual({ limit: 1200 * MIB, source: 'cgroup', used: 0.25, oomKills: 2 });
    expect(limited(none, null).source).toBe('machine');
    expect(limited({ addressSpace: 600 * MIB, data: null }, 1200 * MIB)).toMatchObject({
      source: 'address space limit',
      used: 0.5,
    });
    expect(findHeadroom(profile, null).used).toBeNaN();
  });

  it('lines are those of the process that leads, allocations too', () => {
    const text = profileFromText('app.py:main:3 = 8 MiB\napp.py:main:4 = 2 MiB');
    const process = Int32Array.from([0, 1]);
    const processes = tree({ a: 100, b: 50 }, '10 a=1').processes;
    const moments = new TableBuilder('moments');
    moments.add({
      kind: MOMENT_KIND.processPeak,
      process: 0,
      time: 1,
      resident: 1,
      shared: Number.NaN,
      ...NOT_COUNTED,
    });
    const two = {
      ...text,
      processes,
      moments: moments.finish(),
      live: { ...text.live, process },
      churn: { ...text.churn, process },
    };
    const lines = computeOverview(two).lines.map(
      (line) => `${line.line}: ${line.heap.bytes / MIB} of ${line.allocated.bytes / MIB}`,
    );
    expect(lines).toEqual(['3: 8 of 8']);
  });
});
