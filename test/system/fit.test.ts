// Two recorded runs put together, and the answer held against what the programs are known to hold.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { call, expectOneMessage, highwater, makeFolder, ROOT, readText } from './highwater.ts';
import { PYTHON } from './pythons.ts';

const MIB = 2 ** 20;
/** Holds 60 MiB for a while, then 20. */
const SPIKE = 'import time\nb = bytearray(60 << 20)\ntime.sleep(.3)\ndel b\nb = bytearray(20 << 20)\ntime.sleep(.6)\n';
const FLAT = 'import time\nb = bytearray(40 << 20)\ntime.sleep(.5)\n';

/** Holds 30 MiB and libraries until its input ends. */
const HOLD =
  'import sys, ssl, sqlite3, decimal\nb = bytearray(30 << 20)\nprint("ready", flush=True)\nsys.stdin.read()\n';
/** Two programs that map the same weights, the one more of them than the other, and libraries of their own. */
const SERVE = mapping('ssl, sqlite3, decimal', 40, 20);
const TRAIN = mapping('ssl, lzma, ctypes', 64, 35);

function mapping(modules: string, mapped: number, own: number): string {
  return `import mmap, sys, time, ${modules}
rows = open("weights.bin", "rb")
rows = mmap.mmap(rows.fileno(), ${mapped} << 20, access=mmap.ACCESS_READ)
seen = sum(rows[page] for page in range(0, len(rows), mmap.PAGESIZE))
b = bytearray(${own} << 20)
time.sleep(.5)
print("ready", flush=True)
sys.stdin.read()
`;
}

/** Shares no code with the product: starts these at once, and sums the PSS that the kernel gives of them. */
const TOGETHER = `import subprocess, sys
many = [subprocess.Popen([sys.argv[1], name], stdin=-1, stdout=-1) for name in sys.argv[2:]]
for one in many: one.stdout.readline()
pss = 0
for one in many:
    for line in open('/proc/%d/smaps_rollup' % one.pid):
        if line.startswith('Pss:'): pss += int(line.split()[1]) * 1024
for one in many: one.stdin.close()
for one in many: one.wait()
print(pss)
`;

interface FitReport {
  readonly fits: boolean;
  readonly worst: { readonly low: number; readonly high: number };
  readonly runs: readonly {
    readonly peak: { readonly low: number; readonly high: number };
    readonly ownPeak: { readonly low: number; readonly high: number };
    readonly files: number;
    readonly sharedFiles: number | null;
  }[];
}

test('two runs: what each instance adds, what they share, the answer as exit code', () => {
  const cwd = makeFolder({ 'spike.py': SPIKE, 'flat.py': FLAT });
  for (const name of ['spike', 'flat']) {
    expect(highwater(['run', '-q', '--python', PYTHON, `${name}.py`], { cwd }).status).toBe(0);
  }
  const runs = ['spike.highwater', 'flat.highwater'];
  const ask = (...args: string[]) => highwater(['fit', ...runs, '--count', 'spike=10', ...args], { cwd });

  const ended = ask('--limit', '2GiB', '--json');
  expect(ended.status, ended.stderr).toBe(0);
  const report: FitReport = JSON.parse(ended.stdout);
  const schema = JSON.parse(readText(ROOT, 'docs', 'schemas', 'fit.schema.json'));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  expect([validate(report), validate.errors]).toEqual([true, null]);

  const [spike, flat] = report.runs;
  // The planted bytes and an interpreter of some MiB, of which its files are shared.
  expect(spike!.ownPeak.high).toBeGreaterThan(60 * MIB);
  expect(spike!.ownPeak.high).toBeLessThan(80 * MIB);
  expect(spike!.files).toBeGreaterThan(MIB);
  expect(report.worst.high).toBeGreaterThanOrEqual(10 * 60 * MIB + 40 * MIB);
  expect(report.worst.high).toBeLessThan(
    10 * spike!.ownPeak.high + flat!.ownPeak.high + spike!.files + flat!.files + MIB,
  );
  expect(report.worst.low).toBeLessThan(report.worst.high);

  const no = ask('--limit', '512M');
  expect(no.status).toBe(1);
  expect(no.stdout).toMatch(/^10 x spike and 1 x flat need [\d.]+ MiB at worst: they do not fit into 512 MiB, by /);
});

