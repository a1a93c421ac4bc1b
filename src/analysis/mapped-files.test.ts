import { expect, test } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { mappedFilesAt } from './mapped-files.ts';

function withFiles(readings: readonly (readonly [number, number, readonly (readonly [string, number])[]])[]): Profile {
  const profile = exampleProfile();
  const mappedFiles = readings.map(([process, time, files]) => ({
    process,
    time,
    files: files.map(([path, bytes]) => ({ path, bytes })),
  }));
  return { ...profile, meta: { ...profile.meta, mappedFiles } };
}

test('files are told by the package, Python, the system, or their own name', () => {
  const packages = '/venv/lib/python3.11/site-packages';
  const profile = withFiles([
    [
      0,
      10,
      [
        [`${packages}/torch/lib/libtorch_cpu.so`, 80],
        [`${packages}/numpy/core/_multiarray.so`, 6],
        [`${packages}/numpy.libs/libopenblas-r0.so`, 14],
        [`${packages}/greenlet.cpython-311-x86_64-linux-gnu.so`, 1],
        ['/usr/lib/x86_64-linux-gnu/libc.so.6', 2],
        ['/opt/py/lib/libpython3.11.so.1.0', 3],
        ['/opt/py/lib/python3.11/lib-dynload/math.cpython-311.so', 1],
        ['/data/rows.bin', 40],
        ['', 5],
      ],
    ],
  ]);
  expect(mappedFilesAt(profile, 0, 100)?.rows).toEqual([
    { name: 'torch', bytes: 80 },
    { name: 'rows.bin', bytes: 40 },
    { name: 'numpy', bytes: 20 },
    { name: 'other files', bytes: 5 },
    { name: '(Python)', bytes: 4 },
    { name: "(the system's libraries)", bytes: 2 },
    { name: 'greenlet', bytes: 1 },
  ]);
});

test('the last reading before the moment counts, of the process itself', () => {
  const profile = withFiles([
    [0, 10, [['/a', 1]]],
    [1, 15, [['/other', 9]]],
    [0, 20, [['/b', 2]]],
    [0, 30, [['/c', 3]]],
  ]);
  expect(mappedFilesAt(profile, 0, 25)).toEqual({ time: 20, rows: [{ name: 'b', bytes: 2 }] });
  expect(mappedFilesAt(profile, 0, 5)).toEqual({ time: 10, rows: [{ name: 'a', bytes: 1 }] });
  expect(mappedFilesAt(profile, 0, 25, 3)?.time).toBe(30); // the kernel counted as much then
  expect(mappedFilesAt(profile, 2, 25)).toBeNull();
  expect(mappedFilesAt(exampleProfile(), 0, 25)).toBeNull();
});
