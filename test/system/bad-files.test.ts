// Files that are not what they should be, and places that cannot be written: one clear error, and nothing lost.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { type Ended, expectOneMessage, highwater, makeFolder, reportOf } from './highwater.ts';
import { cutOff } from './kill.ts';
import { PYTHON } from './pythons.ts';

const SCRIPT = { 'a.py': 'kept = [bytearray(b"x") * 2_000_000 for _ in range(10)]\nprint("whole")\n' };

function run(cwd: string, args: readonly string[] = []): Ended {
  return highwater(['run', '-q', '--python', PYTHON, ...args, 'a.py'], { cwd });
}

function expectRefused(input: string, cwd: string, words: RegExp): void {
  const ended = highwater(['report', input], { cwd });
  expectOneMessage(ended.stderr);
  expect(ended.stderr).toMatch(words);
  expect(ended.status).toBe(3);
  expect(ended.stdout).toBe('');
}

let stored: string;
let whole: Buffer;
let cut: string;
beforeAll(async () => {
  stored = spawnSync('mktemp', ['-d'], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(join(stored, 'a.py'), SCRIPT['a.py']);
  expect(run(stored).status).toBe(0);
  whole = readFileSync(join(stored, 'a.highwater'));
  await cutOff('highwater', 900, PYTHON, stored);
  cut = join(stored, 'victim.highwater-run');
  return () => rmSync(stored, { recursive: true });
});

describe('a profile that is', () => {
  const cases: readonly [what: string, make: (bytes: Buffer) => Buffer, words: RegExp][] = [
    ['empty', () => Buffer.alloc(0), /the file is too short to be a profile/],
    ['garbage', () => Buffer.from('not a profile at all'), /is not a highwater profile/],
    [
      'text, with its line ends changed',
      (b) => Buffer.from(b.toString('latin1').replace('\r\n', '\n'), 'latin1'),
      /not a highwater profile/,
    ],
    ['cut in its header', (b) => b.subarray(0, 12), /too short/],
    ['cut in the middle', (b) => b.subarray(0, b.length >> 1), /the profile ends too early/],
    ['cut by one byte', (b) => b.subarray(0, b.length - 1), /the profile ends too early/],
    ['of a later version', (b) => with32(b, 8, 99), /version 99 and this highwater reads versions up to/],
    ['of no version', (b) => with32(b, 8, 0), /header of the profile is damaged/],
    ['changed in the middle', (b) => with32(b, b.length >> 1, 0xdeadbeef), /damaged|contradicts|too early/],
  ];
  test.for(cases)('%s', ([, make, words]) => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, 'x.highwater'), make(whole));
    expectRefused('x.highwater', cwd, words);
  });

  test('missing', () => expectRefused('gone.highwater', makeFolder(), /there is no file .*gone\.highwater/));
  test('a folder', () => {
    const cwd = makeFolder();
    mkdirSync(join(cwd, 'x.highwater'));
    expectRefused('x.highwater', cwd, /is not the folder of a run/);
  });
  test('unreadable', (ctx) => {
    if (process.getuid!() === 0) ctx.skip('root reads everything');
    const cwd = makeFolder();
    writeFileSync(join(cwd, 'x.highwater'), whole, { mode: 0 });
    expectRefused('x.highwater', cwd, /cannot read .* \(EACCES\)/);
  });
  test('a device', () => expectRefused('/dev/null', makeFolder(), /\/dev\/null is not a profile/));

  function with32(bytes: Buffer, at: number, value: number): Buffer {
    const copy = Buffer.from(bytes);
    copy.writeUInt32LE(value, at);
    return copy;
  }
});

