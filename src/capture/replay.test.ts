import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameTableBuilder, StackTableBuilder, StringTableBuilder } from '#profile/build.ts';
import { DOMAIN, FRAME_KIND } from '#profile/types.ts';
import type { LiveCopy } from './groups.ts';
import { NativeNames } from './native-names.ts';
import { Replay } from './replay.ts';

const KINDS = { malloc: DOMAIN.malloc, python: DOMAIN.python, mmap: DOMAIN.mmap, file: DOMAIN.mmapFile };
type Kind = keyof typeof KINDS;

/**
 * A stream as text, a line an event; a dash of lines is a checkpoint:
 *
 *   alloc 10 100 at main            recorded exactly
 *   alloc 20 48 ~65536 at f python  a sample that stands for 65536 bytes
 *   free 10    unmap 1000 500    resident 1000 200 of 400
 *
 * Gives what is alive at each checkpoint and at the end, by function: "main 100".
 */
function replay(text: string): { live: string[]; end: string[]; freed: string[]; replay: Replay } {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const shared = {
    strings: new StringTableBuilder(),
    frames: new FrameTableBuilder(),
    stacks: new StackTableBuilder(),
    native: new NativeNames('/'),
  };
  const offsets = lines.flatMap((line, offset) => (line === '--' ? [offset] : []));
  const player = new Replay(shared, [...offsets, Number.POSITIVE_INFINITY]);
  const stackOf = new Map<string, number>();
  for (const [offset, line] of lines.entries()) {
    player.before(offset);
    if (line !== '--') play(player, line.split(' '), stackOf);
  }
  player.end();
  const names = [...stackOf.keys()];
  const nameOf = (group: number) => names[player.groups.stack.at(group)] ?? '(none)';
  const show = (live: LiveCopy) => {
    const rows = [...live.bytes].map((bytes, group) => ({ bytes, group })).filter(({ bytes }) => bytes > 0);
    return rows.map(({ bytes, group }) => {
      const untouched = live.untouched[group]!;
      return `${nameOf(group)} ${bytes}${untouched > 0 ? ` less ${untouched}` : ''}`;
    });
  };
  const copies = player.checkpoints.map(show);
  const freed = Array.from(
    { length: player.groups.freed.length },
    (_, group) => `${nameOf(group)} ${player.groups.freed.at(group)}`,
  );
  return { live: copies.slice(0, -1).flat(), end: copies.at(-1)!, freed, replay: player };
}

function play(player: Replay, words: readonly string[], stackOf: Map<string, number>): void {
  const [what, address, bytes] = [words[0]!, Number(words[1]), Number(words[2])];
  if (what === 'free') player.free(0, address);
  else if (what === 'unmap') player.unmap(0, address, bytes);
  else if (what === 'resident') player.resident(address, Number(words[4]), bytes);
  else {
    const weight = words.find((word) => word.startsWith('~'));
    const name = words[words.indexOf('at') + 1]!;
    if (!stackOf.has(name)) {
      const id = stackOf.size + 1;
      player.code(id, `${name}.py`, name);
      player.stack(id, 0, id, 1);
      stackOf.set(name, id);
    }
    const kind = (words.find((word) => word in KINDS) ?? 'malloc') as Kind;
    const mean = weight ? 65536 : 0;
    player.alloc(0, address, bytes, weight ? Number(weight.slice(1)) : bytes, stackOf.get(name)!, mean, KINDS[kind]);
  }
}

