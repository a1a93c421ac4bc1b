// The truth programs: what each holds by its own account and the kernel's, plain and profiled, beside what highwater reports.
// Sizes are MiB.
//
//   node bench/truth.ts [PYTHON, for the programs that need numpy] [PART OF A NAME]
//
// test/system/truth.test.ts runs the same programs and fails where they differ.
import { resolve } from 'node:path';
import { findLine, findNative, type Measured, TRUTH_PROGRAMS, TruthBench } from '../test/system/truth-programs.ts';

const MIB = 1 << 20;
const HEADER = ['program', 'VmHWM plain', 'profiled', 'ratio', 'reported', 'line', 'expected', 'on line', 'error'];
const OWN_HEADER = [
  'reads of itself',
  'VmRSS',
  'ru_maxrss',
  'ru_minflt',
  'CPU s',
  'threads',
  'descriptors',
  'children',
];
const science = process.argv[2] && resolve(process.argv[2]);
const bench = new TruthBench();

const mib = (bytes: number) => (bytes / MIB).toFixed(1);
const row = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);

function show(name: string, measured: Measured): void {
  const { plain, profiled, report } = measured;
  const [before, after] = [plain.truth.own.peak, profiled.truth.own.peak];
  const peaks = [mib(before), mib(after), (after / before).toFixed(3), mib(report.mainPeak.bytes)];
  let first = [name, ...peaks];
  for (const [line, expected] of Object.entries(profiled.truth.held)) {
    const found = line === 'native' ? findNative(measured) : findLine(measured, line);
    const bytes = found?.heap.bytes ?? 0;
    const error = expected === 0 ? '' : `${((bytes / expected - 1) * 100).toFixed(2)} %`;
    row([...first, line, mib(expected), mib(bytes), error]);
    first = ['', '', '', '', ''];
  }
  for (const [line, expected] of Object.entries(profiled.truth.freed)) {
    const { allocated, freed } = findLine(measured, line)!;
    const error = `${((freed / expected - 1) * 100).toFixed(2)} %`;
    row([...first, `${line}, freed of ${mib(allocated.bytes)}`, mib(expected), mib(freed), error]);
  }
}

/** What the program reads of itself, plain -> profiled. */
function ownReadings(name: string, { plain, profiled }: Measured): readonly string[] {
  const [a, b] = [plain.truth.own, profiled.truth.own];
  return [
    name,
    `${mib(a.resident)} -> ${mib(b.resident)}`,
    `${mib(a.maxResident)} -> ${mib(b.maxResident)}`,
    `${a.minorFaults} -> ${b.minorFaults}`,
    `${a.cpuSeconds.toFixed(2)} -> ${b.cpuSeconds.toFixed(2)}`,
    `${a.threads} -> ${b.threads}`,
    `${a.descriptors} -> ${b.descriptors}`,
    String(b.children),
  ];
}

const own: (readonly string[])[] = [];
row(HEADER);
row(HEADER.map((_, i) => (i === 0 || i === 5 ? '---' : '--:')));
try {
  for (const program of TRUTH_PROGRAMS) {
    if (process.argv[3] && !program.name.includes(process.argv[3])) continue;
    if (program.needs === 'numpy' && !science) continue;
    const measured = bench.measure(program, program.needs === 'numpy' ? String(science) : 'python3');
    show(program.name, measured);
    own.push(ownReadings(program.name, measured));
  }
  console.log();
  row(OWN_HEADER);
  row(OWN_HEADER.map((_, i) => (i === 0 ? '---' : '--:')));
  for (const cells of own) row(cells);
} finally {
  bench.close();
}
