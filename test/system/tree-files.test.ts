// Files and shared memory of several processes, by what they belong to, against the kernel's sums as a program of its own reads
// them: copies of one library, and of one data file, in several processes count once.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder, measure, ORACLES } from './highwater.ts';
import { PYTHON, pythonOf } from './pythons.ts';

const MIB = 2 ** 20;
/** Of the peak. */
const TOLERANCE = 0.03;
/** Of itself: it was read a little before or after the kernel's. */
const SPACE_TOLERANCE = 0.05;

interface Owner {
  readonly name: string;
  readonly bytes: number;
}

interface Told {
  readonly peak: number;
  readonly files: { readonly unit: string; readonly rows: readonly Owner[]; readonly shared: readonly Owner[] };
  readonly kernel: {
    readonly Pss_File: number;
    readonly Pss_Shmem: number;
    readonly named: Readonly<Record<string, number>>;
    /** Address space, of each process anew. */
    readonly sizes: { readonly files: number; readonly shared: number };
  };
  readonly sharedName: string;
  readonly reserved: ReadonlyMap<string, number | null>;
}

function measurePool(method: string, python: string): Told {
  const { ended, report } = measure(['--python', python, join(ORACLES, 'file_pool.py'), method], { cwd: makeFolder() });
  expect(ended.status, ended.stderr).toBe(0);
  const said = (word: string) => JSON.parse(new RegExp(`^${word} (.*)$`, 'm').exec(ended.stdout)![1]!);
  expect(report.peak!.unit).toBe('PSS');
  const { files } = report as unknown as Pick<Told, 'files'>;
  const reserved = new Map(report.composition!.parts.map((part) => [part.id, part.reserved]));
  return { peak: report.peak!.bytes, files, kernel: said('TREE'), sharedName: said('PLANTED').shared, reserved };
}

const sumOf = (owners: readonly Owner[]) => owners.reduce((sum, { bytes }) => sum + bytes, 0);
const bytesOf = (owners: readonly Owner[], name: string) => owners.find((owner) => owner.name === name)?.bytes ?? 0;

function expectPool(method: string, python: string): void {
  const { peak, files, kernel, sharedName, reserved } = measurePool(method, python);
  expect(files.unit).toBe('PSS');
  const near = (bytes: number, expected: number, what: string) =>
    expect(Math.abs(bytes - expected), `${what}: ${bytes} of ${expected}, peak ${peak}`).toBeLessThan(TOLERANCE * peak);
  near(sumOf(files.rows), kernel.Pss_File, 'files');
  near(sumOf(files.shared), kernel.Pss_Shmem, 'shared memory');
  // Five processes have it mapped, or four: it counts once.
  near(bytesOf(files.rows, 'rows.bin'), kernel.named['rows.bin']!, 'rows.bin');
  near(bytesOf(files.rows, 'rows.bin'), 48 * MIB, 'rows.bin');
  near(bytesOf(files.shared, sharedName), kernel.named[sharedName]!, 'the shared block');
  near(bytesOf(files.shared, sharedName), 32 * MIB, 'the shared block');
  for (const kind of ['files', 'shared'] as const) {
    const ratio = reserved.get(kind)! / kernel.sizes[kind];
    expect(Math.abs(ratio - 1), `address space of ${kind}: ${ratio} of the kernel's`).toBeLessThan(SPACE_TOLERANCE);
  }
}

describe.each(['fork', 'spawn'])('a pool by %s', (method) => {
  test('owners add up to what the kernel counts', () => expectPool(method, PYTHON));

  test.for(['3.9', '3.13'])('on Python %s', (version, ctx) => expectPool(method, pythonOf(version, ctx)));
});