describe('what is alive', () => {
  test('is what was allocated and not freed, by who did it', () => {
    const { end, freed } = replay(`
      alloc 10 100 at main
      alloc 20 200 at f
      alloc 30 300 at f
      free 20`);
    expect(end).toEqual(['main 100', 'f 300']);
    expect(freed).toEqual(['main 0', 'f 200']);
  });

  test('at a checkpoint, is what came before it', () => {
    const { live, end } = replay(`
      alloc 10 100 at main
      alloc 20 200 at main
      --
      free 10
      --
      free 20`);
    expect(live).toEqual(['main 300', 'main 200']);
    expect(end).toEqual([]);
  });

  test('a sample stands for its weight, and for as many blocks as fit into that', () => {
    const { end, replay: player } = replay('alloc 10 64 ~65536 at f python');
    expect(end).toEqual(['f 65536']);
    const { live } = player.groups;
    expect([live.blocks.at(0), live.samples.at(0), live.exactBytes.at(0)]).toEqual([1024, 1, 0]);
    expect(live.variance.at(0)).toBe(65536 * 65536);
    expect(player.largestMean).toBe(65536);
  });

  test('a block that moves (realloc) belongs to who moved it', () => {
    const { end, freed } = replay(`
      alloc 10 100 at f
      free 10
      alloc 20 150 at g`);
    expect(end).toEqual(['g 150']);
    expect(freed).toEqual(['f 100', 'g 0']);
  });

  test('an address that is given again without a free: the end of the first was not seen', () => {
    const { end, freed } = replay(`
      alloc 10 100 at f
      alloc 10 50 at g
      free 10
      free 10`);
    expect(end).toEqual([]);
    expect(freed).toEqual(['f 100', 'g 50']);
  });

  test('what was never seen cannot die', () => {
    expect(replay('free 99\nunmap 5 10\nresident 7 1 of 2\nalloc 10 100 at f').end).toEqual(['f 100']);
  });
});

describe('mappings', () => {
  test('die in parts', () => {
    const { live, end } = replay(`
      alloc 1000 1000 at f mmap
      unmap 1200 300
      --
      unmap 0 1300
      unmap 1900 5000`);
    expect(live).toEqual(['f 700 less 700']);
    expect(end).toEqual(['f 400 less 400']);
  });

  test("one that takes another one's place ends it", () => {
    const { end } = replay(`
      alloc 1000 1000 at f mmap
      alloc 1500 1000 at g file`);
    expect(end).toEqual(['f 500 less 500', 'g 1000 less 1000']);
  });

  test('count as address space until they are measured', () => {
    const { live, end } = replay(`
      alloc 1000 1000 at f mmap
      --
      resident 1000 600 of 1000
      --
      resident 1000 1000 of 1000`);
    expect(live).toEqual(['f 1000 less 1000', 'f 1000 less 400']);
    expect(end).toEqual(['f 1000']);
  });

  test('are told from blocks at the same address', () => {
    const { end } = replay(`
      alloc 1000 1000 at f mmap
      alloc 1000 80 at g
      free 1000`);
    expect(end).toEqual(['f 1000 less 1000']);
  });
});

test('a block with pages that were never touched, and its end', () => {
  const { live, replay: player } = replay(`
    alloc 1000 8000 at f
    resident 1000 3000 of 8000
    --
    free 1000`);
  expect(live).toEqual(['f 8000 less 5000']);
  expect(player.groups.untouched.at(0)).toBe(0);
});

