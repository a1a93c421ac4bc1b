import { expect, test } from 'vitest';
import { profileFromText } from '../../test/profiles.ts';
import { computeMappedBy } from './mapped-by.ts';

const MIB = 2 ** 20;
const NUMPY = '/v/site-packages/numpy.libs/libscipy_openblas64_-32a4b2a6.so';

const PROFILE = profileFromText(`
  app.py:main:3 > /v/site-packages/np.py:dot:9 > [${NUMPY}]alloc_mmap = 32 MiB mmap
  [${NUMPY}]alloc_mmap = 64 MiB mmap
  app.py:main:4 > [/v/site-packages/pyarrow/libarrow.so.19]mi_alloc = 96 MiB mmap
  app.py:main:5 > [/usr/lib/python3.11/lib-dynload/mmap.cpython-311-x86_64-linux-gnu.so]new_mmap_object = 128 MiB mmap
  app.py:main:6 = 256 MiB mmap
  app.py:main:7 > [/v/site-packages/np.so]fill = 512 MiB
  (native) = 1 MiB mmap
  app.py:main:8 > [/v/site-packages/np.so]share = 2 MiB mmapShared
  app.py:main:9 > [/usr/lib/x86_64-linux-gnu/libffi.so.8]ffi_call = 4 MiB mmap
  app.py:main:10 > [/v/site-packages/np.so]small = 512 KiB mmap
`);

test('by library: what Python mapped itself, and blocks of malloc, are not among them', () => {
  const rows = computeMappedBy(PROFILE, 0);
  expect(rows.map(({ file, owner, requested }) => [file, owner, requested / MIB])).toEqual([
    [NUMPY, 'numpy', 96],
    ['/v/site-packages/pyarrow/libarrow.so.19', 'pyarrow', 96],
  ]);
});

test('what was touched, and of several processes the part that counts', () => {
  const resident = PROFILE.live.bytes.map((bytes) => bytes / 4);
  const profile = { ...PROFILE, live: { ...PROFILE.live, resident } };
  const figures = (rows: ReturnType<typeof computeMappedBy>) =>
    rows.map(({ bytes, requested, mappings }) => [bytes / MIB, requested / MIB, mappings]);
  expect(figures(computeMappedBy(profile, 0))).toEqual([
    [24, 96, 2],
    [24, 96, 1],
  ]);
  expect(figures(computeMappedBy(profile, 0, { shareOf: () => 0.5 }))).toEqual([
    [12, 96, 2],
    [12, 96, 1],
  ]);
});

test('of one process, at one moment', () => {
  expect(computeMappedBy(PROFILE, 0, { process: 0 })).toEqual(computeMappedBy(PROFILE, 0));
  expect(computeMappedBy(PROFILE, 0, { process: 1 })).toEqual([]);
  expect(computeMappedBy(PROFILE, 1)).toEqual([]);
});
