// Model files that were compressed as a whole, made by the programs that people compress with: read by xray, rewritten by slim, and
// refused where they are cut off or blow up.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeLz4 } from '../../src/artifact/lz4-writer.ts';
import { type Ended, expectOneMessage, highwater, makeFolder, userEnvironment } from './highwater.ts';
import { PYTHON, pythonWith } from './pythons.ts';

const MAKE = `
import bz2, gzip, lzma, pickle, sys, zlib
rows = [{"name": "a name that comes again", "value": float(i % 100), "tag": "tag %d" % (i % 50)} for i in range(20000)]
data = pickle.dumps(rows, protocol=4)
open("plain", "wb").write(data)
open("gzip", "wb").write(gzip.compress(data))
open("zlib", "wb").write(zlib.compress(data, 3))
open("bz2", "wb").write(bz2.compress(data, 5))
open("xz", "wb").write(lzma.compress(data))
open("lzma", "wb").write(lzma.compress(data, format=lzma.FORMAT_ALONE, preset=1))
open("bomb.xz", "wb").write(lzma.compress(bytes(300_000_000), preset=0))
open("bomb.bz2", "wb").write(bz2.compress(bytes(300_000_000), 9))
`;

const CODECS = ['gzip', 'zlib', 'bz2', 'xz', 'lzma', 'lz4', 'zstd'] as const;
const UNPACK = `
import bz2, gzip, lzma, sys, zlib
path, codec = sys.argv[1:]
sys.stdout.buffer.write({"gzip": gzip, "bz2": bz2, "xz": lzma, "lzma": lzma, "zlib": zlib}[codec].decompress(open(path, "rb").read()))
`;

