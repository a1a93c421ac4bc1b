// Times of imports as highwater tells them, against `python -X importtime` in the same run and in a run without highwater.
//
// usage: node bench/imports.ts PYTHON [MODULE ...]

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderTable } from '#base/text-table.ts';
import { type ImportTrace, parseImportTrace } from './import-trace.ts';
import { describeCommit, ROOT } from './tools.ts';

const MODULES = ['pandas', 'sklearn.ensemble', 'torch'];
/** Packages that took less of the whole are left out of the table, not of the sums. */
const LEAST = 0.01;

interface Time {
  readonly ms: number;
  readonly low: number;
  readonly high: number;
}

interface Package {
  readonly name: string;
  readonly self: { readonly time: Time | null };
  readonly total: { readonly time: Time | null };
  readonly modules: readonly { readonly name: string; readonly time: Time | null }[];
  readonly imported: readonly Package[];
}

interface Tree {
  readonly total: { readonly time: Time };
  readonly packages: readonly Package[];
}

interface Run {
  readonly tree: Tree;
  readonly trace: ImportTrace;
  readonly plain: ImportTrace;
  readonly file: number;
}

function run(python: string, module: string, folder: string): Run {
  writeFileSync(join(folder, 'imports.py'), `import ${module}\n`);
  const traced = ['-X', 'importtime', 'imports.py'];
  const start = (command: string, words: readonly string[]) => {
    const { status, stderr } = spawnSync(command, words, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr.slice(-500)}`);
    return parseImportTrace(stderr);
  };
  start(python, traced); // files are read from disk once
  const plain = start(python, traced);
  const options = ['-q', '-o', 'x.highwater', '--json=x.json'];
  const trace = start(join(ROOT, 'bin', 'highwater.cjs'), ['run', ...options, '--', python, ...traced]);
  const report = JSON.parse(readFileSync(join(folder, 'x.json'), 'utf8')) as { readonly importTree: Tree };
  return {
    tree: withoutStart(report.importTree),
    trace,
    plain,
    file: readFileSync(join(folder, 'x.highwater')).length,
  };
}

/** What Python imports before the script stands before `site` in its own list too. */
function withoutStart({ packages, total }: Tree): Tree {
  const own = packages.filter(({ name }) => name !== '(interpreter start)');
  const sum = (bound: keyof Time) => own.reduce((ms, one) => ms + (one.total.time?.[bound] ?? 0), 0);
  return { packages: own, total: { ...total, time: { ms: sum('ms'), low: sum('low'), high: sum('high') } } };
}

/** Every package once, wherever it stands. */
function flatten(tree: Tree): { self: Map<string, Time>; parts: Map<string, Time> } {
  const self = new Map<string, Time>();
  const parts = new Map<string, Time>();
  const add = (to: Map<string, Time>, name: string, time: Time | null) => {
    const known = to.get(name) ?? { ms: 0, low: 0, high: 0 };
    if (time) to.set(name, { ms: known.ms + time.ms, low: known.low + time.low, high: known.high + time.high });
  };
  const visit = (one: Package) => {
    add(self, one.name, one.self.time);
    for (const { name, time } of one.modules) add(parts, name, time);
    one.imported.forEach(visit);
  };
  tree.packages.forEach(visit);
  return { self, parts };
}

/** Share of all time that stands at another name than `importtime` says. */
function misplaced(ours: ReadonlyMap<string, Time>, theirs: ReadonlyMap<string, number>, total: number): string {
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  const apart = [...names].reduce(
    (sum, name) => sum + Math.abs((ours.get(name)?.ms ?? 0) - (theirs.get(name) ?? 0)),
    0,
  );
  return `${((50 * apart) / total).toFixed(1)} %`;
}

function print(module: string, { tree, trace, plain, file }: Run): void {
  const { self, parts } = flatten(tree);
  const ms = (time: number | undefined) => (time === undefined ? '-' : time.toFixed(0));
  const theirs = new Map([...trace.packages].map(([name, time]) => [name, time.self]));
  const names = [...theirs].filter(([, time]) => time >= LEAST * trace.total).sort((a, b) => b[1] - a[1]);
  const row = (name: string, without: number | undefined, time: number | undefined, own: Time | undefined) => {
    const bounds = own ? `${ms(own.low)} to ${ms(own.high)}` : '';
    const error = own && time !== undefined ? `${own.ms >= time ? '+' : ''}${(own.ms - time).toFixed(0)}` : '';
    return [name, ms(without), ms(time), ms(own?.ms), bounds, error];
  };
  const rows = [
    row(`import ${module}`, plain.total, trace.total, tree.total.time),
    ...names.map(([name, time]) => row(`  ${name} itself`, plain.packages.get(name)?.self, time, self.get(name))),
  ];
  const columns = ['', 'plain', 'importtime', 'highwater', 'bounds', 'error'].map((header, i) => ({
    align: i === 0 ? ('left' as const) : ('right' as const),
    header,
  }));
  console.log(renderTable(columns, rows, { width: 120, indent: '' }).join('\n'));
  const byPackage = misplaced(self, theirs, trace.total);
  const byPart = misplaced(parts, trace.parts, trace.total);
  console.log(`${trace.modules} modules; at another package ${byPackage}, at another module one level down ${byPart}`);
  console.log(`profile of ${Math.round(file / 1024)} KiB\n`);
}

const [python, ...chosen] = process.argv.slice(2);
if (!python) throw new Error('usage: node bench/imports.ts PYTHON [MODULE ...]');
const folder = mkdtempSync(join(tmpdir(), 'highwater-imports-'));
try {
  const version = spawnSync(python, ['-V'], { encoding: 'utf8' }).stdout.trim();
  console.log(
    `highwater ${describeCommit(ROOT)}; ${version}; load average ${loadavg()[0]!.toFixed(1)}; ms of wall time\n`,
  );
  for (const module of chosen.length > 0 ? chosen : MODULES) print(module, run(python, module, folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
