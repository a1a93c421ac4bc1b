// A run matrix: short programs of every kind that could be harmed, on every Python, in every way of sampling. Each must write and
// end as it does without the agent, and each stream that it leaves must be readable to its end.
//
// usage: node bench/matrix.ts [--seeds 3] [--first-seed 1] [--pythons 3.9,3.13,/usr/bin/python3] [--programs a,b]
//                             [--tree DIR] [--agent FILE] [--at-once 2] [--keep DIR] [--out FILE]
//        node bench/matrix.ts --table FILE...
//   --agent FILE takes an agent that is built already; --keep DIR keeps the streams of runs that were harmed

import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, release, setPriority, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../test/system/kill.ts';
import { checkStreams } from './matrix/check-streams.ts';
import {
  findInterpreters,
  type Interpreter,
  PROGRAMS,
  type Program,
  pathOf,
  SAMPLINGS,
  type Sampling,
} from './matrix/plan.ts';
import { type Ended, runProgram } from './matrix/run-program.ts';
import { type RawLine, type RunLine, renderMatrix } from './matrix/table.ts';
import { findHarm } from './matrix/verdict.ts';
import { buildAgent } from './meter.ts';
import { describeCommit, ROOT } from './tools.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '3' },
    'first-seed': { type: 'string', default: '1' },
    pythons: { type: 'string' },
    programs: { type: 'string' },
    tree: { type: 'string', default: ROOT },
    agent: { type: 'string' },
    'at-once': { type: 'string', default: '2' },
    keep: { type: 'string' },
    out: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});

/** SIGKILL comes before that, from the first instruction on. */
const LATEST_KILL_MS = 400;

interface Case {
  readonly program: Program;
  readonly python: Interpreter;
  readonly seed: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'highwater-matrix-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

function* cases(interpreters: readonly Interpreter[]): Generator<Case> {
  const first = Number(options['first-seed']);
  const wanted = options.programs?.split(',');
  for (let seed = first; seed < first + Number(options.seeds); seed++) {
    for (const program of PROGRAMS.filter(({ name }) => wanted?.includes(name) ?? true)) {
      for (const python of interpreters) yield { program, python, seed };
    }
  }
}

/** Plain once, then in every way of sampling. */
async function runCase({ program, python, seed }: Case, series: string, agent: string): Promise<RunLine[]> {
  const command = [python.path, pathOf(program), String(seed)];
  const plain = program.isKilled ? undefined : await runProgram({ command, variables: {} });
  const random = seededRandom(seed * 7919 + [...python.name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 0));
  const lines: RunLine[] = [];
  for (const sampling of Object.keys(SAMPLINGS) as Sampling[]) {
    const killAfterMs = program.isKilled ? random() * LATEST_KILL_MS : undefined;
    const about = { kind: 'run', series, program: program.name, python: python.name, sampling, seed } as const;
    const folder = mkdtempSync(join(scratch, 'streams-'));
    const variables = { LD_PRELOAD: agent, HIGHWATER_DIR: folder, ...SAMPLINGS[sampling] };
    const ours = await runProgram({ command, variables, killAfterMs });
    lines.push({ ...about, ...judge(program, plain, ours, folder, python) });
    if (options.keep && lines.at(-1)!.harm.length > 0)
      cpSync(folder, join(options.keep, basename(folder)), { recursive: true });
    rmSync(folder, { recursive: true });
  }
  return lines;
}

function judge(program: Program, plain: Ended | undefined, ours: Ended, folder: string, python: Interpreter) {
  const dump = [python.path, join(ROOT, 'agent', 'tests', 'dump.py')];
  const facts = checkStreams(folder, dump);
  const { streams, unbegun, records } = facts;
  const round = (ms: number | undefined) => ms && Math.round(ms);
  const times = { wallMs: round(ours.wallMs)!, plainWallMs: round(plain?.wallMs) };
  return { end: ours.end, streams, unbegun, records, ...times, harm: findHarm(program, plain, ours, facts) };
}

async function runAll(): Promise<RawLine[]> {
  setPriority(10);
  const { interpreters, left } = findInterpreters(options.pythons?.split(','));
  if (interpreters.length === 0) throw new Error(left.join('; '));
  const agent = options.agent ? resolve(options.agent) : buildAgent(resolve(options.tree), scratch);
  if (options.keep) mkdirSync(options.keep, { recursive: true });
  const series = new Date().toISOString();
  const lines: RawLine[] = [];
  const keep = (line: RawLine) => {
    lines.push(line);
    if (options.out) appendFileSync(options.out, `${JSON.stringify(line)}\n`);
  };
  const machine = `${cpus().length} cores, Linux ${release().split('.', 2).join('.')}`;
  keep({ kind: 'series', series, commit: describeCommit(options.tree), machine, left });
  const waiting = cases(interpreters);
  const worker = async () => {
    for (const next of waiting) for (const line of await runCase(next, series, agent)) keep(line);
  };
  await Promise.all(Array.from({ length: Number(options['at-once']) }, worker));
  return lines;
}

function readRaw(file: string): RawLine[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

const lines = options.table ? positionals.flatMap(readRaw) : await runAll();
process.stdout.write(`${renderMatrix(lines)}\n`);
process.exitCode = lines.some((line) => line.kind === 'run' && line.harm.length > 0) ? 1 : 0;
