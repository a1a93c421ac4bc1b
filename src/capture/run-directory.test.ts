import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unwrap } from '#base/result.ts';
import { createRunDirectory, RunDirectory } from './run-directory.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'highwater-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MANIFEST = {
  tool: '0.1.0',
  command: ['python3', 'a.py'],
  title: 'a.py',
  workingDirectory: '/here',
  startedAt: 1,
  start: 2,
  python: null,
  threadSettings: { OMP_NUM_THREADS: 2 },
  limits: { addressSpace: null, data: 5 },
  embedSource: true,
};

const create = (name = 'a.highwater') => createRunDirectory(join(folder, name));

test('lies beside its profile, for its owner only', () => {
  const { path } = unwrap(create());
  expect(path).toBe(join(folder, 'a.highwater-run'));
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(unwrap(create('b')).path).toBe(join(folder, 'b.highwater-run'));
});

test('one that was left is not touched: the next takes another name', () => {
  const paths = [1, 2, 3].map(() => unwrap(create()).path);
  expect(paths.map((path) => path.slice(folder.length))).toEqual([
    '/a.highwater-run',
    '/a.highwater-run.2',
    '/a.highwater-run.3',
  ]);
});

test('a folder that cannot be made is named', () => {
  const missing = createRunDirectory(join(folder, 'gone', 'a.highwater'));
  expect(missing).toMatchObject({ ok: false, error: { code: 'output-unwritable', cause: 'ENOENT' } });
});

test('the manifest is read as it was written, and only by its owner', () => {
  const run = unwrap(create());
  unwrap(run.writeManifest(MANIFEST));
  expect(unwrap(run.readManifest())).toEqual({ version: 1, ...MANIFEST });
  expect(statSync(run.manifestPath).mode & 0o777).toBe(0o600);
});

test('any other folder, and any other file of that name, is refused', () => {
  const run = new RunDirectory(folder);
  expect(run.readManifest()).toMatchObject({ ok: false, error: { code: 'not-a-run-folder' } });
  const whole = { version: 1, ...MANIFEST };
  const others: unknown[] = [null, 7, [], {}, { ...whole, version: 2 }];
  for (const field of Object.keys(whole)) {
    for (const value of [undefined, 'x', -1, [7], { addressSpace: 'x' }]) {
      const isFine =
        (typeof value === 'string' && /tool|title|work/.test(field)) || (value === -1 && /start/.test(field));
      if (!isFine) others.push({ ...whole, [field]: value });
    }
  }
  for (const other of others) {
    writeFileSync(run.manifestPath, JSON.stringify(other));
    expect(run.readManifest(), JSON.stringify(other)).toMatchObject({
      ok: false,
      error: { code: 'run-folder-damaged' },
    });
  }
  writeFileSync(run.manifestPath, '{"version": 1, "comm');
  expect(run.readManifest()).toMatchObject({ ok: false, error: { code: 'run-folder-damaged' } });
});

test('its streams, and nothing else', () => {
  const run = unwrap(create());
  for (const name of [
    'agent-12-0.hws',
    'agent-12-1.hws',
    'agent-9-0.hws',
    'samples.log',
    'agent-x-0.hws',
    'agent-1-0.hws.swp',
  ]) {
    writeFileSync(join(run.path, name), '');
  }
  expect(run.streamPaths().map((path) => path.slice(run.path.length + 1))).toEqual([
    'agent-12-0.hws',
    'agent-12-1.hws',
    'agent-9-0.hws',
  ]);
});

test('goes away with all that is in it', () => {
  const run = unwrap(create());
  mkdirSync(join(run.path, 'more'));
  run.remove();
  expect(existsSync(run.path)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  run.remove();
});
