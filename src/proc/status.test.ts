import { expect, test } from 'vitest';
import { MIB } from '#base/units.ts';
import { readFixture } from './fixture.ts';
import { parseStatus, readStatus } from './status.ts';

const KIB = 1024;

test('reads sizes, high-water mark and threads of a real file', () => {
  expect(parseStatus(readFixture('real/status'))).toEqual({
    name: 'a) (b c\\n1 2',
    state: 'S',
    hasMemory: true,
    hwm: 18944 * KIB,
    rss: 18944 * KIB,
    anon: 12132 * KIB,
    file: 6812 * KIB,
    shmem: 0,
    swap: 0,
    threads: 1,
    hugetlb: 0,
  });
});

test('pages of the pool of huge pages', () => {
  const status = readFixture('real/status').replace(/HugetlbPages:\s+0 kB/, 'HugetlbPages:\t   16384 kB');
  expect(parseStatus(status)).toMatchObject({ hugetlb: 16384 * KIB, rss: 18944 * KIB });
});

test('a zombie has no memory, which is not the same as none used', () => {
  const zombie = parseStatus(readFixture('real/status-zombie'))!;
  expect(zombie).toMatchObject({ state: 'Z', hasMemory: false, threads: 1 });
  expect(zombie.rss).toBeNaN();
  expect(zombie.hwm).toBeNaN();
});

test('kernels before 4.5 do not split resident memory', () => {
  const old = parseStatus('Name:\tx\nState:\tR (running)\nVmHWM:\t     8 kB\nVmRSS:\t     4 kB\nThreads:\t3\n')!;
  expect(old).toMatchObject({ rss: 4096, hwm: 8192, threads: 3 });
  expect(old.anon).toBeNaN();
});

test('text that is no status file, or only its beginning, gives undefined', () => {
  expect(parseStatus('')).toBeUndefined();
  expect(parseStatus('Name:\tx')).toBeUndefined();
  expect(parseStatus('garbage\nState:\tR\n')).toBeUndefined();
});

test('a pid that is not there is a value', () => {
  expect(readStatus(2 ** 22 + 1)).toBeUndefined();
});

test('of this process: the parts add up, and the mark lies between them and what getrusage allows', () => {
  const status = readStatus(process.pid)!;
  expect(status.anon + status.file + status.shmem).toBe(status.rss);
  expect(status.hwm).toBeGreaterThanOrEqual(status.rss);
  // ru_maxrss also remembers what was resident before exec. The kernel gathers its counters in batches.
  expect(status.hwm).toBeLessThan(process.resourceUsage().maxRSS * KIB + 2 * MIB);
});
