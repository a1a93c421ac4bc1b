import { expect, test } from 'vitest';
import { fixtureRoot } from './fixture.ts';
import { findLibcPath, readLibc } from './libc.ts';
import { findKnownLibrary, parseMappedPaths, readMappedPaths } from './maps.ts';

test('lists each mapped file once, blanks in paths and deleted files included', () => {
  expect(readMappedPaths('self', fixtureRoot('v2'))).toEqual([
    '/usr/bin/python3.12',
    '/opt/my env/lib/python3.12/site-packages/numpy.libs/libscipy_openblas64_-56d6093b.so',
    '/opt/my env/lib/python3.12/site-packages/torch/lib/libgomp-a34b3233.so.1',
    '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2',
    '/dev/shm/psm_1',
    '/usr/lib/x86_64-linux-gnu/libc.so.6',
  ]);
});

test('anonymous mappings and [stack] are no files', () => {
  expect(parseMappedPaths('7f00-7f01 rw-p 0 00:00 0 \n7ffd-7ffe rw-p 0 00:00 0 [stack]\n')).toEqual([]);
});

test.each([
  ['/x/numpy.libs/libscipy_openblas64_-56d6093b.so', 'blas', 'openblas'],
  ['/usr/lib/libopenblas.so.0', 'blas', 'openblas'],
  ['/opt/conda/lib/libmkl_rt.so.2', 'blas', 'mkl'],
  ['/usr/lib/libblas.so.3', 'blas', 'netlib'],
  ['/x/torch/lib/libgomp-a34b3233.so.1', 'openmp', 'gomp'],
  ['/opt/conda/lib/libiomp5.so', 'openmp', 'iomp5'],
  ['/usr/lib/llvm-14/lib/libomp.so.5', 'openmp', 'omp'],
  ['/usr/lib/libjemalloc.so.2', 'allocator', 'jemalloc'],
  ['/usr/lib/libtcmalloc_minimal.so.4', 'allocator', 'tcmalloc'],
  ['/usr/lib/libmimalloc.so.2.1', 'allocator', 'mimalloc'],
])('%s is %s %s', (path, kind, name) => {
  expect(findKnownLibrary(path)).toEqual({ kind, name });
});

test.each(['/usr/lib/libc.so.6', '/home/me/libgomp-notes.txt', '/x/libblasphemy.so', '/x/libompi.so'])(
  '%s is none',
  (path) => {
    expect(findKnownLibrary(path)).toBeUndefined();
  },
);

test('the C library tells its version in its own file', () => {
  expect(readLibc('self', fixtureRoot('v2'))).toBe('glibc 2.39');
  expect(findLibcPath(['/lib/ld-musl-x86_64.so.1'])).toBe('/lib/ld-musl-x86_64.so.1');
  const debian = '/usr/lib/x86_64-linux-musl/libc.so';
  expect(findLibcPath(['/opt/python/bin/python3.11', debian])).toBe(debian);
  expect(readLibc()).toMatch(/^(glibc|musl)/);
});