describe('the folder of a run, of which', () => {
  function folderWith(change: (folder: string) => void): string {
    const cwd = makeFolder();
    cpSync(cut, join(cwd, 'x.highwater-run'), { recursive: true });
    change(join(cwd, 'x.highwater-run'));
    return cwd;
  }
  const streamOf = (folder: string) => join(folder, readdirSync(folder).find((name) => name.endsWith('.hws'))!);
  const codesOf = (cwd: string) => reportOf('x.highwater-run', cwd).notes.map((note) => note.code);

  test('nothing is missing', () => {
    const report = reportOf(
      'x.highwater-run',
      folderWith(() => {}),
    );
    expect(report.meta.complete).toBe(false);
    expect(report.mainPeak!.bytes).toBeGreaterThan(10_000_000);
  });

  test('run.json is missing, empty, cut, or something else', () => {
    expectRefused(
      'x.highwater-run',
      folderWith((folder) => rmSync(join(folder, 'run.json'))),
      /is not the folder of a run/,
    );
    for (const text of [
      '',
      '{"version":1,"comm',
      'null',
      '[]',
      '{}',
      '7',
      '{"version":1,"command":7,"start":1}',
      '\0\0\0',
    ]) {
      const cwd = folderWith((folder) => writeFileSync(join(folder, 'run.json'), text));
      expectRefused('x.highwater-run', cwd, /run\.json/);
    }
  });

  test('run.json has fields of other kinds', () => {
    const manifest = JSON.parse(readFileSync(join(cut, 'run.json'), 'utf8'));
    for (const field of Object.keys(manifest)) {
      for (const value of [undefined, null, 7, 'x', [], {}]) {
        const cwd = folderWith((folder) =>
          writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...manifest, [field]: value })),
        );
        const { status, stderr } = highwater(['report', '--json', 'x.highwater-run'], { cwd });
        if (status === 0) continue;
        expectOneMessage(stderr);
        expect(status, `${field} = ${JSON.stringify(value)}`).toBe(3);
      }
    }
  }, 240_000);

  test('the samples are missing or garbage', () => {
    for (const change of [
      (path: string) => rmSync(path),
      (path: string) => writeFileSync(path, ''),
      (path: string) => writeFileSync(path, 'garbage '.repeat(100)),
    ]) {
      const cwd = folderWith((folder) => change(join(folder, 'samples.log')));
      expect(codesOf(cwd)).toContain('samples-missing');
      expect(highwater(['report', '-o', 'saved.highwater', 'x.highwater-run'], { cwd }).status).toBe(0);
      expect(reportOf('saved.highwater', cwd).mainPeak!.bytes).toBeGreaterThan(10_000_000);
    }
  });

  test('the samples are cut anywhere', () => {
    const size = readFileSync(join(cut, 'samples.log')).length;
    for (const part of [0.2, 0.5, 0.9, 0.999]) {
      const cwd = folderWith((folder) => truncateSync(join(folder, 'samples.log'), Math.floor(size * part)));
      expect(reportOf('x.highwater-run', cwd).mainPeak!.bytes).toBeGreaterThan(10_000_000);
    }
  });

  test("the stream is missing: the kernel's figures are there", () => {
    const cwd = folderWith((folder) => rmSync(streamOf(folder)));
    const report = reportOf('x.highwater-run', cwd);
    expect(report.mainPeak!.bytes).toBeGreaterThan(10_000_000);
    expect(report.lines).toEqual([]);
  });

  test('the stream is empty, cut in its header, garbage or of another version', () => {
    const bytes = readFileSync(streamOf(cut));
    const version = Buffer.from(bytes);
    version.writeUInt32LE(9, 8);
    const cases: [Buffer, string][] = [
      [Buffer.alloc(0), 'stream-truncated'],
      [bytes.subarray(0, 100), 'stream-truncated'],
      [Buffer.from('garbage '.repeat(2000)), 'not-a-stream'],
      [version, 'stream-version'],
    ];
    for (const [content, code] of cases) {
      const cwd = folderWith((folder) => writeFileSync(streamOf(folder), content));
      expect(codesOf(cwd)).toContain(code);
    }
  });

  test('the stream is cut or damaged in the middle: what comes before counts', () => {
    const bytes = readFileSync(streamOf(cut));
    const committed = Number(bytes.readBigUInt64LE(16));
    const damaged = Buffer.from(bytes);
    damaged.fill(0, committed >> 1, (committed >> 1) + 256);
    for (const content of [bytes.subarray(0, committed >> 1), damaged]) {
      const cwd = folderWith((folder) => writeFileSync(streamOf(folder), content));
      const report = reportOf('x.highwater-run', cwd);
      expect(report.notes.map((note) => note.code)).toContain('stream-damaged');
      expect(report.lines.length).toBeGreaterThan(0);
      const { status } = highwater(['report', '-o', 'saved.highwater', 'x.highwater-run'], { cwd });
      expect(status).toBe(0);
      expect(reportOf('saved.highwater', cwd).lines).toEqual(report.lines);
    }
  });

  test('there are strangers in it', () => {
    const cwd = folderWith((folder) => {
      mkdirSync(join(folder, 'agent-1-0.hws'));
      writeFileSync(join(folder, 'other'), 'x');
      writeFileSync(join(folder, 'status'), 'nonsense\nstarted x y\nexited\n');
    });
    expect(reportOf('x.highwater-run', cwd).mainPeak!.bytes).toBeGreaterThan(10_000_000);
  });
});

