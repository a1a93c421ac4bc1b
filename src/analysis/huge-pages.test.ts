import { expect, test } from 'vitest';
import { TableBuilder } from '#profile/build.ts';
import { SCHEMA, type TableName } from '#profile/schema.ts';
import type { Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { findHugePages } from './huge-pages.ts';
import { computeTicks } from './ticks.ts';

const MIB = 2 ** 20;

type Row<T extends 'areas' | 'samples'> = Parameters<TableBuilder<T>['add']>[0];

function emptyRow<T extends 'areas' | 'samples'>(name: TableName & T): Row<T> {
  return Object.fromEntries(Object.keys(SCHEMA[name]).map((column) => [column, 0])) as Row<T>;
}

interface Seen {
  readonly looks?: readonly { time: number; huge: number }[];
  readonly samples?: readonly { time: number; huge: number; pool?: number; process?: number }[];
}

/** Sizes in MiB; 100 MiB are anonymous at each look and each sample. */
function profileOf({ looks = [], samples = [] }: Seen): Profile {
  const areas = new TableBuilder('areas');
  for (const { time, huge } of looks) {
    areas.add({ ...emptyRow('areas'), time, resident: 130 * MIB, shared: 30 * MIB, huge: huge * MIB });
  }
  const table = new TableBuilder('samples');
  for (const { time, huge, pool = 0, process = 0 } of samples) {
    const row = {
      process,
      time,
      anon: 100 * MIB,
      pss: 60 * MIB,
      pssFile: 10 * MIB,
      hugeAnon: huge * MIB,
      hugetlb: pool * MIB,
    };
    table.add({ ...emptyRow('samples'), ...row });
  }
  const base = profileFromText('/home/me/project/app.py:main:1 = 1 MiB');
  return { ...base, areas: areas.finish(), samples: table.finish() };
}

test('the look at the very peak leads, else the reading nearest in time, with its distance', () => {
  const profile = profileOf({
    looks: [
      { time: 100, huge: 40 },
      { time: 200, huge: 64 },
    ],
    samples: [{ time: 150, huge: 50 }],
  });
  expect(findHugePages(profile, 0, 200, undefined)).toEqual({
    bytes: 64 * MIB,
    anon: 100 * MIB,
    pageBytes: 2 * MIB,
    pool: 0,
    distance: 0,
  });
  expect(findHugePages(profile, 0, 160, undefined)).toMatchObject({ bytes: 50 * MIB, distance: 10 });
});

test('where the agent cannot tell, the sampler does; nothing is said where neither can, or there are none', () => {
  const unknown = Number.NaN;
  const old = profileOf({ looks: [{ time: 100, huge: unknown }], samples: [{ time: 90, huge: 30 }] });
  expect(findHugePages(old, 0, 100, undefined)).toMatchObject({ bytes: 30 * MIB, distance: 10 });
  expect(findHugePages(profileOf({ looks: [{ time: 100, huge: unknown }] }), 0, 100, undefined)).toBeNull();
  expect(findHugePages(profileOf({ samples: [{ time: 90, huge: 0 }] }), 0, 100, undefined)).toBeNull();
});

test('where only the pool is known, the rest is told as not known', () => {
  const profile = profileOf({ samples: [{ time: 90, huge: Number.NaN, pool: 4 }] });
  const nothing = Number.NaN;
  expect(findHugePages(profile, 0, 100, undefined)).toMatchObject({
    bytes: nothing,
    anon: nothing,
    distance: nothing,
    pool: 4 * MIB,
  });
});

test('of several processes the sum is that of the tick, in PSS as the peak is', () => {
  const samples = [
    { time: 100, huge: 30, pool: 4 },
    { time: 100, huge: 20, process: 1 },
    { time: 200, huge: 90 },
  ];
  const profile = profileOf({ samples });
  const twoProcesses = { ...profile, processes: { ...profile.processes, length: 2 } };
  const [tick] = computeTicks(twoProcesses);
  expect(findHugePages(twoProcesses, 0, 100, tick)).toMatchObject({ bytes: 25 * MIB, anon: 100 * MIB, pool: 4 * MIB });
});
