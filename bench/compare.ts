// How often `highwater diff` calls a change what is none, and how often it names one that was made.
//
// usage: node bench/compare.ts [--runs 10] [--pairs consecutive|all] [--plant] [--python PATH] [--keep FOLDER] [SCRIPT...]
//
// Runs of one unchanged program are compared in pairs: every change that is named is false. With --plant each program is also run
// with memory planted into it, as many times, and compared with the unchanged runs, one by one: 5 MiB more on a line in one block
// and in small Python objects, which must be named by that line, and a block of 5 % of the peak, which must be a change of it.
// With --keep the profiles stay in a folder, and those that are there already are compared again without another run.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { medianInterval } from './statistics.ts';
import { describeCommit, findInterpreter, ROOT } from './tools.ts';

const { values: options, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    pairs: { type: 'string', default: 'all' },
    plant: { type: 'boolean', default: false },
    python: { type: 'string' },
    keep: { type: 'string' },
  },
  allowPositionals: true,
});
const highwater = join(ROOT, 'bin', 'highwater.cjs');
const MIB = 2 ** 20;
const count = Number(options.runs);

interface Row {
  readonly verdict: string;
  readonly change: number;
  readonly source?: string;
}

interface Comparison {
  readonly summary: string;
  readonly peak: Row & { readonly before: number; readonly after: number };
  readonly composition: { readonly parts: readonly Row[] };
  readonly lines: readonly Row[];
  readonly imports: readonly Row[];
  readonly processes: readonly Row[];
}

const TABLES = ['peak', 'composition', 'lines', 'imports', 'processes'] as const;

function call(args: readonly string[], cwd: string): string {
  const ended = spawnSync(highwater, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout;
}

function compare(before: string, after: string): Comparison {
  return JSON.parse(call(['diff', '--json', before, after], tmpdir()));
}

function rowsOf(table: (typeof TABLES)[number], one: Comparison): readonly Row[] {
  if (table === 'peak') return [one.peak];
  return table === 'composition' ? one.composition.parts : one[table];
}

const isChange = ({ verdict }: Row) => verdict !== 'noChange' && verdict !== 'cannotTell';

class Count {
  judged = 0;
  changed = 0;
  untold = 0;
  pairs = 0;

  add(rows: readonly Row[]): void {
    const changed = rows.filter(isChange);
    this.judged += rows.length;
    this.changed += changed.length;
    this.untold += rows.filter(({ verdict }) => verdict === 'cannotTell').length;
    this.pairs += changed.length > 0 ? 1 : 0;
  }
}

interface Plant {
  readonly name: string;
  /** A line of Python that holds it until the end. */
  readonly line: (peak: number) => string;
  readonly found: (one: Comparison, line: string) => boolean;
}

const isNamed = ({ lines }: Comparison, line: string) =>
  lines.some((row) => row.source === line && ['grew', 'new'].includes(row.verdict));

const PLANTS: readonly Plant[] = [
  { name: '5 MiB in a block', line: () => `planted = bytearray(${5 * MIB})`, found: isNamed },
  // A float takes 24 bytes, 32 with what the allocator adds, and 8 in the list.
  { name: '5 MiB in objects', line: () => 'planted = [i + 0.5 for i in range(160_000)]', found: isNamed },
  {
    name: '5 % of the peak',
    line: (peak) => `planted = bytearray(${Math.ceil(peak * 0.05)})`,
    found: ({ peak }) => peak.verdict === 'grew',
  },
];

const interpreter = options.python === undefined ? findInterpreter() : { python: options.python, version: '' };
const folder = options.keep === undefined ? mkdtempSync(join(tmpdir(), 'highwater-compare-')) : resolve(options.keep);
mkdirSync(folder, { recursive: true });

/** Profiles of the script with `line` in it, before what runs it. */
function profilesOf(script: string, name: string, line = ''): string[] {
  const source = readFileSync(script, 'utf8');
  const marker = '\nif __name__ == "__main__":';
  if (!source.includes(marker)) throw new Error(`${script} has no line 'if __name__ == "__main__":' to plant before`);
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, basename(script)), source.replace(marker, `${line}\n${marker}`));
  return Array.from({ length: count }, (_, i) => {
    const profile = join(home, `${i}.highwater`);
    const words = ['run', '-q', '-o', profile, '--python', interpreter.python, basename(script)];
    if (!existsSync(profile)) call(words, home);
    return profile;
  });
}

function pairsOf(runs: readonly string[]): [string, string][] {
  return runs.flatMap((before, i) =>
    runs.slice(i + 1, options.pairs === 'all' ? undefined : i + 2).map((after): [string, string] => [before, after]),
  );
}

const print = (text: string) => process.stdout.write(`${text}\n`);
const inMib = (bytes: number) => (bytes / MIB).toFixed(1);

function compareUnchanged(name: string, runs: readonly string[]): number {
  const counts = new Map(TABLES.map((table) => [table, new Count()]));
  const pairs = pairsOf(runs);
  const peaks = new Map<string, number>();
  for (const [before, after] of pairs) {
    const one = compare(before, after);
    peaks.set(before, one.peak.before);
    peaks.set(after, one.peak.after);
    for (const [table, sum] of counts) sum.add(rowsOf(table, one));
    const named = TABLES.flatMap((table) => rowsOf(table, one)).some(isChange);
    if (named) print(`  ${basename(before)} and ${basename(after)}: ${one.summary}`);
  }
  const all = [...peaks.values()].sort((a, b) => a - b);
  const { median } = medianInterval(all);
  print(
    `${name}: ${runs.length} runs, ${pairs.length} pairs; peak ${inMib(median)} MiB (${inMib(all[0]!)} to ${inMib(all.at(-1)!)})`,
  );
  print('  table          judged  false changes  pairs with one  cannot tell');
  for (const [table, { judged, changed, untold, pairs: with1 }] of counts) {
    const cells = [
      String(judged).padStart(6),
      String(changed).padStart(13),
      String(with1).padStart(14),
      String(untold).padStart(11),
    ];
    print(`  ${[table.padEnd(13), ...cells].join('  ')}`);
  }
  return median;
}

function comparePlanted(script: string, unchanged: readonly string[], peak: number): void {
  for (const { name, line, found } of PLANTS) {
    const text = line(peak);
    const planted = profilesOf(script, `${basename(script, '.py')} with ${name.replaceAll(' ', '-')}`, text);
    const missed = planted.filter((after, i) => !found(compare(unchanged[i]!, after), text));
    print(`  planted ${name.padEnd(17)} named in ${planted.length - missed.length} of ${planted.length}`);
    for (const one of missed) {
      print(`    not in ${basename(one)}: ${compare(unchanged[planted.indexOf(one)]!, one).summary}`);
    }
  }
}

print(`highwater ${describeCommit(ROOT)}; Python ${interpreter.version}; ${options.pairs} pairs`);
const scripts = positionals.length > 0 ? positionals : [join(ROOT, 'examples', 'linear_regression.py')];
for (const script of scripts.map((path) => resolve(path))) {
  const unchanged = profilesOf(script, basename(script, '.py'));
  const peak = compareUnchanged(basename(script), unchanged);
  if (options.plant) comparePlanted(script, unchanged, peak);
}
if (options.keep === undefined) rmSync(folder, { recursive: true });
