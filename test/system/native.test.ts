// run --native: functions of C stand under the line of Python that called them, and the lines stay what they are.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { highwater, type JsonLine, type JsonReport, makeFolder, measure, PROGRAMS, readText } from './highwater.ts';
import { PYTHON, pythonOf, pythonWith, VERSIONS } from './pythons.ts';

const PROGRAM = join(PROGRAMS, 'native_chain.py');

function buildLibrary(folder: string, source = 'native_chain.c', flags: readonly string[] = []): string {
  const library = join(folder, 'chain.so');
  const args = ['-O1', '-fPIC', '-shared', ...flags, '-o', library, join(PROGRAMS, source), '-lpthread'];
  const { status, stderr } = spawnSync(process.env.CC ?? 'cc', args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return library;
}

function lineOf(report: JsonReport, mark: string): JsonLine {
  const number = readFileSync(PROGRAM, 'utf8')
    .split('\n')
    .findIndex((line) => line.endsWith(`# ${mark}`));
  return report.lines.find((row) => row.file === PROGRAM && row.line === number + 1)!;
}

/** Old compilers and C libraries have no unwinder that the agent can use, and the report says so. */
function needNative(report: JsonReport, ctx: TestContext): void {
  const refused = report.notes.find((note) => note.code === 'agent-no-native-stacks');
  if (refused) ctx.skip(refused.text);
}

test.for(VERSIONS)('functions of C under the right line, on Python %s', (version, ctx) => {
  const folder = makeFolder();
  const library = buildLibrary(folder);
  const python = pythonOf(version, ctx);
  const { ended, report } = measure(['--native', '--python', python, PROGRAM, library], { cwd: folder });
  expect(ended.status, ended.stderr).toBe(0);
  needNative(report, ctx);
  for (const [mark, bytes] of [
    ['INDEX', 20e6],
    ['SECOND', 10e6],
  ] as const) {
    const [path] = lineOf(report, mark).nativeCalls;
    const own = path!.calls.filter((call) => call.file === library).map((call) => call.func);
    expect(own).toEqual(['load_index', 'build_table', 'reserve_block']);
    expect(path!.bytes).toBeGreaterThanOrEqual(bytes);
  }
  expect(lineOf(report, 'TABLE').nativeCalls.flatMap((path) => path.calls.map((call) => call.file))).not.toContain(
    library,
  );
  const worker = report.lines.find((row) => row.place === 'native')!.nativeCalls[0]!;
  expect(worker.calls.map((call) => call.func).slice(-2)).toEqual(['fill_cache', 'reserve_block']);
  expect(worker.bytes).toBeGreaterThanOrEqual(5e6);
});

test('in folded stacks and on the screen', (ctx) => {
  const folder = makeFolder();
  const library = buildLibrary(folder);
  const run = ['run', '--native', '--python', PYTHON, '-o', 'p.highwater', '--collapsed=stacks.txt', PROGRAM, library];
  const { status, stderr } = highwater(run, { cwd: folder });
  expect(status, stderr).toBe(0);
  if (stderr.includes('Native stacks were asked for')) ctx.skip('no unwinder');
  const stacks = readText(folder, 'stacks.txt');
  expect(stacks).toMatch(/;load_index \[chain\.so\];build_table \[chain\.so\];reserve_block \[chain\.so\] 2\d{7}\n/);
  expect(stacks).toMatch(/index \([^;]*native_chain\.py:\d+\);/);
  expect(stderr).toMatch(/In native code\n.*native_chain\.py:10\n +19\.1 MiB .*reserve_block \[chain\.so\]/);
});

test('lines hold the same with native stacks and without', (ctx) => {
  const folder = makeFolder();
  const library = buildLibrary(folder);
  const args = ['--python', PYTHON, PROGRAM, library];
  const [plain, native] = [args, ['--native', ...args]].map((more) => measure(more, { cwd: folder }).report);
  needNative(native!, ctx);
  for (const mark of ['INDEX', 'SECOND', 'TABLE']) {
    const [a, b] = [lineOf(plain!, mark), lineOf(native!, mark)];
    expect(Math.abs(a.heap.bytes - b.heap.bytes)).toBeLessThan(200_000); // a few samples of small blocks
    expect(a.nativeCalls).toEqual([]);
  }
  const place = (report: JsonReport) => report.lines.filter((row) => row.place === 'native').length;
  expect([place(plain!), place(native!)]).toEqual([1, 1]);
});

test('a library that was built anew after the run gives no wrong names', (ctx) => {
  const folder = makeFolder();
  const library = buildLibrary(folder, 'native_chain.c', ['-Wl,--build-id=sha1']);
  const script = `
import ctypes, os, subprocess, sys
library = ctypes.CDLL(${JSON.stringify(library)})
kept = library.load_index(ctypes.c_size_t(20_000_000))
os.unlink(${JSON.stringify(library)})
subprocess.check_call([${JSON.stringify(process.env.CC ?? 'cc')}, "-shared", "-fPIC", "-O0", "-Wl,--build-id=sha1", "-o", ${JSON.stringify(library)}, ${JSON.stringify(join(PROGRAMS, 'native_chain.c'))}, "-lpthread"])
`;
  const { ended, report } = measure(['--native', '--python', PYTHON, '-c', script], { cwd: folder });
  expect(ended.status, ended.stderr).toBe(0);
  needNative(report, ctx);
  const calls = report.lines.flatMap((row) => row.nativeCalls.flatMap((path) => path.calls));
  const own = calls.filter((call) => call.file === library).map((call) => call.func);
  expect(own.length).toBeGreaterThan(0);
  for (const func of own) expect(func).toMatch(/^chain\.so\+0x[0-9a-f]+$/);
  expect(report.notes.map((note) => note.text).join()).toContain('chain.so has changed since');
});

test('numpy: what a product does', (ctx) => {
  const python = pythonWith('science', ctx);
  const folder = makeFolder({ 'product.py': 'import numpy as np\nX = np.ones((2000, 1000))\nY = X @ X.T\n' });
  const { ended, report } = measure(['--native', '--python', python, 'product.py'], { cwd: folder });
  expect(ended.status, ended.stderr).toBe(0);
  needNative(report, ctx);
  const line = report.lines.find((row) => row.line === 3 && row.file.endsWith('product.py'))!;
  const files = line.nativeCalls.flatMap((path) => path.calls.map((call) => call.file));
  expect(files.some((file) => /_multiarray_umath/.test(file))).toBe(true);
  expect(line.nativeCalls[0]!.bytes).toBeGreaterThan(30e6);
});
