import { expect, test } from 'vitest';
import { fixtureRoot, readFixture } from './fixture.ts';
import { parseLimits, readLimits } from './limits.ts';
import { countListedCores, parseMeminfo, readMachine } from './machine.ts';

test('a recorded machine', () => {
  expect(readMachine(fixtureRoot('v2'))).toMatchObject({
    kernel: '6.8.0-40-generic',
    libc: 'glibc 2.39',
    cores: 8,
    coreLimit: 1.5,
    memory: 24684092 * 1024,
    swapTotal: 0,
    pageBytes: 4096,
  });
});

test('this machine', () => {
  const machine = readMachine();
  expect(machine.memory).toBeGreaterThan(machine.available);
  expect([4096, 16384, 65536]).toContain(machine.pageBytes);
  expect(machine.cores).toBeGreaterThan(0);
});

test('a line of meminfo that is absent is not a number', () => {
  expect(parseMeminfo('MemTotal:  8 kB\n', 'MemAvailable')).toBeNaN();
});

test.each([
  ['Cpus_allowed_list:\t0', 1],
  ['Cpus_allowed_list:\t0-1', 2],
  ['Name:\tx\nCpus_allowed_list:\t0-3,8,10-11\n', 7],
  ['', 1],
])('%j are %i cores', (status, cores) => {
  expect(countListedCores(status)).toBe(cores);
});

test('limits: a number, or null where unlimited', () => {
  const limits = parseLimits(readFixture('real/limits'))!;
  expect(limits.addressSpace).toEqual({ soft: null, hard: null });
  expect(limits.stack).toEqual({ soft: 8388608, hard: null });
  expect(readLimits('self')!.openFiles.soft).toBeGreaterThan(0);
  expect(parseLimits('')).toBeUndefined();
});
