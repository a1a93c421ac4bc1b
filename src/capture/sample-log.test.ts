import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { unwrap } from '#base/result.ts';
import { KIB } from '#base/units.ts';
import { readSampleLog, type SampleLog, SampleLogWriter } from './sample-log.ts';
import type { SampleRow } from './sample-log-write.ts';

const folder = mkdtempSync(join(tmpdir(), 'highwater-log-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'log');

const START = 5e12;
const IMAGE = { comm: 'python3', command: 'python3 train.py', executable: '/usr/bin/python3' };

function row(process: number, kib: number, more: Partial<SampleRow> = {}): SampleRow {
  const figures = { rss: kib, anon: kib, file: 0, shmem: 0, swap: 0, hwm: kib };
  const bytes = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value * KIB]));
  return {
    ...(bytes as unknown as SampleRow),
    process,
    threads: 1,
    minorFaults: 0,
    majorFaults: 0,
    hugetlb: 0,
    ...more,
  };
}

/** Time in whole milliseconds after the start. */
const at = (ms: number) => START + ms * 1e6;

function write(fill: (log: SampleLogWriter) => void): Buffer {
  const log = new SampleLogWriter(path, 42, START);
  fill(log);
  log.close();
  expect(log.problem).toBeUndefined();
  return readFileSync(path);
}

const read = (bytes: Uint8Array): SampleLog => unwrap(readSampleLog(bytes));

const FILES = [
  { path: '/data/é', isShared: false, rss: 40 * KIB, pss: 20 * KIB, reserved: 64 * KIB },
  { path: '/dev/shm/psm_1', isShared: true, rss: 16 * KIB, pss: 4 * KIB, reserved: 16 * KIB },
  { path: '', isShared: false, rss: 8 * KIB, pss: 8 * KIB, reserved: 8 * KIB },
];

function twoProcesses(log: SampleLogWriter): void {
  log.addProcess(at(0), 42, 1, 900, IMAGE);
  log.addTick(at(0), [row(0, 100)]);
  log.addProcess(at(10), 43, 42, 901, IMAGE);
  log.addTick(
    at(10),
    [
      row(0, 300, { pss: 250 * KIB, privateBytes: 200 * KIB, hugeAnon: 150 * KIB }),
      row(1, 100, { pss: 50 * KIB, privateBytes: 0, hugetlb: 64 * KIB }),
    ],
    7000,
  );
  log.addTick(at(20), [row(0, 200, { hwm: 350 * KIB }), row(1, 100, { anon: Number.NaN, hugetlb: 64 * KIB })]);
  log.addImage(at(20), 1, { ...IMAGE, comm: 'sleep' });
  log.addTick(at(30), [row(1, 50)]);
  log.addEnded(at(30), 0);
  log.addLibraries(1, ['/usr/lib/libjemalloc.so.2']);
  log.addBare(1);
  log.addFiles(at(30), 0, FILES.slice(0, 1));
  log.addFiles(at(30), 1, FILES);
  log.addSystem(at(30), 1024 * KIB, Number.NaN, 5000 * KIB);
  log.addEnd(at(31), 4, 1500);
}

test('what was written is read, by column', () => {
  const { samples, pssReadings, system, facts, complete } = read(write(twoProcesses));
  expect(complete).toBe(true);
  expect([...samples.process]).toEqual([0, 0, 1, 0, 1, 1]);
  expect([...samples.time].map((time) => (time - START) / 1e6)).toEqual([0, 10, 10, 20, 20, 30]);
  expect([...samples.rss].map((bytes) => bytes / KIB)).toEqual([100, 300, 100, 200, 100, 50]);
  expect([...samples.anon].map((bytes) => bytes / KIB)).toEqual([100, 300, 100, 200, Number.NaN, 50]);
  expect([...samples.pss].map((bytes) => bytes / KIB)).toEqual([
    Number.NaN,
    250,
    50,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
  const unread = Number.NaN;
  expect([...samples.hugeAnon].map((bytes) => bytes / KIB)).toEqual([unread, 150, unread, unread, unread, unread]);
  expect([...samples.hugetlb].map((bytes) => bytes / KIB)).toEqual([0, 0, 64, 0, 64, 0]);
  expect([...pssReadings.time, ...pssReadings.span]).toEqual([at(10), 7000]);
  expect([system.cgroupUsage[0], system.cgroupCache[0], system.available[0]]).toEqual([
    1024 * KIB,
    Number.NaN,
    5000 * KIB,
  ]);
  expect(read(write(twoProcesses)).fileReadings).toEqual([
    { time: at(30), process: 0, files: FILES.slice(0, 1) },
    { time: at(30), process: 1, files: FILES },
  ]);
  expect(facts).toMatchObject({ rootPid: 42, start: START, end: { time: at(31), ticks: 4, cpuMs: 1.5 } });
});

test('each process with its images, its largest high-water mark, and when it was seen', () => {
  const [first, second] = read(write(twoProcesses)).processes;
  expect(first).toMatchObject({ pid: 42, parentPid: 1, startTicks: 900, comm: 'python3', libraries: [] });
  expect(first).toMatchObject({ hwm: 350 * KIB, hwmTime: at(20), firstSeen: at(0), lastSeen: at(20), goneBy: at(30) });
  expect(second).toMatchObject({
    pid: 43,
    comm: 'sleep',
    hwm: 100 * KIB,
    hwmTime: at(10),
    lastSeen: at(30),
    goneBy: Number.NaN,
  });
  expect(second!.images.map((image) => image.comm)).toEqual(['python3', 'sleep']);
  expect(second!.libraries).toEqual(['/usr/lib/libjemalloc.so.2']);
  expect([first!.isBare, second!.isBare]).toEqual([false, true]);
});

test('an idle process costs a few bytes a tick', () => {
  const bytes = write((log) => {
    log.addProcess(at(0), 42, 1, 900, IMAGE);
    for (let tick = 0; tick < 1000; tick++) log.addTick(at(tick * 20), [row(0, 1e6)]);
  });
  expect(bytes.length).toBeLessThan(10_000);
});

const size = fc.integer({ min: 0, max: 2 ** 34 });
const figures = fc.record({
  rss: size,
  anon: size,
  file: size,
  shmem: size,
  swap: size,
  hwm: size,
  hugetlb: size,
  minorFaults: size,
  threads: fc.nat(5000),
});

test('any rows come back to the page', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), figures, fc.boolean()), { maxLength: 40 }), (ticks) => {
      const bytes = write((log) => {
        for (let index = 0; index < 4; index++) log.addProcess(at(0), 42 + index, 1, 900, IMAGE);
        ticks.forEach(([process, one, isUnknown], tick) => {
          const sizes = Object.entries(one).map(([name, value]) => [name, isBytes(name) ? value * KIB : value]);
          const anon = isUnknown ? { anon: Number.NaN } : {};
          log.addTick(at(tick), [{ ...row(process, 0), ...Object.fromEntries(sizes), ...anon }]);
        });
      });
      const { samples } = read(bytes);
      expect([...samples.process]).toEqual(ticks.map(([process]) => process));
      expect([...samples.rss]).toEqual(ticks.map(([, one]) => one.rss * KIB));
      expect([...samples.anon]).toEqual(ticks.map(([, one, isUnknown]) => (isUnknown ? Number.NaN : one.anon * KIB)));
      expect([...samples.minorFaults]).toEqual(ticks.map(([, one]) => one.minorFaults));
      expect([...samples.hugetlb]).toEqual(ticks.map(([, one]) => one.hugetlb * KIB));
      expect([...samples.threads]).toEqual(ticks.map(([, one]) => one.threads));
    }),
    { numRuns: 50 },
  );
});

