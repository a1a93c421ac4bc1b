// Truth programs against the kernel: each knows what its lines hold and reads its own peak; run plain and under highwater,
// the report must agree with both, and the program must not have noticed. bench/truth.ts prints the same as a table.
import { afterAll, describe, expect, test } from 'vitest';
import { PYTHON, pythonOf, pythonWith, VERSIONS } from './pythons.ts';
import {
  findLine,
  findNative,
  type Measured,
  TRUTH_PROGRAMS,
  TruthBench,
  type TruthLine,
  type TruthProgram,
} from './truth-programs.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
/** Small objects of the same line may be hit by a sample or three of 64 KiB each. */
const SAMPLES = 3 * 64 * KIB;
/** Arenas of malloc, a stack or two: what a line without Python holds besides. */
const NATIVE_EXTRA = 2 * MIB;

const bench = new TruthBench();
afterAll(() => bench.close());

describe('what each line holds, the peak, and no harm', () => {
  for (const program of TRUTH_PROGRAMS) {
    if (program.isOnAll) {
      test.for(VERSIONS)(`${program.name}, on Python %s`, (version, ctx) => check(program, pythonOf(version, ctx)));
    } else {
      test(program.name, (ctx) => check(program, program.needs === 'numpy' ? pythonWith('science', ctx) : PYTHON));
    }
  }
});

test('a reading of the program that is wrong would be noticed', () => {
  const measured = bench.measure({ name: 'reserved' }, PYTHON);
  const { truth } = measured.profiled;
  const lying = { ...truth, held: { ...truth.held, held: truth.held.held! + 4 * MIB } };
  expect(() => expectLines({ ...measured, profiled: { ...measured.profiled, truth: lying } })).toThrow('held');
  const smaller = { ...truth, own: { ...truth.own, peak: truth.own.peak * 0.97 } };
  expect(() => expectPeak({ ...measured, profiled: { ...measured.profiled, truth: smaller } })).toThrow();
});

function check(program: TruthProgram, python: string): void {
  const measured = bench.measure(program, python);
  expectPeak(measured);
  expectLines(measured);
  expectFreed(measured);
  expectNoFalseRows(measured);
  expectNoHarm(measured);
}

function expectPeak({ profiled, report }: Measured): void {
  const { peak } = profiled.truth.own;
  expect(report.mainPeak.unit).toBe('VmHWM');
  expect(Math.abs(report.mainPeak.bytes - peak)).toBeLessThanOrEqual(peak * 0.01 + 512 * KIB);
}

function rowOf(measured: Measured, name: string): TruthLine | undefined {
  return name === 'native' ? findNative(measured) : findLine(measured, name);
}

function expectLines(measured: Measured): void {
  const { held, reserved, files } = measured.profiled.truth;
  for (const [name, bytes] of Object.entries(held)) {
    const error = (rowOf(measured, name)?.heap.bytes ?? 0) - bytes;
    const slack = bytes * 0.02 + (name === 'native' ? NATIVE_EXTRA : SAMPLES);
    expect(Math.abs(error), `${name} holds ${bytes}`).toBeLessThanOrEqual(slack);
  }
  for (const [name, bytes] of Object.entries(reserved)) {
    const error = (rowOf(measured, name)?.untouched ?? 0) - bytes;
    expect(Math.abs(error), `${name} reserves ${bytes}`).toBeLessThanOrEqual(bytes * 0.02 + 2 * MIB);
  }
  for (const [name, bytes] of Object.entries(files)) {
    const { mappedFile } = rowOf(measured, name)!.parts;
    expect(Math.abs(mappedFile - bytes), `${name} maps ${bytes}`).toBeLessThanOrEqual(4 * KIB);
  }
}

/** Nothing is left of what was freed: neither in the account nor, by the kernel's word, of ours. */
function expectFreed(measured: Measured): void {
  for (const [name, bytes] of Object.entries(measured.profiled.truth.freed)) {
    const row = rowOf(measured, name)!;
    expect(Math.abs(row.allocated.bytes - bytes), `${name} allocates ${bytes}`).toBeLessThanOrEqual(bytes * 0.001);
    expect(Math.abs(row.allocated.bytes - row.freed), `${name} frees it all`).toBeLessThanOrEqual(SAMPLES);
  }
}

/** Every other line of the program holds next to nothing; and all lines together are not more than the peak. */
function expectNoFalseRows(measured: Measured): void {
  const { lines, held, freed } = measured.profiled.truth;
  const known = new Set(Object.keys({ ...held, ...freed }).map((name) => lines[name]));
  const own = measured.report.lines.filter((row) => row.file === measured.file && !row.importing);
  const others = own.filter((row) => !known.has(row.line ?? -1));
  expect(others.filter((row) => row.heap.bytes > MIB)).toEqual([]);
  const sum = measured.report.lines.reduce((bytes, row) => bytes + row.heap.bytes, 0);
  expect(sum).toBeLessThanOrEqual(measured.report.mainPeak.bytes * 1.02 + MIB);
}

function expectNoHarm({ plain, profiled }: Measured): void {
  expect(profiled.stdout).toBe(plain.stdout);
  expect(profiled.stderr).toBe(plain.stderr);
  const [before, after] = [plain.truth.own, profiled.truth.own];
  const most = (bytes: number) => bytes * 1.02 + 5 * MIB;
  expect(after.peak).toBeLessThanOrEqual(most(before.peak));
  expect(after.resident).toBeLessThanOrEqual(most(before.resident));
  // Not against the plain run's, which the kernel may have begun with the size of whoever started it.
  expect(after.maxResident).toBeLessThanOrEqual(most(before.peak));
  expect(after.minorFaults).toBeLessThanOrEqual(before.minorFaults * 1.05 + 1000);
  expect(after).toMatchObject({ threads: before.threads, descriptors: before.descriptors });
  expect(after).toMatchObject({ children: 0, childrenMaxResident: 0 });
  // Whose time it is, not how long: nobody else's work may be in it.
  expect(after.cpuSeconds).toBeLessThanOrEqual(2 * before.cpuSeconds + 1);
}
