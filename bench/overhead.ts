// What profiling costs: whole jobs under each tool, between plain runs of the same job. bench/README.md says how to read
// what comes out.
//
// usage: node bench/overhead.ts [--pairs 7] [--jobs a,b] [--tools highwater,memray:3,...] [--size 1] [--seed 1]
//                               [--in-step] [--minutes N] [--tree DIR] [--out FILE]
//        node bench/overhead.ts --table FILE...
//   --out FILE is added to: what it has of the pairs wanted, of the same commit, is not measured again
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { Meter } from './meter.ts';
import { renderOverhead } from './overhead-tables.ts';
import { countPairs, type RawLine, type RunLine } from './raw-lines.ts';
import { randomFrom, shuffle } from './statistics.ts';
import { choose, FrozenHighwater, findInterpreter, type Job, ROOT, runTool, TOOLS, type Tool } from './tools.ts';

const MACHINE = `${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release().split('.', 2).join('.')}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '7' },
    jobs: { type: 'string' },
    tools: { type: 'string', default: TOOLS.join(',') },
    size: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    'in-step': { type: 'boolean', default: false },
    minutes: { type: 'string', default: '100000' },
    tree: { type: 'string', default: ROOT },
    out: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});

if (options.table) print(positionals.flatMap(readRaw));
else await measure();

function print(lines: readonly RawLine[]): void {
  process.stdout.write(`${renderOverhead(lines)}\n`);
}

function readRaw(file: string): RawLine[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

/** `memray:3` is memray with three pairs; without a number it gets as many as --pairs says. */
function readTools(): Map<Tool, number> {
  const wanted = new Map<Tool, number>();
  for (const word of options.tools.split(',')) {
    const [name, pairs] = word.split(':');
    if (!TOOLS.includes(name as Tool)) throw new Error(`no such tool: ${name} (there are ${TOOLS.join(', ')})`);
    wanted.set(name as Tool, Number(pairs ?? options.pairs));
  }
  wanted.delete('plain'); // runs between all the others
  return wanted;
}

async function measure(): Promise<void> {
  const wanted = readTools();
  const interpreter = findInterpreter();
  const { jobs, tools, left } = choose(interpreter, options.jobs?.split(','), [...wanted.keys()]);
  const meter = new Meter();
  const frozen = new FrozenHighwater(options.tree, meter);
  await frozen.run(['-c', 'pass'], interpreter.python, 120); // compiles the agent
  const [seed, size] = [Number(options.seed), Number(options.size)];
  const inStep = options['in-step'];
  const series = new Date().toISOString();
  const lines: RawLine[] = options.out && existsSync(options.out) ? readRaw(options.out) : [];
  const done = countPairs(lines, { commit: frozen.commit, size, inStep });
  const keep = (line: RawLine) => {
    lines.push(line);
    if (options.out) appendFileSync(options.out, `${JSON.stringify(line)}\n`);
  };
  const { version: python, packages } = interpreter;
  keep({ kind: 'series', series, commit: frozen.commit, python, packages, machine: MACHINE, left, seed, size });

  const around = { meter, python: interpreter.python, highwater: frozen };
  const random = randomFrom(seed);
  const missing = (job: Job, tool: Tool) => wanted.get(tool)! - done(job.name, tool);
  const chains = plan(jobs, tools, missing, random);
  await Promise.all(Array.from({ length: inStep ? availableParallelism() : 1 }, (_, core) => work(core)));
  print(lines);

  /** Takes one chain after another; in step each core has a worker, and what it measures stays on that core. */
  async function work(core: number): Promise<void> {
    for (const { round, job, chain } of chains) {
      const measured: Measured = async (tool, position) => {
        const run = await runTool(tool, job, size, { ...around, ...(inStep && { core }) });
        const place = { series, inStep, round, position, job: job.name, tool, ...(inStep && { core }) };
        const line: RunLine = { kind: 'run', ...place, load: loadavg()[0]!, ...run };
        keep(line);
        process.stderr.write(`${describe(line)}\n`);
        return line;
      };
      await (inStep ? runInStep(chain, measured, random) : runBetween(chain, measured));
    }
  }
}

interface Chain {
  readonly round: number;
  readonly job: Job;
  readonly chain: readonly Tool[];
}

/**
 * Every job once a round with the tools that still lack pairs, jobs and tools in an order of the seed's; ends early when time
 * is up.
 */
function* plan(
  jobs: readonly Job[],
  tools: readonly Tool[],
  missing: (job: Job, tool: Tool) => number,
  random: () => number,
): Generator<Chain> {
  const end = performance.now() + Number(options.minutes) * 60_000;
  const rounds = Math.max(0, ...jobs.flatMap((job) => tools.map((tool) => missing(job, tool))));
  for (let round = 0; round < rounds; round++) {
    for (const job of shuffle(jobs, random)) {
      const due = tools.filter((tool) => missing(job, tool) > round);
      if (due.length === 0) continue;
      if (performance.now() > end) return;
      yield { round, job, chain: shuffle(due, random) };
    }
  }
}

type Measured = (tool: Tool, position: number) => Promise<RunLine>;

/** plain, tool, plain, tool, ..., plain: each run of a tool stands between two plain ones. */
async function runBetween(tools: readonly Tool[], measured: Measured): Promise<void> {
  requireRun(await measured('plain', 0));
  for (const [i, tool] of tools.entries()) {
    await measured(tool, 2 * i + 1);
    requireRun(await measured('plain', 2 * i + 2));
  }
}

/**
 * Each run of a tool beside a plain one at the same time and on the same core, and two plain ones; which of the two starts first
 * is drawn. The kernel lets both run for milliseconds in turn, so that whatever makes the core slow makes both slow.
 */
async function runInStep(tools: readonly Tool[], measured: Measured, random: () => number): Promise<void> {
  for (const [i, tool] of shuffle(['plain' as const, ...tools], random).entries()) {
    const [first, second] = random() < 0.5 ? ([tool, 'plain'] as const) : (['plain', tool] as const);
    const both = await Promise.all([measured(first, 2 * i), measured(second, 2 * i + 1)]);
    both.filter((run) => run.tool === 'plain').forEach(requireRun);
  }
}

function requireRun(plain: RunLine): void {
  if (!plain.ok) throw new Error(`${plain.job} fails without any tool: ${plain.why}`);
}

function describe({ round, job, tool, cpuMs, wallMs, peakKib, load, why }: RunLine): string {
  const cells = [
    `${(cpuMs / 1000).toFixed(2)} s CPU`,
    `${(wallMs / 1000).toFixed(1)} s`,
    `${(peakKib / 1024).toFixed(1)} MiB`,
  ];
  return `round ${round + 1} ${job} ${tool}: ${why ?? cells.join(', ')}, load ${load.toFixed(1)}`;
}
