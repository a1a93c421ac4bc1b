import { expect, test } from 'vitest';
import { type FileResidency, parseSmaps, readFileResidency } from './smaps.ts';
import { readSmapsRollup } from './smaps-rollup.ts';

const TEXT = `55d0c0a00000-55d0c0a22000 r--p 00000000 08:01 1234                       /usr/bin/python3.11
Size:                136 kB
Rss:                 120 kB
Pss:                  60 kB
Pss_Dirty:             0 kB
Anonymous:             0 kB
VmFlags: rd mr mw me
55d0c0a22000-55d0c0a30000 rw-p 00022000 08:01 1234                       /usr/bin/python3.11
Size:                 56 kB
Rss:                  40 kB
Pss:                  22 kB
Pss_Dirty:            18 kB
Anonymous:            32 kB
7f0000000000-7f0000100000 rw-p 00000000 00:00 0
Size:               1024 kB
Rss:                1024 kB
Pss:                1024 kB
Anonymous:          1024 kB
7f0000200000-7f0000300000 rw-s 00000000 00:1a 77                         /dev/shm/table
Size:               1024 kB
Rss:                 512 kB
Pss:                 512 kB
Anonymous:             0 kB
7f0000400000-7f0000500000 r--s 00000000 08:01 99                         /data/a file of \xc3\xa9 (deleted)
Size:               1024 kB
Rss:                 256 kB
Pss:                 256 kB
Anonymous:             0 kB
7f0000600000-7f0000700000 r--s 00000000 00:1b 99                         /tmp/rows.bin
Size:               1024 kB
Rss:                 128 kB
Pss:                 128 kB
Anonymous:             0 kB
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]
Size:                132 kB
Rss:                  64 kB
Anonymous:            64 kB
`;

/** "path  resident / share / reserved", in KiB. */
function lines(files: readonly FileResidency[]): string[] {
  return files.map(({ path, isShared, rss, pss, reserved }) => {
    const figures = [rss, pss, reserved].map((bytes) => bytes / 1024).join(' / ');
    return `${path}  ${figures}${isShared ? '  shared memory' : ''}`;
  });
}

test('pages of each file, its share of them and its address space; private copies are no pages of the file', () => {
  expect(lines(parseSmaps(TEXT, ['00:1b']))).toEqual([
    '/usr/bin/python3.11  128 / 64.5 / 192',
    '/dev/shm/table  512 / 512 / 1024  shared memory',
    '/data/a file of é  256 / 256 / 1024',
    '/tmp/rows.bin  128 / 128 / 1024  shared memory',
  ]);
  expect(lines(parseSmaps(TEXT, []))).toContain('/tmp/rows.bin  128 / 128 / 1024');
});

test('before Linux 6.0 copies that processes share are told by what is clean', () => {
  const text = `7f0000400000-7f0000500000 rw-p 00000000 08:01 99                         /lib/a.so
Size:               1024 kB
Rss:                 400 kB
Pss:                 160 kB
Shared_Clean:        200 kB
Shared_Dirty:        100 kB
Private_Clean:        40 kB
Private_Dirty:        60 kB
Anonymous:           160 kB
`;
  // Of the share, 60 KiB in 300 shared ones: 40 in the 200 clean ones.
  expect(lines(parseSmaps(text))).toEqual(['/lib/a.so  240 / 80 / 1024']);
});

test('of this process: the program itself is among them, and all files together are what the kernel sums up', () => {
  const files = readFileResidency(process.pid)!;
  const own = files.find(({ path }) => path === process.execPath)!;
  expect(own.rss).toBeGreaterThan(1024 * 1024);
  expect(own.reserved).toBeGreaterThanOrEqual(own.rss);
  expect(readFileResidency(2 ** 22 + 1)).toBeUndefined();
  // Other processes of the same program come and go, and take their share of its pages with them.
  const isSame = Array.from({ length: 20 }, () => {
    const [before, sum, after] = [pssOfFiles(), sumOfShares(), pssOfFiles()];
    const slack = 512 * 1024 + 0.01 * sum;
    return Math.min(before, after) - slack < sum && sum < Math.max(before, after) + slack;
  });
  expect(isSame).toContain(true);
});

function pssOfFiles(): number {
  return readSmapsRollup(process.pid)!.pssFile;
}

function sumOfShares(): number {
  return readFileResidency(process.pid)!.reduce((bytes, { pss, isShared }) => bytes + (isShared ? 0 : pss), 0);
}
