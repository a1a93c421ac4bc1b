// How much of the kernel's peak the account leaves unexplained: examples, truth programs, and programs of other shapes.
//
// usage: node bench/account.ts [--runs 1] [--only NAME,...]

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable } from '#base/text-table.ts';
import { describeCommit, findInterpreter, ROOT } from './tools.ts';

const MIB = 2 ** 20;
const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '1' }, only: { type: 'string' } },
});

const TRANSIENT = `
import time
def work():
    block = bytearray(150 << 20)
    time.sleep(0.02)
for _ in range(3): work()
`;
const GROUPBY = `
import numpy as np, pandas as pd
rng = np.random.default_rng(1)
frame = pd.DataFrame({"key": rng.integers(0, 5000, 2_000_000), "name": rng.integers(0, 900, 2_000_000).astype(str)})
frame["value"] = rng.normal(size=len(frame))
print(frame.groupby(["key", "name"]).value.agg(["mean", "std"]).shape, frame.merge(frame.head(9000), on="key").shape)
`;
const JOBLIB = `
from joblib import Parallel, delayed
import numpy as np
def work(n):
    a = np.full(4_000_000, n, dtype=float)
    return float((a * 2).sum())
print(sum(Parallel(n_jobs=3)(delayed(work)(n) for n in range(12))))
`;
const THREADS = `
import threading
kept = []
def work(n):
    mine = [bytes(3000) for _ in range(4000)]
    kept.append(mine[::4])
threads = [threading.Thread(target=work, args=(n,)) for n in range(24)]
for t in threads: t.start()
for t in threads: t.join()
top = bytearray(30 << 20)
`;

interface Program {
  readonly name: string;
  readonly words: readonly string[];
}

function programs(): Program[] {
  const examples = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.py'));
  const code = {
    'transient of 20 ms': TRANSIENT,
    'pandas groupby': GROUPBY,
    'joblib pool': JOBLIB,
    'threads in arenas': THREADS,
  };
  return [
    ...examples.sort().map((name) => ({ name, words: [join(ROOT, 'examples', name)] })),
    ...Object.entries(code).map(([name, text]) => ({ name, words: ['-c', text] })),
    ...readdirSync(join(ROOT, 'bench', 'heaps')).map((name) => ({ name, words: [join(ROOT, 'bench', 'heaps', name)] })),
    ...readdirSync(join(ROOT, 'test', 'system', 'programs'))
      .filter((name) => name.endsWith('.py') && name !== 'own_peak.py' && name !== 'native_chain.py')
      .map((name) => ({ name, words: [join(ROOT, 'test', 'system', 'programs', name)] })),
  ];
}

interface Composition {
  readonly total: number;
  readonly parts: readonly { readonly id: string; readonly bytes: number }[];
}

function measure(
  program: Program,
  python: string,
  folder: string,
): { unit: string; composition: Composition } | string {
  const highwater = join(ROOT, 'bin', 'highwater.cjs');
  const profile = join(folder, 'x.highwater');
  const run = spawnSync(highwater, ['run', '-q', '-o', profile, '--python', python, ...program.words], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (run.status !== 0) return run.stderr.trim().split('\n').at(-1) ?? '';
  const report = JSON.parse(
    spawnSync(highwater, ['report', '--json', profile], { encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout,
  );
  return { unit: report.peak.unit, composition: report.composition };
}

function rowOf(name: string, unit: string, { total, parts }: Composition): string[] {
  const of = (...ids: string[]) =>
    parts.filter((part) => ids.includes(part.id)).reduce((sum, part) => sum + part.bytes, 0);
  const mib = (bytes: number) => (bytes / MIB).toFixed(1);
  return [
    name,
    unit,
    mib(total),
    mib(of('pythonSmall', 'pythonLarge', 'native', 'mapped', 'live')),
    mib(of('pythonFree', 'nativeFree')),
    mib(of('files', 'data', 'shared')),
    mib(of('stacks', 'agent', 'other', 'untraced')),
    mib(of('unexplained')),
    `${((100 * of('unexplained')) / total).toFixed(1)} %`,
  ];
}

const interpreter = findInterpreter();
process.stdout.write(`highwater ${describeCommit(ROOT)}; Python ${interpreter.version}\n`);
const folder = mkdtempSync(join(tmpdir(), 'highwater-account-'));
const rows: string[][] = [];
for (const program of programs()) {
  if (options.only !== undefined && !options.only.split(',').some((part) => program.name.includes(part))) continue;
  for (let i = 0; i < Number(options.runs); i++) {
    const measured = measure(program, interpreter.python, folder);
    if (typeof measured === 'string') process.stderr.write(`${program.name}: ${measured}\n`);
    else rows.push(rowOf(program.name, measured.unit, measured.composition));
  }
}
rmSync(folder, { recursive: true });
const headers = [
  'program',
  'unit',
  'peak MiB',
  'in use',
  'held free',
  'files, shared',
  'other',
  'unexplained',
  'of peak',
];
const layout = headers.map((header, i) => ({ header, align: i < 2 ? ('left' as const) : ('right' as const) }));
process.stdout.write(`${renderTable(layout, rows, { width: 140 }).join('\n')}\n`);
