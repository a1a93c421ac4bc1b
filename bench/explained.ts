// How much of the kernel's peak each profiler's report accounts for: highwater, memray and Scalene on the same programs.
//
// usage: node bench/explained.ts [--runs 3] [--tools highwater,memray,scalene]
//
// memray's figure is the heap at its own peak, which its flame graphs and tables divide (with --follow-fork the sum of the
// processes' peaks, since it joins them to no common moment). Scalene's is the largest footprint that it saw, and what its lines add
// up to. The kernel's is VmHWM of a plain run, or the sum of PSS where there are several processes.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable } from '#base/text-table.ts';
import { Meter } from './meter.ts';
import { describeCommit, findInterpreter, ROOT } from './tools.ts';

const MIB = 2 ** 20;
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    tools: { type: 'string', default: 'highwater,memray,scalene' },
  },
});

interface Program {
  readonly name: string;
  readonly words: readonly string[];
  readonly isTree?: boolean;
}

const PROGRAMS: readonly Program[] = [
  { name: 'torch_training.py', words: [join(ROOT, 'examples', 'torch_training.py')] },
  { name: 'pandas_groupby.py', words: [join(ROOT, 'bench', 'jobs', 'pandas_groupby.py'), '0.2'] },
  { name: 'linear_regression.py', words: [join(ROOT, 'examples', 'linear_regression.py')] },
  { name: 'pool.py', words: [join(ROOT, 'examples', 'pool.py')], isTree: true },
];

/** MiB; NaN: there was none. */
interface Explained {
  readonly kernel: number;
  readonly bytes: number;
  /** Of `bytes`: at lines, or at what was imported. */
  readonly lines: number;
}

const interpreter = findInterpreter();
const { python } = interpreter;
const meter = new Meter();
const folder = mkdtempSync(join(tmpdir(), 'highwater-explained-'));

function call(command: readonly string[], variables: NodeJS.ProcessEnv = {}): string {
  const [program, ...args] = command;
  const env = { ...process.env, ...variables };
  const ended = spawnSync(program!, args, { cwd: folder, encoding: 'utf8', env, maxBuffer: 2 ** 28 });
  if (ended.status !== 0) throw new Error(`${command.join(' ')}: ${ended.stderr || ended.error}`);
  return ended.stdout;
}

async function plainPeak({ words }: Program): Promise<number> {
  return (await meter.run([python, ...words])).maxRssKib / 1024;
}

function highwater({ words }: Program): Explained {
  const bin = join(ROOT, 'bin', 'highwater.cjs');
  call([bin, 'run', '-q', '-o', 'x.highwater', '--python', python, ...words]);
  const { composition, lines, imports } = JSON.parse(call([bin, 'report', '--json', 'x.highwater']));
  const parts: readonly { readonly id: string; readonly bytes: number }[] = composition.parts;
  const unexplained = parts.find(({ id }) => id === 'unexplained')?.bytes ?? 0;
  const ofLines = (lines as readonly { importing: boolean; heap: { bytes: number } }[])
    .filter(({ importing }) => !importing)
    .reduce((sum, { heap }) => sum + heap.bytes, 0);
  return {
    kernel: composition.total / MIB,
    bytes: (composition.total - Math.abs(unexplained)) / MIB,
    lines: (ofLines + imports.reduce((sum: number, row: { bytes: number }) => sum + row.bytes, 0)) / MIB,
  };
}

function memray({ words, isTree }: Program): Explained {
  for (const name of readdirSync(folder)) if (name.startsWith('memray')) rmSync(join(folder, name));
  call([python, '-m', 'memray', 'run', '-q', '-f', ...(isTree ? ['--follow-fork'] : []), '-o', 'memray.bin', ...words]);
  let bytes = 0;
  for (const name of readdirSync(folder).filter((name) => name.startsWith('memray.bin'))) {
    call([python, '-m', 'memray', 'stats', '--json', '-f', '-o', 'memray-stats.json', name]);
    bytes += JSON.parse(readFileSync(join(folder, 'memray-stats.json'), 'utf8')).metadata.peak_memory;
  }
  return { kernel: Number.NaN, bytes: bytes / MIB, lines: bytes / MIB };
}

/** It has been seen to take the whole memory of a machine, and not to end: both are bounded. */
const SCALENE_CEILING = 8 * 2 ** 30;
const SCALENE_SECONDS = 120;

async function scalene({ words }: Program): Promise<Explained> {
  const path = join(folder, 'scalene.json');
  rmSync(path, { force: true });
  const { timeUp, stderr } = await meter.run([python, '-m', 'scalene', 'run', '-o', path, ...words], {
    timeoutSeconds: SCALENE_SECONDS,
    addressSpaceBytes: SCALENE_CEILING,
  });
  if (timeUp) throw new Error(`not at its end after ${SCALENE_SECONDS} s`);
  if (!existsSync(path)) throw new Error(`no profile: ${stderr.trim().split('\n').at(-1)}`);
  const profile = JSON.parse(readFileSync(path, 'utf8'));
  let lines = 0;
  for (const file of Object.values<{ lines: { n_peak_mb: number }[] }>(profile.files ?? {})) {
    for (const line of file.lines) lines += line.n_peak_mb;
  }
  return { kernel: Number.NaN, bytes: profile.max_footprint_mb, lines };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

const TOOLS = { highwater, memray, scalene };
process.stdout.write(
  `highwater ${describeCommit(ROOT)}, memray ${interpreter.packages.memray}, Scalene ${interpreter.packages.scalene}; Python ${interpreter.version}; median of ${options.runs} runs\n`,
);
const rows: string[][] = [];
for (const program of PROGRAMS) {
  const plain: number[] = [];
  const seen: Record<string, Explained[]> = {};
  for (let run = 0; run < Number(options.runs); run++) {
    plain.push(await plainPeak(program));
    for (const [name, tool] of Object.entries(TOOLS)) {
      if (!options.tools.split(',').includes(name)) continue;
      try {
        seen[name] = [...(seen[name] ?? []), await tool(program)];
      } catch (error) {
        process.stderr.write(`${program.name}, ${name}: ${String(error).slice(0, 300)}\n`);
      }
    }
  }
  const kernel = program.isTree ? median((seen.highwater ?? []).map((one) => one.kernel)) : median(plain);
  for (const [name, all] of Object.entries(seen)) {
    const bytes = median(all.map((one) => one.bytes));
    const share = (value: number) => `${((100 * value) / kernel).toFixed(0)} %`;
    const lines = median(all.map((one) => one.lines));
    rows.push([program.name, kernel.toFixed(0), name, bytes.toFixed(0), share(bytes), lines.toFixed(0), share(lines)]);
  }
}
meter.close();
rmSync(folder, { recursive: true });
const headers = ['program', 'kernel MiB', 'tool', 'accounts for', 'of the peak', 'at lines', 'of the peak'];
const layout = headers.map((header, i) => ({
  header,
  align: i === 0 || i === 2 ? ('left' as const) : ('right' as const),
}));
process.stdout.write(`${renderTable(layout, rows, { width: 120 }).join('\n')}\n`);
