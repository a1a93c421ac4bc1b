import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwrap } from '#base/result.ts';
import { profileFromText } from '../../test/profiles.ts';
import { packProfile, previousPath, readProfileFile, unpackProfile, writeProfileFile } from './profile-store.ts';

const PROFILE = profileFromText(`
  app.py:main:3 > lib/site-packages/np.py:ones:9 = 64 MiB
  app.py:main:4 = 512 KiB python ~8`);
const PACKED = packProfile(PROFILE);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'highwater-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }) =>
  result.ok ? 'ok' : result.error.code;

test('what is written is read', () => {
  const path = join(folder, 'a.highwater');
  expect(writeProfileFile(path, PACKED).ok).toBe(true);
  const stored = unwrap(readProfileFile(path));
  expect(stored.profile).toEqual(PROFILE);
  expect(Buffer.from(stored.bytes).equals(PACKED)).toBe(true);
});

test('the one before is kept, the one before that is not', () => {
  const path = join(folder, 'a.highwater');
  for (const byte of [1, 2, 3]) writeProfileFile(path, new Uint8Array([byte]));
  expect(readdirSync(folder).sort()).toEqual(['a.highwater', 'a.prev.highwater']);
  expect([...readFileSync(path)]).toEqual([3]);
  expect([...readFileSync(previousPath(path))]).toEqual([2]);
});

test('the one before is kept under a second name, also where it is the same file already', () => {
  const path = join(folder, 'a.highwater');
  writeProfileFile(path, new Uint8Array([1]));
  linkSync(path, previousPath(path));
  writeProfileFile(path, new Uint8Array([2]));
  expect(readdirSync(folder).sort()).toEqual(['a.highwater', 'a.prev.highwater']);
  expect([...readFileSync(path), ...readFileSync(previousPath(path))]).toEqual([2, 1]);
});

test('the name of the one before', () => {
  expect(previousPath('/x/a.highwater')).toBe('/x/a.prev.highwater');
  expect(previousPath('/x/a')).toBe('/x/a.prev.highwater');
});

describe('refused by name', () => {
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(PACKED);
    copy.writeUInt32LE(value, at);
    return codeOf(unpackProfile(copy));
  };
  test('cut', () => {
    expect(codeOf(unpackProfile(new Uint8Array(0)))).toBe('profile-truncated');
    expect(codeOf(unpackProfile(PACKED.subarray(0, PACKED.length - 1)))).toBe('profile-truncated');
    expect(codeOf(unpackProfile(PACKED.subarray(0, 17)))).toBe('profile-truncated');
  });
  test('newer', () => expect(changed(8, 7)).toBe('profile-newer'));
  test('another kind of file', () => expect(codeOf(unpackProfile(Buffer.alloc(100, 'text ')))).toBe('not-a-profile'));
  test('damaged', () => {
    expect(changed(12, 9)).toBe('profile-damaged');
    expect(changed(16, 0)).toBe('profile-damaged');
    expect(changed(PACKED.length - 8, 123456)).toBe('profile-damaged'); // gzip's own checksum
  });
  test('missing, and no file', () => {
    expect(codeOf(readProfileFile(join(folder, 'gone')))).toBe('input-missing');
    expect(codeOf(readProfileFile(folder))).toBe('not-a-profile');
  });
});

test('whatever bytes are changed: a profile that holds together, or a refusal', () => {
  const change = fc.tuple(fc.nat(PACKED.length - 1), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(PACKED.length), (changes, length) => {
      const copy = Uint8Array.from(PACKED);
      for (const [at, value] of changes) copy[at] = value;
      expect(codeOf(unpackProfile(copy))).toMatch(/^(?:ok|not-a-profile|profile-\w+)$/);
      expect(codeOf(unpackProfile(copy.subarray(0, length)))).toMatch(/^(?:ok|not-a-profile|profile-\w+)$/);
    }),
  );
});

describe('what cannot be written', () => {
  test('in a missing folder', () => {
    expect(codeOf(writeProfileFile(join(folder, 'gone', 'a.highwater'), PACKED))).toBe('output-unwritable');
  });

  test('in the place of a folder, which stays', () => {
    const path = join(folder, 'a.highwater');
    mkdirSync(path);
    writeFileSync(join(path, 'mine'), '');
    expect(codeOf(writeProfileFile(path, PACKED))).toBe('output-unwritable');
    expect(readdirSync(folder)).toEqual(['a.highwater']);
    expect(readdirSync(path)).toEqual(['mine']);
  });

  test('on a full disk: nothing of it is left, the one before stays', (ctx) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    if (status !== 0) return ctx.skip('a small disk cannot be mounted here (not root?)');
    try {
      const path = join(disk, 'a.highwater');
      writeProfileFile(path, PACKED);
      const result = writeProfileFile(path, new Uint8Array(1 << 20));
      expect(result).toMatchObject({ ok: false, error: { code: 'output-unwritable', cause: 'ENOSPC' } });
      expect(readdirSync(disk)).toEqual(['a.highwater']);
      expect(existsSync(previousPath(path))).toBe(false);
      expect(codeOf(readProfileFile(path))).toBe('ok');
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
