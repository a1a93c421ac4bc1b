import { describe, expect, it } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { computeLastRise } from './last-rise.ts';
import { computeOwnership } from './ownership.ts';

const MIB = 2 ** 20;
const KILLED = { exit: { kind: 'signaled', signal: 9, name: 'SIGKILL' } } as const;

function withMeta(profile: Profile, meta: Partial<Profile['meta']>): Profile {
  return { ...profile, meta: { ...profile.meta, ...meta } };
}

/** The example, which peaks in the middle (resident memory of 160, 250, 330, 412 MiB from 2.0 s on), killed at its peak. */
function killedAtThePeak(): Profile {
  const profile = withMeta(exampleProfile(), KILLED);
  return { ...profile, samples: firstRows(profile.samples, 9), activity: firstRows(profile.activity, 9) };
}

function firstRows<T extends { readonly length: number }>(table: T, length: number): T {
  const columns = Object.entries(table).map(([name, column]) => [
    name,
    ArrayBuffer.isView(column) ? (column as unknown as Float64Array).subarray(0, length) : length,
  ]);
  return Object.fromEntries(columns) as T;
}

function riseOf(profile: Profile) {
  return computeLastRise(profile, computeOwnership(profile));
}

describe('the rise before the end', () => {
  it('is that of the last second, by the lines that ran', () => {
    const profile = killedAtThePeak();
    const rise = riseOf(profile)!;
    expect([rise.process, rise.from / MIB, rise.to / MIB]).toEqual([0, 160, 412]);
    expect(rise.rate).toBeCloseTo((252 * MIB * 1000) / (rise.end - rise.start), -3);
    const { frames, strings } = profile;
    const places = rise.lines.map(({ frame, bytes }) => [strings[frames.file[frame]!], bytes / MIB]);
    expect(places.every(([file]) => String(file).endsWith('.py'))).toBe(true);
    expect(places.reduce((sum, [, mib]) => sum + Number(mib), 0)).toBeCloseTo(252, 0);
  });

  it('is none where memory fell, or the program ended by itself', () => {
    expect(riseOf(withMeta(exampleProfile(), KILLED))).toBeNull();
    const { samples, activity } = killedAtThePeak();
    expect(riseOf({ ...exampleProfile(), samples, activity })).toBeNull();
  });

  it('is told where a process was ended for lack of memory, too', () => {
    const { samples, activity, meta } = killedAtThePeak();
    const limits = {
      version: 2 as const,
      path: '/',
      limit: 2 ** 29,
      peak: 2 ** 29,
      peakAtStart: 0,
      limitHits: 3,
      oomKills: 1,
    };
    const exit = { kind: 'exited', code: 1 } as const;
    expect(riseOf({ ...exampleProfile(), samples, activity, meta: { ...meta, exit, cgroup: limits } })?.to).toBe(
      412 * MIB,
    );
  });

  it('of a process that is being taken down ends where it was largest', () => {
    const profile = killedAtThePeak();
    const rss = profile.samples.rss.slice();
    rss[8] = 90 * MIB;
    const activity = firstRows(profile.activity, 8);
    const rise = riseOf({ ...profile, samples: { ...profile.samples, rss }, activity })!;
    expect(rise.to / MIB).toBe(330);
  });
});
