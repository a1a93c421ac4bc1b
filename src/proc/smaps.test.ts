import { expect, test } from 'vitest';
import { parseSmaps, readFileResidency } from './smaps.ts';

const TEXT = `55d0c0a00000-55d0c0a22000 r--p 00000000 08:01 1234                       /usr/bin/python3.11
Size:                136 kB
Rss:                 120 kB
Pss:                  60 kB
Anonymous:             0 kB
VmFlags: rd mr mw me
55d0c0a22000-55d0c0a30000 rw-p 00022000 08:01 1234                       /usr/bin/python3.11
Rss:                  40 kB
Anonymous:            32 kB
7f0000000000-7f0000100000 rw-p 00000000 00:00 0
Rss:                1024 kB
Anonymous:          1024 kB
7f0000200000-7f0000300000 rw-s 00000000 00:1a 77                         /dev/shm/table
Rss:                 512 kB
Anonymous:             0 kB
7f0000400000-7f0000500000 r--s 00000000 08:01 99                         /data/a file of \xc3\xa9 (deleted)
Rss:                 256 kB
Anonymous:             0 kB
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]
Rss:                  64 kB
Anonymous:            64 kB
`;

test('pages of each file, without private copies and shared memory', () => {
  expect([...parseSmaps(TEXT)]).toEqual([
    ['/usr/bin/python3.11', (120 + 40 - 32) * 1024],
    ['/data/a file of é', 256 * 1024],
  ]);
});

test('of this process: the program itself is among them', () => {
  const files = readFileResidency(process.pid)!;
  expect(files.get(process.execPath)).toBeGreaterThan(1024 * 1024);
  expect(readFileResidency(2 ** 22 + 1)).toBeUndefined();
});
