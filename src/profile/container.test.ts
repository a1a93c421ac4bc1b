import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleProfile } from '../../test/example-profile.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { decodeProfile, encodeProfile } from './container.ts';
import { FILE_HEADER_BYTES, unwrapPayload, wrapPayload } from './file.ts';
import { PROFILE_VERSION, type Profile } from './types.ts';

function decode(bytes: Uint8Array) {
  return decodeProfile(bytes, PROFILE_VERSION);
}

/** The code of the failure, or 'ok'. */
function outcome(bytes: Uint8Array): string {
  const result = decode(bytes);
  return result.ok ? 'ok' : result.error.code;
}

/** The manifest of `profile` changed as text, everything else as it was. */
function withManifest(profile: Profile, change: (manifest: string) => string): Uint8Array {
  const bytes = encodeProfile(profile);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const columns = bytes.slice(Math.ceil((length + 4) / 8) * 8);
  const manifest = new TextEncoder().encode(change(new TextDecoder().decode(bytes.subarray(4, 4 + length))));
  const start = Math.ceil((manifest.length + 4) / 8) * 8;
  const changed = new Uint8Array(start + columns.length);
  new DataView(changed.buffer).setUint32(0, manifest.length, true);
  changed.set(manifest, 4);
  changed.set(columns, start);
  return changed;
}

describe('a profile as bytes', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(randomProfile, (profile) => {
        expect(decode(encodeProfile(profile))).toEqual({ ok: true, value: profile });
      }),
    );
    expect(decode(encodeProfile(exampleProfile()))).toEqual({ ok: true, value: exampleProfile() });
  });

  it('comes back from the middle of a larger buffer, at any alignment', () => {
    const bytes = encodeProfile(exampleProfile());
    for (const shift of [1, 3, 4]) {
      const buffer = new Uint8Array(bytes.length + 16);
      buffer.set(bytes, shift);
      expect(outcome(buffer.subarray(shift, shift + bytes.length))).toBe('ok');
    }
  });

  it('cut off anywhere, is a failure', () => {
    const bytes = encodeProfile(profileFromText('app.py:main:3 = 64 MiB'));
    // The last columns belong to an empty table: what is cut is felt from the last byte that holds a value.
    const needed = bytes.findLastIndex((byte) => byte !== 0) + 1;
    for (let length = 0; length < needed; length++) {
      expect(outcome(bytes.subarray(0, length)), `${length} bytes`).toMatch(/^profile-(truncated|damaged)$/);
    }
  });

  it('with bytes changed, is read or refused, never an exception', () => {
    const bytes = encodeProfile(exampleProfile());
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const damaged = bytes.slice();
        for (const { at, value } of changes) damaged[at] = value;
        expect(outcome(damaged)).toMatch(/^(ok|profile-truncated|profile-damaged)$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('any bytes at all are read or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void expect(outcome(bytes)).not.toBe('ok')));
  });

  it('a manifest length beyond 2 GiB is refused', () => {
    const bytes = encodeProfile(exampleProfile());
    for (const length of [0x7fff_fffc, 0x8000_0000, 0xffff_ffff]) {
      const damaged = bytes.slice();
      new DataView(damaged.buffer).setUint32(0, length, true);
      expect(outcome(damaged)).toBe('profile-truncated');
    }
  });

  it.each([
    ['no tables', '{"meta":{},"strings":[""]}', 'names no tables'],
    ['not an object', 'null', 'names no tables'],
    ['not JSON', '{', 'not valid JSON'],
    ['an empty table list', '{"tables":{}}', "no table 'processes'"],
    ['a huge table', '{"tables":{"processes":{"length":1e12,"columns":{}}}}', 'refusing to read a table'],
    ['a negative length', '{"tables":{"processes":{"length":-1,"columns":{}}}}', 'refusing to read a table'],
    ['no columns', '{"tables":{"processes":{"length":1}}}', "no column 'processes.pid'"],
  ])('a manifest with %s is refused by name', (_what, manifest, message) => {
    const result = decode(withManifest(exampleProfile(), () => manifest));
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining(message) } });
  });

  it('a column outside the file, or of another type, is refused by name', () => {
    const outside = withManifest(exampleProfile(), (text) =>
      text.replace(/("rss":\{"type":"f64","offset":)\d+/, '$1999999999'),
    );
    expect(decode(outside)).toMatchObject({ error: { message: "the profile ends inside column 'samples.rss'" } });
    const retyped = withManifest(exampleProfile(), (text) =>
      text.replace('"rss":{"type":"f64"', '"rss":{"type":"i32"'),
    );
    expect(decode(retyped)).toMatchObject({ error: { message: "the profile has no column 'samples.rss'" } });
  });

  it('tables and columns of a later version are passed over', () => {
    const column = '"columns":{"colour":{"type":"f64","offset":0},';
    const table = '"tables":{"marks":{"length":3,"columns":{}},';
    const later = withManifest(exampleProfile(), (text) =>
      text.replace('"columns":{', column).replace('"tables":{', table),
    );
    expect(decode(later)).toEqual({ ok: true, value: exampleProfile() });
  });

  it.each(['title', 'workingDirectory', 'exit', 'machineMemory', 'limits', 'durationMs', 'cgroup', 'hostPeakRss'])(
    'a meta without %s is refused',
    (field) => {
      const result = decode(withManifest(exampleProfile(), (text) => text.replace(`"${field}":`, '"other":')));
      expect(result).toMatchObject({
        ok: false,
        error: { code: 'profile-damaged', message: expect.stringContaining('meta') },
      });
    },
  );
});

describe('the header of a file', () => {
  const payload = new Uint8Array([1, 2, 3]);

  it('wraps and unwraps', () => {
    expect(unwrapPayload(wrapPayload(payload))).toEqual({
      ok: true,
      value: { version: PROFILE_VERSION, gzipped: payload },
    });
  });

  it.each([
    ['a text file', (b: Uint8Array) => b.fill(65), 'not-a-profile'],
    ['too short a file', (b: Uint8Array) => b.subarray(0, FILE_HEADER_BYTES - 1), 'profile-truncated'],
    ['an empty file', (b: Uint8Array) => b.subarray(0, 0), 'profile-truncated'],
    ['a newer version', (b: Uint8Array) => b.fill(9, 8, 9), 'profile-newer'],
    ['version 0', (b: Uint8Array) => b.fill(0, 8, 12), 'profile-damaged'],
    ['an unknown compression', (b: Uint8Array) => b.fill(7, 12, 13), 'profile-damaged'],
    ['line ends rewritten', (b: Uint8Array) => b.fill(0x0a, 4, 5), 'not-a-profile'],
  ])('%s is refused', (_what, damage, code) => {
    const result = unwrapPayload(damage(wrapPayload(payload)));
    expect(result).toMatchObject({ ok: false, error: { code } });
  });
});
