import { expect, test } from 'vitest';
import type { MappedBy } from '#analysis/mapped-by.ts';
import { GIB, MIB } from '#base/units.ts';
import { mappedByAdvice, mappedByHint, mappedByTitle } from './mapped-by-words.ts';

const numpy: MappedBy = {
  file: '/v/site-packages/numpy.libs/libscipy_openblas64_-32a4b2a6.so',
  owner: 'numpy',
  bytes: 9 * MIB,
  requested: 96 * MIB,
  mappings: 3,
};
const scipy = {
  ...numpy,
  file: '/v/site-packages/scipy.libs/libscipy_openblas-6cdc3b4a.so',
  owner: 'scipy',
  bytes: MIB,
};
const arrow = { ...numpy, file: '/v/site-packages/pyarrow/libarrow.so.1900', owner: 'pyarrow', mappings: 1 };

test('a library by its common name and its package, others by their files', () => {
  expect([numpy, scipy, arrow].map(mappedByTitle)).toEqual([
    'OpenBLAS of numpy',
    'OpenBLAS of scipy',
    'libarrow.so.1900 of pyarrow',
  ]);
  const hashed = { ...arrow, file: '/v/x.libs/libfoo-0a1b2c3d.so.1', owner: 'x' };
  expect(mappedByTitle(hashed)).toBe('libfoo.so.1 of x');
  expect(mappedByTitle({ ...hashed, file: '/opt/libfoo.so', owner: "(the system's libraries)" })).toBe('libfoo.so');
});

test('buffers by thread, and how many', () => {
  expect(mappedByHint(numpy)).toBe('3 buffers of 32.0 MiB, by thread');
  expect(mappedByHint({ ...numpy, mappings: 1, requested: 32 * MIB })).toBe('a buffer of 32.0 MiB');
  expect(mappedByHint(arrow)).toBe('1 mapping');
  expect(mappedByHint({ ...arrow, mappings: 7 })).toBe('7 mappings');
});

test('advice where buffers are much of the peak, or of address space', () => {
  expect(mappedByAdvice([numpy, scipy], 100 * MIB)).toEqual([
    'OpenBLAS holds 10.0 MiB (192 MiB of address space) in buffers, one for each thread and one more: fewer with OPENBLAS_NUM_THREADS (or OMP_NUM_THREADS), set before the import.',
  ]);
  expect(mappedByAdvice([numpy, scipy], GIB)).toEqual([]);
  expect(mappedByAdvice([{ ...numpy, mappings: 2 }], 100 * MIB)).toEqual([]); // of one thread: nothing to set
  expect(mappedByAdvice([{ ...numpy, requested: 2 * GIB, mappings: 64 }], GIB)).toHaveLength(1);
  expect(mappedByAdvice([arrow], 10 * MIB)).toEqual([]);
});