describe('places that cannot be written', () => {
  test('a profile in a missing folder: refused before anything runs', () => {
    const cwd = makeFolder(SCRIPT);
    const ended = run(cwd, ['-o', 'gone/x.highwater']);
    expectOneMessage(ended.stderr);
    expect(ended.stderr).toMatch(/cannot create .*gone\/x\.highwater-run \(ENOENT\)/);
    expect([ended.status, ended.stdout]).toEqual([125, '']);
  });

  test('a profile whose name is a folder: refused before anything runs, the folder untouched', () => {
    const cwd = makeFolder(SCRIPT);
    mkdirSync(join(cwd, 'results'));
    writeFileSync(join(cwd, 'results', 'mine'), 'x');
    const ended = run(cwd, ['-o', 'results']);
    expectOneMessage(ended.stderr);
    expect(ended.stderr).toMatch(/cannot write .*results \(it is a folder\)/);
    expect([ended.status, ended.stdout]).toEqual([125, '']);
    expect(readdirSync(cwd).sort()).toEqual(['a.py', 'results']);
    const again = highwater(['report', '-o', 'results', join(stored, 'a.highwater')], { cwd });
    expect(again.status).toBe(3);
    expectOneMessage(again.stderr);
    expect(readdirSync(join(cwd, 'results'))).toEqual(['mine']);
  });

  test.for(['html', 'json', 'csv', 'speedscope', 'collapsed', 'pprof'])(
    'a report as %s: told once, the profile is kept',
    (format) => {
      const cwd = makeFolder(SCRIPT);
      const ended = run(cwd, [`--${format}=gone/x`]);
      expectOneMessage(ended.stderr);
      expect(ended.stderr).toMatch(/cannot write gone\/x \(ENOENT\)/);
      expect([ended.status, ended.stdout]).toEqual([125, 'whole\n']);
      expect(reportOf('a.highwater', cwd).meta.complete).toBe(true);
      const again = highwater(['report', `--${format}=gone/x`, 'a.highwater'], { cwd });
      expect(again.status).toBe(3);
      expectOneMessage(again.stderr);
    },
  );

  test("the program's own code comes first", () => {
    const cwd = makeFolder({ 'a.py': 'import sys; sys.exit(9)\n' });
    expect(run(cwd, ['--html=gone/x']).status).toBe(9);
  });

  test('a read-only folder', (ctx) => {
    const cwd = makeFolder(SCRIPT);
    const folder = mountOrSkip(cwd, 'size=1m,ro', ctx);
    const ended = run(cwd, ['-o', join(folder, 'x.highwater')]);
    expectOneMessage(ended.stderr);
    expect(ended.stderr).toMatch(/cannot create .*\(EROFS\)/);
    expect([ended.status, ended.stdout]).toEqual([125, '']);
  });
});

