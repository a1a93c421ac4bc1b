import { expect, test } from 'vitest';
import { TableBuilder } from '#profile/build.ts';
import { SCHEMA } from '#profile/schema.ts';
import type { Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { trimmableAt, trimmableOfAll } from './trimmable.ts';

const MIB = 2 ** 20;

/** Heaps of 100 MiB, of which as much is alive as is not free. */
function looking(...looks: readonly [time: number, free: number, trimmable: number, process?: number][]): Profile {
  const table = new TableBuilder('areas');
  for (const [time, free, trimmable, process = 0] of looks) {
    const none = Object.fromEntries(Object.keys(SCHEMA.areas).map((column) => [column, 0]));
    table.add({
      ...(none as Parameters<typeof table.add>[0]),
      process,
      time,
      heaps: 90 * MIB,
      untouched: 10 * MIB,
      mallocLive: (100 - free) * MIB,
      trimmable: trimmable * MIB,
    });
  }
  return { ...profileFromText('/home/me/project/app.py:main:1 = 1 MiB'), areas: table.finish() };
}

const at = (profile: Profile, time: number, free: number) => {
  const bytes = trimmableAt(profile, 0, time, free * MIB);
  return bytes === null ? null : bytes / MIB;
};

test('a look tells it for the moments at which about as much was free', () => {
  const profile = looking([100, 40, 30]);
  expect(at(profile, 100, 40)).toBeCloseTo(30, 9);
  expect(at(profile, 500, 50)).toBeCloseTo(37.5, 9);
  expect(at(profile, 100, 60)).toBeNull();
  expect(at(profile, 100, 20)).toBeNull();
});

test('the look that is nearest in time is taken, the later of two', () => {
  const profile = looking([100, 40, 10], [200, 40, 20], [300, 40, 40], [310, 40, Number.NaN]);
  expect(at(profile, 120, 40)).toBeCloseTo(10, 9);
  expect(at(profile, 250, 40)).toBeCloseTo(40, 9);
  expect(at(profile, 310, 40)).toBeCloseTo(40, 9);
});

test('no more than is free goes back, and nothing is told where nobody looked', () => {
  expect(at(looking([100, 40, 41]), 100, 40)).toBe(40);
  expect(at(looking([100, 40, Number.NaN]), 100, 40)).toBeNull();
  expect(at(looking(), 100, 40)).toBeNull();
  expect(at(looking([100, 40, 30, 1]), 100, 40)).toBeNull();
});

test('of several processes each counts as far as PSS counts it there; little may be unknown', () => {
  const profile = looking([100, 40, 30], [110, 40, 20, 1]);
  const free = (process: number, share: number) => ({ process, bytes: 40 * MIB, share });
  expect(trimmableOfAll(profile, [free(0, 1), free(1, 0.5)], 100)! / MIB).toBeCloseTo(40, 9);
  expect(trimmableOfAll(profile, [free(0, 1), free(1, 0.5), free(2, 0.4)], 100)! / MIB).toBeCloseTo(40, 9);
  expect(trimmableOfAll(profile, [free(0, 1), free(2, 0.5)], 100)).toBeNull();
});
