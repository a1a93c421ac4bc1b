// The first promise: the peak that is printed is the kernel's own. Twenty programs read their VmHWM as the last thing that
// they do; what the report says must agree.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, type JsonReport, makeFolder, measure, PROGRAMS } from './highwater.ts';
import { PYTHON, pythonOf, pythonWith, VERSIONS } from './pythons.ts';

const KIB = 1024;
/**
 * Two readings of one mark differ: the kernel counts pages by core, in batches, and sums them exactly only for a reading
 * while the memory is still there. What it keeps of a mark after that is off by up to a batch for each core.
 */
const BATCH = Math.max(32, 2 * cpus().length) * cpus().length * 4 * KIB;
const slackOf = (peak: number) => Math.max(2 * BATCH, peak * 0.005);
/** Memory that was there must not be missing from the report. */
const shortfallOf = (peak: number) => Math.max(64 * KIB, Math.min(2 * BATCH, peak * 0.01));

function expectPeak({ ended, report }: { ended: Ended; report: JsonReport }): void {
  expect(ended.status, ended.stderr).toBe(0);
  const oracle = Number(/VmHWM (\d+)/.exec(ended.stdout)![1]) * KIB;
  const { bytes, unit } = report.mainPeak!;
  expect(unit).toBe('VmHWM');
  expect(bytes).toBeGreaterThanOrEqual(oracle - shortfallOf(oracle));
  expect(bytes).toBeLessThanOrEqual(oracle + slackOf(oracle));
}

function run(name: string, python: string) {
  return measure(['--python', python, join(PROGRAMS, `${name}.py`)], { cwd: makeFolder() });
}

describe('the peak is what the kernel says at the end', () => {
  const STANDARD = [
    'bytearray_growth',
    'child_process',
    'dict_trees',
    'generator_pipeline',
    'json_document',
    'late_peak',
    'many_small_frees',
    'mapped_file',
    'mmap_touched',
    'pickle_copy',
    'recursion',
    'short_children',
    'sqlite_memory',
    'string_building',
    'threads',
    'transient',
    'zlib_roundtrip',
  ];
  test.for(STANDARD)('%s', (name) => expectPeak(run(name, PYTHON)));

  test.for(['numpy_growth', 'numpy_temporaries', 'numpy_untouched'])('%s', (name, ctx) => {
    expectPeak(run(name, pythonWith('science', ctx)));
  });

  test.for(VERSIONS)('on Python %s', (version, ctx) => {
    const python = pythonOf(version, ctx);
    for (const name of ['transient', 'dict_trees', 'threads']) expectPeak(run(name, python));
  });
});

test('a program that lets go of its peak a moment later still has it', () => {
  const code = 'from own_peak import print_own_peak\nx = bytearray(b"x") * 80_000_000\nprint_own_peak()\ndel x';
  const env = { ...process.env, PYTHONPATH: PROGRAMS };
  expectPeak(measure(['--python', PYTHON, '-c', code], { cwd: makeFolder(), env }));
});

test('a process that is killed at its peak has it from wait4', () => {
  const code = 'import os\nx = bytearray(b"x") * 50_000_000\nos.kill(os.getpid(), 9)';
  const { ended, report } = measure(['--python', PYTHON, '-c', code], { cwd: makeFolder() });
  expect(ended.status).toBe(137);
  expect(report.mainPeak).toMatchObject({ unit: 'VmHWM', exact: true });
  expect(report.mainPeak!.bytes).toBeGreaterThan(55_000_000);
});

test('children that nobody saw do not lend their peak to the program', () => {
  const code = `import subprocess, sys
from own_peak import print_own_peak
for _ in range(3):
    subprocess.run([sys.executable, "-S", "-E", "-c", "import os; x = bytearray(b'x') * 6_000_000; os._exit(0)"], env={})
print_own_peak()`;
  const env = { ...process.env, PYTHONPATH: PROGRAMS };
  const { ended, report } = measure(['--python', PYTHON, '-c', code], { cwd: makeFolder(), env });
  expectPeak({ ended, report });
});
