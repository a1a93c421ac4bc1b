// Profiles of every version of the format that was ever written, each beside the program that it was made from. A new
// version adds a file here; none is ever made anew.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { computeOverview } from '#analysis/overview.ts';
import { packProfile, readProfileFile, unpackProfile } from '#capture/profile-store.ts';
import { PROFILE_VERSION } from '#profile/types.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'profiles');

for (let version = 1; version <= PROFILE_VERSION; version++) {
  it(`version ${version} can be read, and says what it always said`, () => {
    const stored = readProfileFile(join(FOLDER, `v${version}.highwater`));
    if (!stored.ok) throw new Error(stored.error.message);
    const { profile } = stored.value;
    expect(profile.frames.kind).toEqual(new Uint8Array(profile.frames.length)); // written before there was any other
    const overview = computeOverview(profile);
    const blocks = overview.lines.filter((row) => row.heap.bytes >= 8 << 20).map((row) => [row.line, row.heap.bytes]);
    expect(blocks).toEqual([
      [13, (8 << 20) + 33],
      [12, (8 << 20) + 1],
    ]);
    expect(overview.peak?.unit).toBe('VmHWM');
    expect(profile.meta.exit).toEqual({ kind: 'exited', code: 0 });
    const again = unpackProfile(packProfile(profile));
    expect(again.ok && again.value).toEqual(profile);
  });
}
