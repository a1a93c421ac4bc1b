import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameTableBuilder, StackTableBuilder, StringTableBuilder } from '#profile/build.ts';
import type { Profile } from '#profile/types.ts';
import { DOMAIN } from '#profile/types.ts';
import { ALIVE, Lifetimes } from './lifetimes.ts';
import { NativeNames } from './native-names.ts';
import { Replay } from './replay.ts';

const ONE = { bytes: 1, exactBytes: 1, blocks: 1, samples: 0, variance: 0, untouched: 0 };
const RUN = 1024; // ns: one a finest interval

function sumAt({ lifetimes }: { lifetimes: Profile['lifetimes'] }, edge: number): number {
  let bytes = 0;
  for (let row = 0; row < lifetimes.length; row++) {
    const { birth, death } = lifetimes;
    if (birth[row]! < edge && (death[row] === ALIVE || death[row]! >= edge)) bytes += lifetimes.bytes[row]!;
  }
  return bytes;
}

describe('lifetimes', () => {
  test('of blocks that begin and end in one interval leave no row', () => {
    const lifetimes = new Lifetimes(0, RUN);
    lifetimes.add(lifetimes.addOwner(0, -1, DOMAIN.malloc), 7, 7, ONE);
    expect(lifetimes.finish().length).toBe(0);
  });

  test('that agree are one row, and what lies outside the run counts to its ends', () => {
    const lifetimes = new Lifetimes(100, 100 + RUN);
    const owner = lifetimes.addOwner(2, -1, DOMAIN.python);
    lifetimes.add(owner, lifetimes.at(-5), lifetimes.at(1e9), { ...ONE, bytes: 30, untouched: 10 });
    lifetimes.add(owner, lifetimes.at(100), lifetimes.at(100 + RUN), { ...ONE, bytes: 12 });
    const table = lifetimes.finish();
    expect(table).toMatchObject({ length: 1 });
    expect([table.process[0], table.birth[0], table.death[0], table.bytes[0], table.resident[0]]).toEqual([
      2, 0, 1023, 42, 32,
    ]);
  });

  test('too many cost intervals beyond 256, and what is alive at every end of an interval stays right', () => {
    const lifetimes = new Lifetimes(0, RUN);
    const alive = new Float64Array(RUN + 1);
    for (let i = 0; i < 60_000; i++) {
      const birth = (i * 7919) % 1000;
      const death = i % 5 === 0 ? ALIVE : Math.min(1023, birth + 1 + ((i * 31) % 400));
      lifetimes.add(lifetimes.addOwner(0, -1, DOMAIN.malloc), birth, death, ONE);
      for (let edge = birth + 1; edge <= (death === ALIVE ? RUN : death); edge++) alive[edge]!++;
    }
    const { count, width } = lifetimes.intervals;
    expect(count).toBeLessThan(1024);
    expect(count).toBeGreaterThanOrEqual(256);
    expect(count * width * 1e6).toBeCloseTo(RUN);
    const table = { lifetimes: lifetimes.finish() };
    for (let edge = 0; edge <= count; edge += 17) expect(sumAt(table, edge)).toBe(alive[(edge * RUN) / count]);
  });
});

/** What a random program does: at each step, in which nothing else passes, it allocates or frees one thing. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom('malloc', 'free', 'mmap', 'unmap', 'measure'),
    at: fc.integer({ min: 0, max: 15 }),
    bytes: fc.integer({ min: 1, max: 8 }),
    wait: fc.integer({ min: 0, max: 40 }),
  }),
  { maxLength: 60 },
);

test('a replay tells what is alive at every end of an interval as a list of bytes would', () => {
  fc.assert(
    fc.property(steps, (program) => {
      const length = program.reduce((time, step) => time + step.wait, 1);
      const lifetimes = new Lifetimes(0, length);
      const replay = new Replay(shared(), [], {}, { process: 0, lifetimes });
      const blocks = new Map<number, number>();
      const mapped = new Set<number>();
      const expected: number[] = []; // by edge
      let time = 0;
      const alive = () => [...blocks.values()].reduce((sum, bytes) => sum + bytes, 0) + mapped.size;
      for (const { what, at, bytes, wait } of program) {
        time += wait;
        while (expected.length <= lifetimes.at(time)) expected.push(alive());
        const range = Array.from({ length: bytes }, (_, i) => 4096 + at + i);
        if (what === 'malloc') {
          replay.alloc(time, at * 16, bytes, bytes, 0, 0, DOMAIN.malloc);
          blocks.set(at, bytes);
        } else if (what === 'free') {
          replay.free(time, at * 16);
          blocks.delete(at);
        } else if (what === 'mmap') {
          replay.alloc(time, 4096 + at, bytes, bytes, 0, 0, DOMAIN.mmap);
          for (const byte of range) mapped.add(byte);
        } else if (what === 'unmap') {
          replay.unmap(time, 4096 + at, bytes);
          for (const byte of range) mapped.delete(byte);
        } else replay.resident(at * 16, bytes, 0);
      }
      replay.end();
      expected.push(alive());
      const table = { lifetimes: lifetimes.finish() };
      expect(lifetimes.intervals.count).toBe(1024);
      const told = expected.slice(0, -1).map((_, edge) => sumAt(table, edge));
      expect([...told, sumAt(table, 1024)]).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

function shared() {
  return {
    strings: new StringTableBuilder(),
    frames: new FrameTableBuilder(),
    stacks: new StackTableBuilder(),
    native: new NativeNames('/'),
  };
}
