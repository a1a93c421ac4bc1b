// How often `highwater diff` calls a change what is none, and how often it names one that was made.
//
// usage: node bench/compare.ts [--runs 10] [--pairs all|consecutive] [--plant 5] [--python PATH] [--keep FOLDER] [SCRIPT...]
//
// Runs of one unchanged program are compared in pairs: every change that is named is false. With --plant each program is also run that
// often with memory planted into it, and compared with the unchanged runs, one by one: 5 MiB more on a line, in one block and in
// small Python objects, and a block of 5 % of the peak. With --keep the profiles stay in a folder, and those that are there already
// are compared again without another run.

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
    plant: { type: 'string', default: '0' },
    python: { type: 'string' },
    keep: { type: 'string' },
  },
  allowPositionals: true,
});
const highwater = join(ROOT, 'bin', 'highwater.cjs');
const MIB = 2 ** 20;

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

/** Lines of Python that hold something until the end. */
const PLANTS: Readonly<Record<string, (peak: number) => string>> = {
  '5 MiB in a block': () => `planted = bytearray(${5 * MIB})`,
  // A float takes 24 bytes, and 8 in the list.
  '5 MiB in objects': () => 'planted = [i + 0.5 for i in range(160_000)]',
  '5 % of the peak': (peak) => `planted = bytearray(${Math.ceil(peak * 0.05)})`,
};

const interpreter = options.python === undefined ? findInterpreter() : { python: options.python, version: '' };
const folder = options.keep === undefined ? mkdtempSync(join(tmpdir(), 'highwater-compare-')) : resolve(options.keep);
mkdirSync(folder, { recursive: true });

/** Profiles of the script with `line` in it, before what runs it. */
function profilesOf(script: string, name: string, runs: number, line = ''): string[] {
  const source = readFileSync(script, 'utf8');
  const marker = '\nif __name__ == "__main__":';
  if (!source.includes(marker)) throw new Error(`${script} has no line 'if __name__ == "__main__":' to plant before`);
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, basename(script)), source.replace(marker, `${line}\n${marker}`));
  return Array.from({ length: runs }, (_, i) => {
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
  for (const [name, lineFor] of Object.entries(PLANTS)) {
    const line = lineFor(peak);
    const folderOf = `${basename(script, '.py')} with ${name.replaceAll(' ', '-')}`;
    const pairs = profilesOf(script, folderOf, Number(options.plant), line).map((after, i) =>
      compare(unchanged[i]!, after),
    );
    const isNamed = ({ lines }: Comparison) =>
      lines.some(({ source, verdict }) => source === line && ['grew', 'new'].includes(verdict));
    const [named, grew] = [pairs.filter(isNamed), pairs.filter((one) => one.peak.verdict === 'grew')];
    print(
      `  planted ${name.padEnd(17)} its line named in ${named.length} of ${pairs.length}, the peak grew in ${grew.length}`,
    );
    for (const one of pairs) if (!named.includes(one)) print(`    not in: ${one.summary}`);
  }
}

print(`highwater ${describeCommit(ROOT)}; Python ${interpreter.version}; ${options.pairs} pairs`);
const scripts = positionals.length > 0 ? positionals : [join(ROOT, 'examples', 'linear_regression.py')];
for (const script of scripts.map((path) => resolve(path))) {
  const unchanged = profilesOf(script, basename(script, '.py'), Number(options.runs));
  const peak = compareUnchanged(basename(script), unchanged);
  if (Number(options.plant) > 0) comparePlanted(script, unchanged, peak);
}
if (options.keep === undefined) rmSync(folder, { recursive: true });
