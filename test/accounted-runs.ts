// Runs whose peaks are all accounted for, for tests of comparisons: what lines hold, what malloc holds free, and when.
import { TableBuilder } from '#profile/build.ts';
import { SCHEMA } from '#profile/schema.ts';
import { DOMAIN, type Profile } from '#profile/types.ts';
import { profileFromText, type TestProfile } from './profiles.ts';

const MIB = 2 ** 20;

export interface AccountedRun {
  /** MiB that malloc holds free at the peak, beside 60 of files and what is alive; absent: 0. */
  readonly free?: number;
  readonly threads?: number;
  /** What each line held from which interval of ten to which: "a 20M 0..3". */
  readonly held?: string;
  /** MiB of resident memory at the end of each interval, from 100 ms on; absent: the peak at 500 ms only. */
  readonly resident?: readonly number[];
  readonly options?: TestProfile;
}

const FILES = 60;

/** A run whose peak is all accounted for: `alive` MiB at the peak in blocks of malloc, by the line of each name. */
export function accountedRun(
  alive: Readonly<Record<string, number>>,
  { free = 0, threads = 1, held, resident, options }: AccountedRun = {},
): Profile {
  const text = Object.entries(alive).flatMap(([name, mib]) => [
    `app.py:${name}:${name.charCodeAt(0)} = ${mib > 0 ? mib : 1} MiB malloc${mib > 0 ? '' : ' freed'}`,
  ]);
  const used = Object.values(alive).reduce((sum, mib) => sum + mib, 0);
  const peak = used + free + FILES;
  const profile = profileFromText(text.join('\n'), { hwm: peak * MIB, ...options });
  const samples = new TableBuilder('samples');
  const areas = new TableBuilder('areas');
  const levels = resident ?? [0, 0, 0, 0, peak];
  levels.forEach((mib, i) => {
    const rss = mib * MIB;
    samples.add({
      ...emptyRow('samples'),
      time: (i + 1) * 100,
      rss,
      anon: rss - FILES * MIB,
      file: FILES * MIB,
      threads,
    });
  });
  areas.add({
    ...emptyRow('areas'),
    time: 500,
    resident: peak * MIB,
    shared: FILES * MIB,
    heaps: (used + free) * MIB,
    heapsReserved: (used + free) * MIB,
    mallocLive: used * MIB,
  });
  const { moments } = profile;
  return {
    ...profile,
    meta: { ...profile.meta, intervals: { count: 10, width: 100 } },
    moments: {
      ...moments,
      shared: Float64Array.of(FILES * MIB),
      mallocLive: Float64Array.of(used * MIB),
      pythonLive: Float64Array.of(0),
    },
    samples: samples.finish(),
    areas: areas.finish(),
    lifetimes: lifetimesOf(
      profile,
      held ??
        Object.entries(alive)
          .map(([name, mib]) => `${name} ${mib}M 0..`)
          .join(', '),
    ),
  };
}

function emptyRow<T extends 'samples' | 'areas'>(table: T): Parameters<TableBuilder<T>['add']>[0] {
  return Object.fromEntries(Object.keys(SCHEMA[table]).map((column) => [column, 0])) as Parameters<
    TableBuilder<T>['add']
  >[0];
}

function lifetimesOf({ frames, strings, stacks }: Profile, text: string): Profile['lifetimes'] {
  const table = new TableBuilder('lifetimes');
  for (const [, name, mib, birth, death] of text.matchAll(/(\w+) (\d+)M (\d+)\.\.(\d*)/g)) {
    const stack = stacks.frame.findIndex((frame) => strings[frames.func[frame]!] === name);
    const bytes = Number(mib) * MIB;
    table.add({
      process: 0,
      stack,
      domain: DOMAIN.malloc,
      birth: Number(birth),
      death: death === '' ? -1 : Number(death),
      bytes,
      exactBytes: bytes,
      blocks: 1,
      samples: 0,
      variance: 0,
      resident: bytes,
    });
  }
  return table.finish();
}
