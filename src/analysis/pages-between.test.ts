import { describe, expect, test } from 'vitest';
import { TableBuilder } from '#profile/build.ts';
import { SCHEMA } from '#profile/schema.ts';
import type { Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { accountThen } from './account.ts';
import { pagesBetween } from './pages-between.ts';

const MIB = 2 ** 20;

/** Looks as "time: blocks+arenas, alive in malloc / in Python", MiB; heaps, data and the others hold 1 each. */
function looking(
  ...looks: readonly [time: number, blocks: number, arenas: number, malloc: number, python: number][]
): Profile {
  const table = new TableBuilder('areas');
  for (const [time, blocks, arenas, malloc, python] of looks) {
    const row = Object.fromEntries(Object.keys(SCHEMA.areas).map((column) => [column, MIB]));
    table.add({
      ...(row as Parameters<typeof table.add>[0]),
      process: 0,
      time,
      resident: 0,
      shared: 0,
      untouched: 0,
      trimmable: Number.NaN,
      blocks: blocks * MIB,
      blocksReserved: blocks * MIB,
      arenas: arenas * MIB,
      mallocLive: malloc * MIB,
      pythonLive: python * MIB,
    });
  }
  return { ...profileFromText('/home/me/project/app.py:main:1 = 1 MiB'), areas: table.finish() };
}

/** Of data, heaps, mapped, stacks, agent, other. */
const REST = 6;

describe('between two looks', () => {
  const profile = looking([100, 0, 10, 1, 8], [200, 64, 10, 65, 8], [300, 0, 20, 1, 20]);
  const at = (time: number, mib: number) => {
    const { pages, between } = pagesBetween(profile, 0, time, mib * MIB)!;
    return {
      blocks: pages.blocks / MIB,
      arenas: pages.arenas / MIB,
      malloc: pages.malloc / MIB,
      between: between / MIB,
    };
  };

  test('a block that is half written counts by half', () => {
    expect(at(150, REST + 10 + 32)).toEqual({ blocks: 32, arenas: 10, malloc: 33, between: 32 });
    expect(at(150, REST + 10 + 60)).toEqual({ blocks: 60, arenas: 10, malloc: 61, between: 4 });
  });

  test('of looks that saw less and more the nearest are taken', () => {
    // Just after the block went: between it and what came next, not what was there before.
    expect(at(280, REST + 20)).toMatchObject({ blocks: 0, arenas: 20, between: 0 });
    expect(at(160, REST + 42)).toMatchObject({ blocks: 32, arenas: 10 });
  });

  test('below all looks the rows shrink, above all they stand and the rest is left', () => {
    expect(at(50, 8)).toMatchObject({ arenas: 5, blocks: 0 });
    expect(at(200, 200)).toMatchObject({ arenas: 10, blocks: 64, between: 200 - REST - 74 });
  });

  test('no look at all is told', () => {
    expect(pagesBetween(profile, 1, 100, MIB)).toBeNull();
  });
});

describe('an account between two looks', () => {
  const profile = looking([100, 0, 10, 1, 8], [200, 64, 10, 65, 8]);
  const of = (anon: number, mallocLive = Number.NaN, pythonLive = Number.NaN, heapGrown = Number.NaN) => {
    const then = {
      time: 150,
      moment: -1,
      anon: anon * MIB,
      mallocLive: mallocLive * MIB,
      pythonLive: pythonLive * MIB,
      pythonHeld: Number.NaN,
      heapGrown: heapGrown * MIB,
    };
    const { rows } = accountThen(profile, 0, then)!;
    const sum = Object.values(rows).reduce((bytes, row) => bytes + row, 0);
    return {
      sum: sum / MIB,
      native: rows.native / MIB,
      nativeFree: rows.nativeFree / MIB,
      pythonFree: rows.pythonFree / MIB,
    };
  };

  test('adds up to the kernel’s figure', () => {
    for (const anon of [REST + 10, REST + 25, REST + 73]) expect(of(anon).sum).toBeCloseTo(anon, 6);
  });

  test('tells what is alive by the allocators’ own count, and the rest of their pages as held free', () => {
    expect(of(REST + 10 + 64, 5, 4)).toEqual({ sum: REST + 74, native: 5, nativeFree: 60, pythonFree: 6 });
  });

  test('rises above all looks by what is alive, and leaves the rest', () => {
    expect(of(REST + 74 + 50, 95, 8)).toEqual({ sum: REST + 74 + 30, native: 95, nativeFree: 0, pythonFree: 2 });
  });

  test('rises with the end of malloc’s first heap, of which as much is free as is not alive', () => {
    // The look saw REST + 10, with the heap grown by 1; of what came since 40 MiB are that heap's.
    expect(of(REST + 124, 5, 8, 41)).toEqual({ sum: REST + 10 + 40, native: 5, nativeFree: 36, pythonFree: 2 });
    expect(of(REST + 124, 95, 8, 41)).toMatchObject({ sum: REST + 104, native: 95, nativeFree: 0 });
    expect(of(REST + 124, 25, 8, 41)).toEqual({ sum: REST + 10 + 40, native: 25, nativeFree: 16, pythonFree: 2 });
    expect(of(REST + 124, 5, 8, 900)).toMatchObject({ sum: REST + 124 });
  });

  test('takes pages from the allocator that has nothing alive on them for the one that has more alive than pages', () => {
    // By the looks 10 MiB of arenas and 33 of malloc; alive are 30 in Python and 5 in malloc.
    expect(of(REST + 10 + 32, 5, 30)).toEqual({ sum: REST + 42, native: 5, nativeFree: 8, pythonFree: 0 });
    expect(of(REST + 10 + 32, 38, 2)).toEqual({ sum: REST + 42, native: 38, nativeFree: 0, pythonFree: 3 });
  });

  test('tells no more to be alive than there are pages', () => {
    expect(of(REST + 10 + 32, 900)).toMatchObject({ sum: REST + 42, native: 33, nativeFree: 0 });
  });
});
