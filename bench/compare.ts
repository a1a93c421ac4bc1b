// How often `highwater diff` calls a change what is none: every pair of runs of one example, and what was named.
//
// usage: node bench/compare.ts [--runs 10] [SCRIPT, default examples/linear_regression.py]
//
// No change was made between the runs, so every one that is named is false.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeCommit, findInterpreter, ROOT } from './tools.ts';

const { values: options, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '10' } },
  allowPositionals: true,
});
const highwater = join(ROOT, 'bin', 'highwater.cjs');
const script = resolve(positionals[0] ?? join(ROOT, 'examples', 'linear_regression.py'));

interface Row {
  readonly verdict: string;
  readonly change: number;
  readonly [name: string]: unknown;
}

interface Comparison {
  readonly peak: Row;
  readonly composition: { readonly parts: readonly Row[] };
  readonly lines: readonly Row[];
  readonly imports: readonly Row[];
  readonly processes: readonly Row[];
}

function call(args: readonly string[], cwd: string): string {
  const ended = spawnSync(highwater, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout;
}

class Count {
  judged = 0;
  changed = 0;
  untold = 0;
  pairs = 0;

  add(rows: readonly Row[]): void {
    const changed = rows.filter(({ verdict }) => verdict !== 'noChange' && verdict !== 'cannotTell');
    this.judged += rows.length;
    this.changed += changed.length;
    this.untold += rows.filter(({ verdict }) => verdict === 'cannotTell').length;
    this.pairs += changed.length > 0 ? 1 : 0;
  }
}

const interpreter = findInterpreter();
const folder = mkdtempSync(join(tmpdir(), 'highwater-compare-'));
const runs = Array.from({ length: Number(options.runs) }, (_, i) => join(folder, `${i}.highwater`));
for (const profile of runs) call(['run', '-q', '-o', profile, '--python', interpreter.python, script], folder);

const counts = {
  peak: new Count(),
  composition: new Count(),
  lines: new Count(),
  imports: new Count(),
  processes: new Count(),
};
let pairs = 0;
for (let i = 0; i < runs.length; i++) {
  for (let j = i + 1; j < runs.length; j++) {
    const value: Comparison = JSON.parse(call(['diff', '--json', runs[i]!, runs[j]!], folder));
    const rows = { ...value, peak: [value.peak], composition: value.composition.parts };
    for (const [kind, count] of Object.entries(counts)) count.add(rows[kind as keyof typeof counts]);
    pairs++;
  }
}
rmSync(folder, { recursive: true });

const print = (text: string) => process.stdout.write(`${text}\n`);
print(
  `highwater ${describeCommit(ROOT)}; Python ${interpreter.version}; ${basename(script)}, ${runs.length} runs, ${pairs} pairs`,
);
print('table          judged  false changes  pairs with one  cannot tell');
for (const [kind, { judged, changed, untold, pairs: with1 }] of Object.entries(counts)) {
  const cells = [
    String(judged).padStart(6),
    String(changed).padStart(13),
    String(with1).padStart(14),
    String(untold).padStart(11),
  ];
  print([kind.padEnd(13), ...cells].join('  '));
}