test('whatever happens: allocated less freed is what is alive at the end, and nothing is below zero', () => {
  const address = fc.integer({ min: 1, max: 12 }).map((n) => n * 100);
  const bytes = fc.integer({ min: 1, max: 400 });
  const name = fc.constantFrom('f', 'g', 'h');
  const event = fc.oneof(
    fc
      .tuple(address, bytes, name, fc.constantFrom('malloc', 'mmap', 'file'))
      .map(([a, b, n, k]) => `alloc ${a} ${b} at ${n} ${k}`),
    fc.tuple(address, bytes, name).map(([a, b, n]) => `alloc ${a} ${b} ~65536 at ${n} python`),
    address.map((a) => `free ${a}`),
    fc.tuple(address, bytes).map(([a, b]) => `unmap ${a} ${b}`),
    fc.tuple(address, bytes, bytes).map(([a, b, c]) => `resident ${a} ${Math.min(b, c)} of ${Math.max(b, c)}`),
    fc.constant('--'),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const { groups, checkpoints } = replay(events.join('\n')).replay;
      const last = checkpoints.at(-1)!;
      for (let group = 0; group < groups.freed.length; group++) {
        expect(groups.allocated.bytes.at(group) - groups.freed.at(group)).toBeCloseTo(last.bytes[group]!, 6);
      }
      for (const live of checkpoints) {
        for (const [group, held] of live.bytes.entries()) {
          expect(held).toBeGreaterThanOrEqual(0);
          expect(live.exactBytes[group]).toBeGreaterThanOrEqual(0);
          expect(live.samples[group]).toBeGreaterThanOrEqual(0);
          expect(live.variance[group]).toBeGreaterThanOrEqual(0);
          expect(live.blocks[group]).toBeGreaterThanOrEqual(-1e-6);
          expect(live.untouched[group]).toBeLessThanOrEqual(held + 1e-6);
          expect(live.untouched[group]).toBeGreaterThanOrEqual(-1e-6);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('stacks that contradict themselves are left out, and their blocks count all the same', () => {
  const shared = {
    strings: new StringTableBuilder(),
    frames: new FrameTableBuilder(),
    stacks: new StackTableBuilder(),
    native: new NativeNames('/'),
  };
  const player = new Replay(shared, [Number.POSITIVE_INFINITY]);
  player.code(1, 'a.py', 'f');
  player.stack(2, 0, 1, 1); // not the next id
  player.stack(1, 1, 1, 1); // its own parent
  player.alloc(0, 10, 100, 100, 7, 0, DOMAIN.malloc);
  player.stack(1, 0, 9, -5); // code that was never told, a line that is none
  player.alloc(0, 20, 50, 50, 1, 0, DOMAIN.malloc);
  player.end();
  expect([...player.checkpoints[0]!.bytes]).toEqual([100, 50]);
  expect(player.groups.stack.at(0)).toBe(-1);
  expect(shared.frames.finish().line[0]).toBe(-1);
});

describe('native calls', () => {
  function build() {
    const shared = {
      strings: new StringTableBuilder(),
      frames: new FrameTableBuilder(),
      stacks: new StackTableBuilder(),
      native: new NativeNames('/'),
    };
    const player = new Replay(shared, [Number.POSITIVE_INFINITY]);
    player.code(1, 'app.py', 'main');
    player.module(2, '/x/a.so', 'aa');
    return { shared, player };
  }

  test('are frames of their own kind inside the line that called, one for each function', () => {
    const { shared, player } = build();
    player.stack(1, 0, 1, 5);
    player.native(2, 1, 2, 0x10);
    player.native(3, 1, 2, 0x20);
    player.native(4, 1, 2, 0x10); // a stream that forgot what it had defined
    for (const [i, stack] of [2, 3, 4].entries()) player.alloc(0, 1000 + i, 100, 100, stack, 0, 1);
    const [frames, stacks, strings] = [shared.frames.finish(), shared.stacks.finish(), shared.strings.finish()];
    expect([...stacks.parent]).toEqual([-1, 0, 0]);
    expect([...frames.kind]).toEqual([FRAME_KIND.python, FRAME_KIND.native, FRAME_KIND.native]);
    expect([...frames.func].map((name) => strings[name])).toEqual(['main', 'a.so+0x10', 'a.so+0x20']);
    expect([...frames.file].map((name) => strings[name])).toEqual(['app.py', '/x/a.so', '/x/a.so']);
    expect([...frames.line]).toEqual([5, -1, -1]);
    expect(player.groups.stack.finish()).toEqual(Int32Array.of(1, 2));
  });

  test('of a module that was never defined leave the ids of stacks in step', () => {
    const { shared, player } = build();
    player.native(1, 0, 9, 0x10);
    player.stack(2, 1, 1, 5);
    player.alloc(0, 1000, 100, 100, 2, 0, 1);
    expect(shared.stacks.finish().length).toBe(2);
    expect([...player.groups.stack.finish()]).toEqual([1]);
  });
});