/** A small file system in `cwd`. */
function mountOrSkip(cwd: string, options: string, ctx: TestContext): string {
  const folder = join(cwd, 'disk');
  mkdirSync(folder);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  if (status !== 0) ctx.skip('a small disk cannot be mounted here (not root?)');
  onTestFinished(() => void spawnSync('umount', [folder]));
  return folder;
}

describe('a disk that is full', () => {
  test.for(['4k', '16k', '64k', '128k', '300k', '700k'])(
    'of %s: the program is unharmed, or not started',
    (size, ctx) => {
      const cwd = makeFolder(SCRIPT);
      const folder = mountOrSkip(cwd, `size=${size}`, ctx);
      const ended = highwater(['run', '--python', PYTHON, '-o', join(folder, 'x.highwater'), 'a.py'], { cwd });
      const names = readdirSync(folder);
      if (ended.stdout === '') {
        expect(ended.status, ended.stderr).toBe(125);
        expectOneMessage(ended.stderr);
        expect(names).toEqual([]);
        return;
      }
      expect(ended.stdout).toBe('whole\n');
      if (names.includes('x.highwater')) {
        expect(ended.status, ended.stderr).toBe(0);
        expect(names).toEqual(['x.highwater']);
        expect(reportOf(join(folder, 'x.highwater'), cwd).mainPeak!.bytes).toBeGreaterThan(20_000_000);
        return;
      }
      // What there was room for is still there, and can be reported from elsewhere.
      expect(ended.status).toBe(125);
      expect(ended.stderr).toMatch(/what was captured is in .*x\.highwater-run/);
      expect(names).toEqual(['x.highwater-run']);
      expect(ended.stderr).toMatch(/a\.py: peak [2-9]\d(?:\.\d)? MiB \(VmHWM/); // told, also where nothing of it could be kept
      expect(reportOf(join(folder, 'x.highwater-run'), cwd).meta.complete).toBe(false);
    },
  );

  test('the previous profile stays when the next has no room', (ctx) => {
    const cwd = makeFolder(SCRIPT);
    const folder = mountOrSkip(cwd, 'size=1m', ctx);
    const profile = join(folder, 'x.highwater');
    expect(run(cwd, ['-o', profile]).status).toBe(0);
    const before = readFileSync(profile);
    fill(folder);
    const ended = run(cwd, ['-o', profile]);
    expect([0, 125]).toContain(ended.status);
    const kept = ended.status === 0 ? join(folder, 'x.prev.highwater') : profile;
    expect(readFileSync(kept).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('.tmp-'))).toEqual([]);
  });

  /** Until nothing fits any more. */
  function fill(folder: string): void {
    for (let size = 1 << 20, n = 0; size >= 4096; size >>= 1, n++) {
      const path = join(folder, `filler-${n}`);
      try {
        writeFileSync(path, Buffer.alloc(size));
      } catch {
        rmSync(path, { force: true });
      }
    }
  }
});

test('the profile before is kept under another name', () => {
  const cwd = makeFolder(SCRIPT);
  run(cwd);
  const first = readFileSync(join(cwd, 'a.highwater'));
  run(cwd);
  expect(readFileSync(join(cwd, 'a.prev.highwater')).equals(first)).toBe(true);
  expect(readdirSync(cwd).sort()).toEqual(['a.highwater', 'a.prev.highwater', 'a.py']);
});

test('a profile is read on another machine, without its program or its sources', () => {
  const cwd = makeFolder();
  copyFileSync(join(stored, 'a.highwater'), join(cwd, 'b.highwater'));
  expect(reportOf('b.highwater', cwd).lines[0]).toMatchObject({
    line: 1,
    source: expect.stringContaining('bytearray'),
  });
});