test('as many instances as are really run at once need what was said, and less than their peaks added up', () => {
  const cwd = makeFolder({ 'hold.py': HOLD, 'together.py': TOGETHER });
  expect(highwater(['run', '-q', '--python', PYTHON, 'hold.py'], { cwd, input: '' }).status).toBe(0);
  const asked = highwater(['fit', 'hold.highwater', '--count', 'hold=6', '--limit', '1G', '--json'], { cwd });
  expect(asked.status, asked.stderr).toBe(0);
  const { worst, runs }: FitReport = JSON.parse(asked.stdout);
  const together = call(PYTHON, ['together.py', PYTHON, ...new Array<string>(6).fill('hold.py')], { cwd });
  const pss = Number(together.stdout);
  expect(pss, together.stderr).toBeGreaterThan(6 * 30 * MIB);
  // Each recorded run holds an agent too, of some MiB; those that run by themselves do not.
  expect(worst.high).toBeGreaterThanOrEqual(pss);
  expect(worst.high).toBeLessThan(pss * 1.1);
  expect(worst.high).toBeLessThan(6 * runs[0]!.peak.high - 4 * runs[0]!.files);
});

test('what different programs map of one file counts once, as the kernel has it', () => {
  const cwd = makeFolder({ 'serve.py': SERVE, 'train.py': TRAIN, 'together.py': TOGETHER });
  writeFileSync(join(cwd, 'weights.bin'), Buffer.alloc(64 * MIB, 7));
  for (const name of ['serve', 'train']) {
    const ran = highwater(['run', '-q', '--python', PYTHON, `${name}.py`], { cwd, input: '' });
    expect(ran.status, ran.stderr).toBe(0);
  }
  const asked = ['fit', 'serve.highwater', 'train.highwater', '--count', 'serve=2', '--limit', '1G', '--json'];
  const { worst, runs }: FitReport = JSON.parse(highwater(asked, { cwd }).stdout);
  const together = call(PYTHON, ['together.py', PYTHON, 'serve.py', 'serve.py', 'train.py'], { cwd });
  const pss = Number(together.stdout);
  expect(pss, together.stderr).toBeGreaterThan((64 + 2 * 20 + 35) * MIB);
  const [serve, train] = runs;
  expect(serve!.sharedFiles).toBeGreaterThan(40 * MIB);
  expect(train!.sharedFiles).toBeLessThan(train!.files - 20 * MIB);
  // Each recorded run holds an agent too, of some MiB.
  expect(worst.high).toBeGreaterThanOrEqual(pss);
  expect(worst.high).toBeLessThan(pss * 1.1);
  expect(worst.high).toBeLessThan(
    2 * serve!.ownPeak.high + train!.ownPeak.high + serve!.files + train!.files - 40 * MIB,
  );
});

test('what is no question is refused: usage 2, unreadable 3', () => {
  const cwd = makeFolder({ 'flat.py': FLAT, 'none.highwater': 'no profile' });
  expect(highwater(['run', '-q', '--python', PYTHON, 'flat.py'], { cwd }).status).toBe(0);
  const ask = (...args: string[]) => highwater(['fit', ...args], { cwd });
  for (const args of [
    ['flat.highwater'],
    ['flat.highwater', '--limit', 'much'],
    ['flat.highwater', '--limit', '0'],
    ['flat.highwater', '--limit', '1G', '--count', 'flat=0'],
    ['flat.highwater', '--limit', '1G', '--count', 'other=2'],
    ['flat.highwater', '--limit', '1G', '--risk', '100%'],
  ]) {
    expect([args, ask(...args).status]).toEqual([args, 2]);
  }
  const unreadable = ask('flat.highwater', 'none.highwater', '--limit', '1G');
  expect(unreadable.status).toBe(3);
  expectOneMessage(unreadable.stderr);
});

test('--html writes one page that asks for nothing else; the exit code stays the answer', () => {
  const cwd = makeFolder({ 'flat.py': FLAT });
  expect(highwater(['run', '-q', '--python', PYTHON, 'flat.py'], { cwd }).status).toBe(0);
  const fits = highwater(['fit', 'flat.highwater', '--limit', '1GiB', '--html'], { cwd });
  expect([fits.status, fits.stdout, fits.stderr]).toEqual([0, '', 'highwater: wrote fit.html\n']);
  const page = readText(cwd, 'fit.html');
  expect(page).toContain('<title>flat together – highwater</title>');
  expect(page.match(/(?:src|href)="(?!data:,)/g)).toBeNull();
  const not = highwater(['fit', 'flat.highwater', '--limit', '10MiB', '--html=other.html', '--json'], { cwd });
  expect([not.status, JSON.parse(not.stdout).fits]).toEqual([1, false]);
  expect(readText(cwd, 'other.html')).toContain('id="highwater-fit"');
});
