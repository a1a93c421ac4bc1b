// The second witness: how many instructions the agent adds to a job, counted by valgrind's callgrind. The load of the
// machine plays no part, so one run each is enough. bench/README.md says what it cannot see.
//
// usage: node bench/instructions.ts [--jobs a,b] [--scale 1] [--tree DIR] [--mean BYTES] [--out FILE] [--keep DIR]
//        node bench/instructions.ts --table FILE...
//   --scale multiplies the jobs' short sizes; --keep leaves callgrind's files there, one for each run
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable } from '#base/text-table.ts';
import { buildAgent, JOB_ENVIRONMENT, Meter } from './meter.ts';
import { median } from './statistics.ts';
import { choose, describeCommit, findInterpreter, type Job, ROOT } from './tools.ts';

interface Counts {
  readonly job: string;
  readonly size: number;
  /** Of the whole short job, and of start-up and imports alone (size 0). */
  readonly whole: Pair;
  readonly start: Pair;
}

interface Pair {
  readonly plain: number;
  readonly agent: number;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string' },
    scale: { type: 'string', default: '1' },
    tree: { type: 'string', default: ROOT },
    mean: { type: 'string', default: '65536' },
    out: { type: 'string' },
    keep: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});

function main(): void {
  const version = spawnSync('valgrind', ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (!version) throw new Error('valgrind is not installed');
  const interpreter = findInterpreter();
  const { jobs, left } = choose(interpreter, options.jobs?.split(','), []);
  const meter = new Meter();
  const agent = buildAgent(resolve(options.tree), meter.scratch);
  if (options.keep) mkdirSync(options.keep, { recursive: true });
  process.stdout.write(
    `highwater ${describeCommit(options.tree)}, mean ${options.mean}; ${version}; Python ${interpreter.version}\n`,
  );
  for (const reason of left) process.stdout.write(`  left out: ${reason}\n`);
  const counts = jobs.map((job) => countJob(job, interpreter.python, agent, meter.scratch));
  process.stdout.write(`${renderCounts(counts).join('\n')}\n`);
}

function countJob(job: Job, python: string, agent: string, scratch: string): Counts {
  const size = job.shortSize * Number(options.scale);
  const pair = (size: number): Pair => ({
    plain: countInstructions([python, job.path, String(size)], {}, `${job.name}-${size}-plain`),
    agent: withStreams(scratch, (streams) => {
      const variables = { LD_PRELOAD: agent, HIGHWATER_DIR: streams, HIGHWATER_MEAN: options.mean };
      return countInstructions([python, job.path, String(size)], variables, `${job.name}-${size}-agent`);
    }),
  });
  const counts = { job: job.name, size, whole: pair(size), start: pair(0) };
  if (options.out) appendFileSync(options.out, `${JSON.stringify(counts)}\n`);
  return counts;
}

function withStreams<T>(scratch: string, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(scratch, 'streams-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countInstructions(command: readonly string[], variables: Record<string, string>, name: string): number {
  const file = options.keep ? join(options.keep, `callgrind.${name}`) : '/dev/null';
  const { stderr, status } = spawnSync('valgrind', ['--tool=callgrind', `--callgrind-out-file=${file}`, ...command], {
    encoding: 'utf8',
    env: { ...process.env, ...JOB_ENVIRONMENT, ...variables },
    maxBuffer: 1 << 28,
  });
  const collected = /Collected : (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || collected === undefined) throw new Error(`${name}: ${stderr.slice(-2000)}`);
  process.stderr.write(`${name}: ${collected}\n`);
  return Number(collected);
}

function renderCounts(counts: readonly Counts[]): string[] {
  const whole = ({ whole }: Counts) => whole.agent / whole.plain;
  const start = ({ start }: Counts) => start.agent / start.plain;
  const work = ({ whole, start }: Counts) => (whole.agent - start.agent) / (whole.plain - start.plain);
  const billions = (count: number) => (count / 1e9).toFixed(3);
  const rows = counts.map((count) => [
    count.job,
    String(count.size),
    billions(count.whole.plain),
    billions(count.start.plain),
    ...[whole(count), start(count), work(count)].map((ratio) => ratio.toFixed(4)),
  ]);
  const middle = [whole, start, work].map((ratio) => median(counts.map(ratio)).toFixed(4));
  const headers = ['job', 'size', 'plain 1e9', 'start 1e9', 'whole', 'start', 'work'];
  const layout = headers.map((header, i) => ({ header, align: i === 0 ? ('left' as const) : ('right' as const) }));
  return renderTable(layout, [...rows, ['MEDIAN', '', '', '', ...middle]], { width: 160 });
}

function readCounts(file: string): Counts[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

if (options.table) process.stdout.write(`${renderCounts(positionals.flatMap(readCounts)).join('\n')}\n`);
else main();
