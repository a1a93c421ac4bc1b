import { describe, expect, test } from 'vitest';
import { TableBuilder } from '#profile/build.ts';
import { DOMAIN, type Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { computeGrowth } from './growth.ts';
import { BEGINNING, edgeAt, liveSince, timeOf } from './lifetimes.ts';
import { computeOwnership } from './ownership.ts';

const MIB = 2 ** 20;

/**
 * A run of one second in ten intervals. Lines as in profileFromText, without sizes' words: the path, then what it held, each
 * "10M 2..5" (began in interval 2, ended in 5) or "10M 2.." (lived until the end).
 */
function growing(text: string): Profile {
  const lines = text.split('\n').flatMap((line) => {
    const [path, held] = line.trim().split(/\s*\|\s*/);
    return path ? [{ path, held: held! }] : [];
  });
  const profile = profileFromText(lines.map(({ path }) => `${path} = 1 MiB malloc`).join('\n'));
  const table = new TableBuilder('lifetimes');
  lines.forEach(({ held }, row) => {
    for (const [, mib, birth, death, domain] of held.matchAll(/(\d+)M (\d+)\.\.(\d*)( python)?/g)) {
      const bytes = Number(mib) * MIB;
      table.add({
        process: 0,
        stack: profile.live.stack[row]!,
        domain: domain ? DOMAIN.python : DOMAIN.malloc,
        birth: Number(birth),
        death: death === '' ? -1 : Number(death),
        bytes,
        exactBytes: domain ? 0 : bytes,
        blocks: 1,
        samples: domain ? 100 : 0,
        variance: domain ? bytes ** 2 / 100 : 0,
        resident: bytes,
      });
    }
  });
  return { ...profile, meta: { ...profile.meta, intervals: { count: 10, width: 100 } }, lifetimes: table.finish() };
}

const show = (profile: Profile, from: number, to: number) =>
  computeGrowth(profile, computeOwnership(profile, {}), { from, to, by: 'user' }).lines.map(
    ({ file, line, came, went, net }) =>
      `${file.split('/').pop()}:${line} ${net / MIB} = ${came.bytes / MIB} - ${went.bytes / MIB}`,
  );

const PROFILE = growing(`
  /home/me/project/app.py:load:10 | 5M 1.. 7M 3..6
  /home/me/project/app.py:cache:20 | 2M 4..
  /home/me/project/app.py:early:30 | 9M 0..5
`);

/** As PROFILE, with what stands at app.py:20 in a second process that runs from 0 to 800 ms. */
function ofTwoProcesses(): Profile {
  const { processes, lifetimes } = PROFILE;
  const both = (column: Float64Array, value: number) => Float64Array.of(column[0]!, value);
  return {
    ...PROFILE,
    processes: {
      ...processes,
      length: 2,
      pid: Int32Array.of(100, 101),
      parent: Int32Array.of(-1, 0),
      name: Int32Array.of(0, 0),
      command: Int32Array.of(0, 0),
      python: Int32Array.of(0, 0),
      start: both(processes.start, 0),
      end: both(processes.end, 800),
      hwm: both(processes.hwm, 0),
      hwmSource: Uint8Array.of(2, 2),
      traced: Uint8Array.of(1, 1),
      mean: both(processes.mean, 65_536),
      agentBytes: both(processes.agentBytes, 0),
      inherited: both(processes.inherited, 0),
    },
    lifetimes: { ...lifetimes, process: lifetimes.process.map((_, row) => (lifetimes.birth[row] === 4 ? 1 : 0)) },
  };
}

describe('growth', () => {
  test('is told by process where there are several', () => {
    const profile = ofTwoProcesses();
    const ask = (from: number, to: number, process?: number) =>
      computeGrowth(profile, computeOwnership(profile, {}), { from, to, by: 'user', ...(process && { process }) });
    const byProcess = ({ processes }: ReturnType<typeof ask>) =>
      processes.map(({ process, came, went, net }) => [process, net / MIB, came.bytes / MIB, went.bytes / MIB]);
    expect(byProcess(ask(2, 7))).toEqual([
      [1, 2, 2, 0],
      [0, -9, 0, 9],
    ]);
    expect(byProcess(ask(5, 9))).toEqual([
      [1, -2, 0, 2],
      [0, -16, 0, 16],
    ]);
    expect(byProcess(ask(2, 7, 1))).toEqual([]);
  });

  test('is what came and stayed less what was there and went', () => {
    expect(show(PROFILE, 2, 8)).toEqual(['app.py:20 2 = 2 - 0', 'app.py:30 -9 = 0 - 9']);
    expect(show(PROFILE, 4, 8)).toEqual(['app.py:20 2 = 2 - 0', 'app.py:10 -7 = 0 - 7', 'app.py:30 -9 = 0 - 9']);
  });

  test('counts what lives only between, and what is there at both, as nothing', () => {
    expect(show(PROFILE, 1, 2)).toEqual(['app.py:10 5 = 5 - 0']);
    expect(show(PROFILE, 7, 9)).toEqual([]);
  });

  test('from the beginning is all that is alive', () => {
    expect(show(PROFILE, 0, 5)).toEqual(['app.py:10 12 = 12 - 0', 'app.py:30 9 = 9 - 0', 'app.py:20 2 = 2 - 0']);
    expect(liveSince(PROFILE, BEGINNING, 5).bytes.reduce((a, b) => a + b)).toBe(23 * MIB);
  });

  test('keeps the interval of what was sampled', () => {
    const profile = growing('/home/me/project/app.py:load:10 | 100M 1.. python');
    const [row] = computeGrowth(profile, computeOwnership(profile, {}), { from: 0, to: 10, by: 'user' }).lines;
    expect(row!.came.low).toBeLessThan(85 * MIB);
    expect(row!.came.high).toBeGreaterThan(115 * MIB);
    expect(row!.parts.python).toBe(100 * MIB);
  });

  test('of a process that ended ends with it, but at the end of the run stands what the program held', () => {
    expect(show(PROFILE, 0, 10)).toEqual(['app.py:10 5 = 5 - 0', 'app.py:20 2 = 2 - 0']);
    const ended = { ...PROFILE, processes: { ...PROFILE.processes, end: Float64Array.of(650) } };
    expect(show(ended, 0, 7)).toEqual([]);
    expect(show(ended, 6, 7)).toEqual(['app.py:20 -2 = 0 - 2', 'app.py:10 -12 = 0 - 12']);
  });
});

test('a time is told by the nearest end of an interval', () => {
  expect([0, 49, 51, 949, 5000, Number.NaN].map((time) => edgeAt(PROFILE, time))).toEqual([0, 0, 1, 9, 10, 0]);
  expect(timeOf(PROFILE, 3)).toBe(300);
});
