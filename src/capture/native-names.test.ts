// Names for native code: looked up once for all, believed only where the file is still the one that ran.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unwrap } from '#base/result.ts';
import { readElfSymbols } from './elf-symbols.ts';
import { MADE_AT_RUN_TIME, NativeNames } from './native-names.ts';
import { NativePlaces } from './native-places.ts';

const folder = mkdtempSync(join(tmpdir(), 'highwater-names-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Any program with symbols serves: this one.
const program = process.execPath;
const { buildId, find } = unwrap(readElfSymbols(program));
const place = [0x1000000, 0x1800000, 0x2000000, 0x2800000].find((at) => (find(at)?.name ?? '') !== '')!;

function learn(path: string, id: string, offset: number): { name: string; notes: readonly { text: string }[] } {
  const places = new NativePlaces();
  places.beginStream();
  places.module(7, path, id);
  places.native(7, offset);
  places.native(8, offset); // a module that was never defined: damage
  const names = new NativeNames(folder);
  names.learn(places);
  return { name: names.find({ path, buildId: id }, offset), notes: names.notes };
}

test('a function of a file that is as it was', () => {
  const { name, notes } = learn(program, buildId, place);
  expect(name).not.toMatch(/\+0x|^_Z/);
  expect(notes).toEqual([]);
});

test('a path that was relative is one of the working directory', () => {
  copyFileSync(program, join(folder, 'copy'));
  expect(learn('./copy', buildId, place).name).toBe(learn(program, buildId, place).name);
});

test('a file that was replaced gives no names, and says so', () => {
  const { name, notes } = learn(program, 'aa00', 0x1234);
  const { base } = { base: program.slice(program.lastIndexOf('/') + 1) };
  expect(name).toBe(`${base}+0x1234`);
  expect(notes.map(({ text }) => text).join()).toContain('has changed since');
});

test('a file that is gone, or is no ELF file', () => {
  writeFileSync(join(folder, 'text.so'), 'no');
  for (const path of [join(folder, 'gone.so'), join(folder, 'text.so')]) {
    const { name, notes } = learn(path, 'aa00', 0x1234);
    expect(name).toBe(`${path.slice(path.lastIndexOf('/') + 1)}+0x1234`);
    expect(notes.map(({ text }) => text).join()).toContain('cannot be read');
  }
});

test('code without a file', () => {
  expect(learn('', '', 0)).toEqual({ name: MADE_AT_RUN_TIME, notes: [] });
});