const isBytes = (name: string) => name !== 'threads' && name !== 'minorFaults';

test('cut anywhere, it gives the beginning of the same', () => {
  const bytes = write(twoProcesses);
  const whole = read(bytes);
  let rows = 0;
  for (let cut = 24; cut < bytes.length; cut++) {
    const part = read(bytes.subarray(0, cut));
    expect(part.complete).toBe(false);
    expect(part.samples.length).toBeGreaterThanOrEqual(rows);
    rows = part.samples.length;
    expect([...part.samples.rss]).toEqual([...whole.samples.rss.subarray(0, rows)]);
  }
  expect(rows).toBe(6);
});

test('shorter than its header, of another kind or version: a failure that says so', () => {
  const bytes = write(twoProcesses);
  const codeOf = (input: Uint8Array) => {
    const result = readSampleLog(input);
    return result.ok ? 'ok' : result.error.code;
  };
  for (let cut = 0; cut < 24; cut++) expect(codeOf(bytes.subarray(0, cut))).toBe('sample-log-unknown');
  expect(codeOf(Buffer.from('#!/bin/sh\n'.repeat(9)))).toBe('sample-log-unknown');
  const newer = Buffer.from(bytes);
  newer[8] = 99;
  expect(codeOf(newer)).toBe('sample-log-version');
});

test('with any bytes changed it neither throws nor grows beyond its input', () => {
  const bytes = write(twoProcesses);
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const hostile = Buffer.from(bytes);
      for (const [offset, value] of changes) hostile[offset] = value;
      const result = readSampleLog(hostile);
      if (!result.ok) return;
      expect(result.value.samples.length).toBeLessThan(bytes.length);
      for (const process of result.value.samples.process) expect(result.value.processes[process]).toBeDefined();
    }),
    { numRuns: 500 },
  );
});

test('random bytes after the header are no harm', () => {
  const header = write(() => {}).subarray(0, 24);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
      expect(readSampleLog(Buffer.concat([header, tail])).ok).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a folder that is not there: a problem, no exception', () => {
  const log = new SampleLogWriter(join(folder, 'no', 'such', 'log'), 42, START);
  twoProcesses(log);
  log.close();
  expect(log.problem).toMatchObject({ code: 'sample-log-write', cause: 'ENOENT' });
});

test('a full disk: a problem, no exception', () => {
  const log = new SampleLogWriter('/dev/full', 42, START);
  twoProcesses(log);
  log.close();
  expect(log.problem).toMatchObject({ code: 'sample-log-write', cause: 'ENOSPC' });
});

test('a full log keeps what it has, and its last facts', () => {
  const log = new SampleLogWriter(path, 42, START);
  log.addProcess(at(0), 42, 1, 900, IMAGE);
  const rows = Array.from({ length: 2000 }, () => 0).map((_, index) => row(index, 5));
  for (let index = 1; index < 2000; index++) log.addProcess(at(0), 42 + index, 42, 900, IMAGE);
  for (let tick = 0; tick < 600; tick++) log.addTick(at(tick), rows);
  log.addEnd(at(600), 600, 0);
  log.close();
  expect(log.problem).toMatchObject({ code: 'sample-log-full' });
  const { samples, facts } = read(readFileSync(path));
  expect(samples.length).toBeLessThanOrEqual(1_002_000);
  expect(facts.end).toMatchObject({ ticks: 600 });
});
