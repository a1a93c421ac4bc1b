import { expect, test } from 'vitest';
import { StringTableBuilder, TableBuilder } from '#profile/build.ts';
import { FILE_KIND, type Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { type MappedFiles, mappedFilesAt, treeFilesAt } from './mapped-files.ts';

type File = readonly [path: string, resident: number, pss?: number, reserved?: number];
type Reading = readonly [process: number, time: number, files: readonly File[]];

function withFiles(readings: readonly Reading[]): Profile {
  const profile = exampleProfile();
  const strings = new StringTableBuilder();
  for (const text of profile.strings) strings.intern(text);
  const table = new TableBuilder('files');
  for (const [process, time, files] of readings) {
    for (const [path, resident, pss = resident, reserved = resident] of files) {
      const kind = /^\/(?:dev|memfd|SYSV)/.test(path) ? FILE_KIND.sharedMemory : FILE_KIND.file;
      table.add({ process, time, path: strings.intern(path), kind, resident, pss, reserved });
    }
  }
  return { ...profile, files: table.finish(), strings: strings.finish() };
}

/** "name bytes/reserved, ..." */
function told(files: MappedFiles | null, which: 'rows' | 'shared' = 'rows'): string | null {
  return files?.[which].map(({ name, bytes, reserved }) => `${name} ${bytes}/${reserved}`).join(', ') ?? null;
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
        ['/venv/lib/libmkl_core.so.2', 50],
        ['/data/rows.bin', 40, 40, 90],
        ['', 5],
      ],
    ],
  ]);
  expect(told(mappedFilesAt(profile, 0, 100))).toBe(
    'torch 80/80, mkl 50/50, rows.bin 40/90, numpy 20/20, other files 5/5, (Python) 4/4, ' +
      "(the system's libraries) 2/2, greenlet 1/1",
  );
});

test('the last reading before the moment counts, of the process itself', () => {
  const profile = withFiles([
    [0, 10, [['/a', 1]]],
    [1, 15, [['/other', 9]]],
    [0, 20, [['/b', 2]]],
    [0, 30, [['/c', 3]]],
  ]);
  expect(mappedFilesAt(profile, 0, 25)).toMatchObject({ time: 20, rows: [{ name: 'b' }] });
  expect(mappedFilesAt(profile, 0, 5)).toMatchObject({ time: 10, rows: [{ name: 'a' }] });
  const counted = { files: 4, shared: 0 };
  expect(mappedFilesAt(profile, 0, 25, counted)).toMatchObject({ time: 30, untold: 1 }); // the kernel counted about as much then
  expect(mappedFilesAt(profile, 2, 25)).toBeNull();
  expect(mappedFilesAt(exampleProfile(), 0, 25)).toBeNull();
});

test('of several processes shares are added up, of those that were read together', () => {
  const numpy = '/venv/lib/python3.11/site-packages/numpy/a.so';
  const profile = withFiles([
    [0, 10, [[numpy, 60, 60]]], // of one process alone
    [
      0,
      20,
      [
        [numpy, 60, 20],
        ['/dev/shm/psm_1', 8, 4],
      ],
    ],
    [
      1,
      20,
      [
        [numpy, 60, 20],
        ['/dev/shm/psm_1', 8, 4],
      ],
    ],
    [2, 20, [[numpy, 60, 20]]],
    [0, 30, [[numpy, 90, 45]]],
    [1, 30, [[numpy, 90, 45]]],
  ]);
  const then = treeFilesAt(profile, 30, { files: 61, shared: 8 });
  expect(then).toMatchObject({ time: 20, unit: 'PSS', untold: 1 });
  expect(told(then)).toBe('numpy 60/180');
  expect(told(then, 'shared')).toBe('psm_1 8/16');
  expect(treeFilesAt(profile, 30, { files: 90, shared: 0 })).toMatchObject({ time: 30 });
  expect(treeFilesAt(withFiles([[0, 10, [[numpy, 60]]]]), 10, { files: 60, shared: 0 })).toBeNull();
});

test('shared memory has the name of its file, and one name for what frameworks make by the hundred', () => {
  const profile = withFiles([
    [
      0,
      10,
      [
        ['/dev/shm/psm_0a1b', 50],
        ['/dev/shm/torch_12_345_0', 20],
        ['/dev/shm/torch_12_678_1', 20],
        ['/dev/zero', 9],
        ['/memfd:arrow', 8],
        ['/SYSV00000000', 7],
        ['/dev/shm/x.highwater-run/agent-12-1.hws', 1],
      ],
    ],
  ]);
  expect(told(mappedFilesAt(profile, 0, 10), 'shared')).toBe(
    'psm_0a1b 50/50, torch_* 40/40, (anonymous) 9/9, memfd:arrow 8/8, (System V) 7/7, (highwater) 1/1',
  );
});

test('a profile of before has files of one process in its meta', () => {
  const profile = exampleProfile();
  const mappedFiles = [{ process: 0, time: 10, files: [{ path: '/data/rows.bin', bytes: 40 }] }];
  const old = { ...profile, meta: { ...profile.meta, mappedFiles } };
  expect(told(mappedFilesAt(old, 0, 10))).toBe('rows.bin 40/NaN');
  expect(treeFilesAt(old, 10, { files: 40, shared: 0 })).toBeNull();
});