function run(python: string, words: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(python, words, { cwd, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

/** One folder of files for all tests: making them takes seconds. */
let made: ReadonlyMap<string, Buffer> | undefined;

function makeFiles(): string {
  const cwd = makeFolder();
  if (!made) {
    run(PYTHON, ['-c', MAKE], cwd);
    const plain = readFileSync(join(cwd, 'plain'));
    writeFileSync(join(cwd, 'zstd'), zstdCompressSync(plain));
    writeFileSync(join(cwd, 'lz4'), Buffer.concat([...encodeLz4([plain])]));
    const names = ['plain', ...CODECS, 'bomb.xz', 'bomb.bz2'];
    made = new Map(names.map((name) => [name, readFileSync(join(cwd, name))]));
  }
  for (const [name, bytes] of made) writeFileSync(join(cwd, name), bytes);
  return cwd;
}

function xrayJson(name: string, cwd: string) {
  const ended = highwater(['xray', name, '--python', '3.11', '--json'], { cwd });
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  return JSON.parse(ended.stdout).models[0];
}

function expectRefusal(ended: Ended, words: RegExp): void {
  expectOneMessage(ended.stderr);
  expect(ended.stderr).toMatch(words);
  expect([ended.status, ended.stdout]).toEqual([3, '']);
}

describe('a pickle that was compressed with', () => {
  test.for(CODECS)('%s is read like the pickle that it holds', (codec) => {
    const cwd = makeFiles();
    const [packed, plain] = [xrayJson(codec, cwd), xrayJson('plain', cwd)];
    expect(packed.format.name).toMatch(new RegExp(`^(?:pickle|joblib), compressed with ${codec}$`));
    expect(packed.classes).toEqual(plain.classes);
    expect(packed.duplicates).toEqual(plain.duplicates);
    expect(packed.fileBytes).toBe(readFileSync(join(cwd, codec)).length);
  });

  test.for(CODECS)('%s is slimmed, and compressed the same way again', (codec) => {
    const cwd = makeFiles();
    const slim = (from: string, to: string) => highwater(['slim', from, '-o', to, '--json'], { cwd });
    expect(slim('plain', 'plain.slim').status).toBe(0);
    const ended = slim(codec, `${codec}.slim`);
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(JSON.parse(ended.stdout).compression).toBe(codec);
    const [first, again] = [readFileSync(join(cwd, codec)), readFileSync(join(cwd, `${codec}.slim`))];
    // The same magic and, where there is one, the same level.
    expect(again.subarray(0, 4)).toEqual(first.subarray(0, 4));
    if (codec === 'lz4' || codec === 'zstd') return;
    const unpacked = spawnSync(PYTHON, ['-c', UNPACK, `${codec}.slim`, codec], { cwd, maxBuffer: 2 ** 28 }).stdout;
    expect(Buffer.compare(unpacked, readFileSync(join(cwd, 'plain.slim')))).toBe(0);
  });

  test('xz is slimmed with a forecast of the stream, before and after', () => {
    const cwd = makeFiles();
    const args = ['slim', 'xz', '-o', 'xz.slim', '--forecast', '--python', PYTHON, '--json'];
    const ended = highwater(args, { cwd });
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    const { before, after } = JSON.parse(ended.stdout).forecast;
    const peakOf = (name: string) => {
      const [model] = JSON.parse(highwater(['xray', name, '--python', PYTHON, '--json'], { cwd }).stdout).models;
      return model.forecast.peak;
    };
    expect([before.peak, after.peak]).toEqual([peakOf('xz'), peakOf('xz.slim')]);
    expect(after.peak).toBeLessThan(before.peak);
  });

  test.for(CODECS)('%s and cut off gives one message that names the byte', (codec) => {
    const cwd = makeFiles();
    const bytes = readFileSync(join(cwd, codec));
    writeFileSync(join(cwd, 'cut'), bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    expectRefusal(highwater(['xray', 'cut'], { cwd }), /\(at byte \d+\)/);
    expectRefusal(highwater(['slim', 'cut', '-o', 'out'], { cwd }), /\(at byte \d+\)/);
  });

  test.for([['-1'], ['-9', '-BD', '-B4'], ['-B5', '-BX'], ['--content-size', '-B7', '--no-frame-crc']])(
    'the lz4 program, %j: both read what the other wrote',
    (options, ctx) => {
      const cwd = makeFiles();
      const packed = spawnSync('lz4', [...options, 'plain', 'by-program'], { cwd });
      if (packed.error) ctx.skip('there is no program lz4');
      expect(xrayJson('by-program', cwd).classes).toEqual(xrayJson('plain', cwd).classes);
      const unpacked = spawnSync('lz4', ['-dc', 'lz4'], { cwd, maxBuffer: 2 ** 28 }).stdout;
      expect(Buffer.compare(unpacked, readFileSync(join(cwd, 'plain')))).toBe(0);
    },
  );

  test('xz or bz2 and blows up is refused within seconds', () => {
    const cwd = makeFiles();
    for (const name of ['bomb.xz', 'bomb.bz2']) {
      const before = Date.now();
      expectRefusal(highwater(['xray', name], { cwd }), /more than 250 times its size \(at byte \d+\)/);
      expect(Date.now() - before).toBeLessThan(20_000);
    }
  });

  test('gzip or zlib and there is no room to take it apart: it is read all the same', () => {
    const cwd = makeFiles();
    const env = { ...userEnvironment(), TMPDIR: '/nowhere/at/all' };
    for (const codec of ['gzip', 'zlib', 'xz']) {
      const ended = highwater(['xray', codec, '--python', '3.11'], { cwd, env });
      if (codec === 'xz') expectRefusal(ended, /cannot write into \/nowhere\/at\/all \(ENOENT\)/);
      else expect([ended.status, ended.stderr]).toEqual([0, '']);
    }
  });

  test('xz is read by the next Python, where the first is none or has not got the module', () => {
    const cwd = makeFiles();
    writeFileSync(join(cwd, 'python3'), '#!/bin/sh\necho "no such version" >&2\nexit 127\n', { mode: 0o755 });
    writeFileSync(join(cwd, 'python'), `#!/bin/sh\nexec ${PYTHON} "$@"\n`, { mode: 0o755 });
    const env = { ...userEnvironment(), PATH: `${cwd}:/usr/bin:/bin` };
    const ended = highwater(['xray', 'xz', '--python', '3.11'], { cwd, env });
    expect([ended.status, ended.stderr]).toEqual([0, '']);
  });

  test('xz is named where no Python can take it apart', () => {
    const cwd = makeFiles();
    const environment = { ...process.env, PATH: '/nowhere' };
    const ended = highwater(['xray', 'xz', '--python', '3.11'], { cwd, env: environment });
    expectRefusal(ended, /is compressed with xz, and no Python here has the module for it/);
  });
});

describe('a file of joblib', () => {
  const DUMP = `
import joblib, numpy as np, sys
from sklearn.ensemble import RandomForestClassifier
rows = np.random.default_rng(0).normal(size=(2000, 8))
forest = RandomForestClassifier(20, random_state=0).fit(rows, rows[:, 0] + rows[:, 1] ** 2 > 0.5)
arrays = {"words": np.array(["a word %d" % (i % 70) for i in range(5000)], dtype=object), "numbers": np.round(np.random.default_rng(1).random((700, 900)), 2)}
joblib.dump([forest, arrays], "model", compress=(sys.argv[1], 3))
`;
  const EQUAL = `
import joblib, numpy as np
(forest, one), (again, two) = joblib.load("model"), joblib.load("slim")
rows = np.random.default_rng(0).normal(size=(500, 8))
assert (forest.predict_proba(rows) == again.predict_proba(rows)).all()
assert all((one[key] == two[key]).all() and one[key].dtype == two[key].dtype for key in one)
`;

  test.for(['zlib', 'gzip', 'bz2', 'xz', 'lzma', 'lz4'])(
    'compressed with %s: read, measured, slimmed, loaded again',
    (codec, ctx) => {
      const python = pythonWith('science', ctx);
      const cwd = makeFolder();
      const made = spawnSync(python, ['-c', DUMP, codec], { cwd, encoding: 'utf8' });
      if (/LZ4 is not installed/.test(made.stderr)) ctx.skip('there is no lz4 for this Python');
      expect(made.status, made.stderr).toBe(0);
      const ended = highwater(['xray', 'model', '--measure', '--python', python, '--json'], { cwd });
      expect(ended.status, ended.stderr).toBe(0);
      const [{ format, forecast, measured }] = JSON.parse(ended.stdout).models;
      expect(format.name).toBe(`joblib, compressed with ${codec}`);
      expect(measured.failure).toBe('');
      expect(Math.abs(forecast.peak / measured.peak - 1), `${forecast.peak} ${measured.peak}`).toBeLessThan(0.2);
      const slimmed = highwater(['slim', 'model', '-o', 'slim', '--python', python], { cwd });
      expect([slimmed.status, slimmed.stderr]).toEqual([0, '']);
      expect(readFileSync(join(cwd, 'slim')).subarray(0, 3)).toEqual(readFileSync(join(cwd, 'model')).subarray(0, 3));
      run(python, ['-c', EQUAL], cwd);
    },
  );
});
