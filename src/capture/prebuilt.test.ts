import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AGENT, LAUNCHER } from './agent-sources.ts';
import { findPrebuilt, ownLibc, prebuiltName } from './prebuilt.ts';
import { WIRE_VERSION } from './wire.ts';

const SOURCES = '0123456789abcdef';

interface Plant {
  readonly manifest?: object;
  readonly text?: string;
  readonly files?: readonly string[];
}

/** A project with the package for this processor and glibc in its node_modules. */
function plant({ manifest = {}, text, files = [AGENT, LAUNCHER] }: Plant = {}): { root: string; folder: string } {
  const root = mkdtempSync(join(tmpdir(), 'highwater-prebuilt-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'node_modules', prebuiltName(process.arch, 'glibc'));
  mkdirSync(folder, { recursive: true });
  const highwater = { wire: WIRE_VERSION, sources: SOURCES };
  const whole = { os: ['linux'], cpu: [process.arch], libc: ['glibc'], highwater, ...manifest };
  writeFileSync(join(folder, 'package.json'), text ?? JSON.stringify(whole));
  for (const file of files) writeFileSync(join(folder, file), '');
  return { root, folder };
}

const find = ({ root }: { root: string }) => findPrebuilt(root, SOURCES, 'glibc');

test('a build of these sources for this machine is found, from folders below too', () => {
  const planted = plant();
  expect(find(planted)).toBe(planted.folder);
  expect(findPrebuilt(join(planted.root, 'node_modules', 'highwater'), SOURCES, 'glibc')).toBe(planted.folder);
});

test.each<[string, Plant]>([
  ['other sources', { manifest: { highwater: { wire: WIRE_VERSION, sources: 'f'.repeat(16) } } }],
  ['another wire version', { manifest: { highwater: { wire: WIRE_VERSION + 1, sources: SOURCES } } }],
  ['another processor', { manifest: { cpu: ['s390x'] } }],
  ['another C library', { manifest: { libc: ['musl'] } }],
  ['no word of what it was built from', { manifest: { highwater: undefined } }],
  ['a package.json that is none', { text: '{' }],
  ['no launcher', { files: [AGENT] }],
  ['no agent', { files: [LAUNCHER] }],
])('%s: not used', (_what, planted) => {
  expect(find(plant(planted))).toBeUndefined();
});

test('no package, or only one for the other C library', () => {
  const planted = plant();
  expect(findPrebuilt(planted.root, SOURCES, 'musl')).toBeUndefined();
  expect(findPrebuilt(dirname(planted.root), SOURCES, 'glibc')).toBeUndefined();
});

test('our own C library is the one that node runs on', () => {
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  expect(ownLibc()).toBe(glibcVersionRuntime ? 'glibc' : 'musl');
});
