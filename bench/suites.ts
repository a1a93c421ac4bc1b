// Other people's test suites, plain and under highwater: each test must come out the same. The nightly command `npm run suites`.
//
// usage: node bench/suites.ts [--pythons 3.9,3.13,/usr/bin/python3] [--only numpy,test_gc,...] [--with highwater|agent]
//                             [--tree DIR] [--keep DIR] [--out FILE]
//        node bench/suites.ts --table FILE...
//   --out FILE is added to; modules that stand in it already, for this commit, are not run again
//   --keep DIR gets what the suites print

import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, setPriority } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { Meter } from './meter.ts';
import { CPYTHON_MODULES, findPython, isMissing, LIBRARY_FILES, type Suite } from './suites/modules.ts';
import { compareOutcomes, countOutcomes, type Difference, judge, type OutcomeOrNone } from './suites/outcomes.ts';
import { Runner, type SuiteRun, WAYS, type Way } from './suites/runner.ts';
import { findTroubles, type PairLine, type RawLine, type Repeated, renderSuites, type Side } from './suites/table.ts';
import { FrozenHighwater, ROOT } from './tools.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pythons: { type: 'string', default: '3.9,3.10,3.11,3.12,3.13' },
    only: { type: 'string' },
    with: { type: 'string', default: 'highwater' },
    tree: { type: 'string', default: ROOT },
    keep: { type: 'string' },
    out: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});

const ASK =
  'import platform, sys, sysconfig; print(platform.python_version(), sys.executable, sysconfig.get_paths()["stdlib"])';

interface PythonEnv {
  ensurePythonEnv(name: string): { python?: string; skip?: string };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function isWanted(words: readonly string[]): boolean {
  return options.only === undefined || options.only.split(',').some((wanted) => words.includes(wanted));
}

function* cpythonSuites(): Generator<Suite> {
  for (const word of options.pythons.split(',')) {
    const path = findPython(word);
    const [version, python, library] = path ? ask(path, ASK) : [];
    if (!version || !python || !library) say(`left out: there is no Python ${word}`);
    else if (!existsSync(`${library}/test`)) say(`left out: ${path} comes without its tests`);
    else yield* modulesOf(version, python, `${library}/test`);
  }
}

function* modulesOf(version: string, python: string, home: string): Generator<Suite> {
  for (const module of CPYTHON_MODULES) {
    if (isMissing(home, module)) say(`left out: Python ${version} comes without ${module}`);
    else yield { library: 'cpython', version, python, module, home };
  }
}

function ask(python: string, code: string): string[] {
  return spawnSync(python, ['-c', code], { encoding: 'utf8' }).stdout?.trim().split(' ') ?? [];
}

function* librarySuites(): Generator<Suite> {
  const env = createRequire(import.meta.url)('../scripts/python-env.cjs') as PythonEnv;
  const { python, skip } = env.ensurePythonEnv('suites');
  if (!python) return say(`left out: numpy, scikit-learn: ${skip}`);
  process.env.PATH = `${dirname(python)}:${process.env.PATH}`; // some of numpy's tests call meson
  for (const library of ['numpy', 'sklearn'] as const) {
    const code = `import os, ${library} as m; print(m.__version__, os.path.dirname(os.path.dirname(m.__file__)))`;
    const [version = '', home = ''] = ask(python, code);
    for (const module of LIBRARY_FILES[library]) yield { library, version, python, module, home };
  }
}

const MOST_REPEATED = 20;
const TIMES_ALONE = 3;

async function runPair(
  suite: Suite,
  profiledBy: Way,
  runner: Runner,
  series: string,
  commit: string,
): Promise<PairLine> {
  const plain = await runner.run(suite, 'plain');
  const profiled = await runner.run(suite, profiledBy);
  const found = compareOutcomes(plain.outcomes, profiled.outcomes);
  const differences: Repeated[] = [];
  for (const difference of found.slice(0, MOST_REPEATED)) differences.push(await repeat(suite, difference, runner));
  const { library, version, module } = suite;
  return {
    ...{ kind: 'pair', series, commit, library, version, module, profiledBy, tests: plain.outcomes.size },
    ...{ plain: sideOf(plain), profiled: sideOf(profiled), differences },
    unrepeated: found.length - differences.length,
  };
}

function sideOf({ outcomes, ended, seconds, isWatched, broken }: SuiteRun): Side {
  return { ended, seconds: Math.round(seconds * 10) / 10, counts: countOutcomes(outcomes), isWatched, broken };
}

/** The test by itself, in turns without and with: is it the profiler, or does it come out one way or the other anyway? */
async function repeat(suite: Suite, difference: Difference, runner: Runner): Promise<Repeated> {
  const alone: Record<Way, OutcomeOrNone[]> = { plain: [], highwater: [], agent: [] };
  for (let i = 0; i < TIMES_ALONE; i++) {
    for (const way of WAYS) {
      alone[way].push(await runner.runAlone(suite, way, difference.test));
    }
  }
  return { ...difference, alone, verdict: judge(alone.plain, [...alone.highwater, ...alone.agent]) };
}

function readRaw(file: string): RawLine[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

async function runAll(): Promise<RawLine[]> {
  setPriority(10);
  const suites = [...cpythonSuites(), ...librarySuites()].filter((suite) =>
    isWanted([suite.library, suite.module, `${suite.library} ${suite.version}`]),
  );
  const meter = new Meter();
  const highwater = new FrozenHighwater(options.tree, meter);
  await highwater.run(['-c', 'pass'], suites[0]!.python, 120); // compiles the agent
  if (options.keep) mkdirSync(options.keep, { recursive: true });
  const runner = new Runner(meter, highwater, options.keep);
  const { commit } = highwater;
  const series = new Date().toISOString();
  const lines: RawLine[] = options.out && existsSync(options.out) ? readRaw(options.out) : [];
  const keep = (line: RawLine) => {
    lines.push(line);
    if (options.out) appendFileSync(options.out, `${JSON.stringify(line)}\n`);
  };
  const machine = `${cpus().length} cores, Linux ${release().split('.', 2).join('.')}`;
  keep({ kind: 'series', series, commit, machine });
  for (const suite of suites) {
    if (lines.some((line) => isPairOf(line, suite, commit))) continue;
    const pair = await runPair(suite, options.with as Way, runner, series, commit);
    keep(pair);
    say(`${suite.version} ${suite.module}: ${pair.tests} tests, ${findTroubles(pair).join('; ') || 'fine'}`);
  }
  return lines;
}

function isPairOf(line: RawLine, { version, module }: Suite, commit: string): boolean {
  return line.kind === 'pair' && line.commit === commit && line.version === version && line.module === module;
}

if (!WAYS.includes(options.with as Way)) throw new Error(`--with takes ${WAYS.join(', ')}`);
const lines = options.table ? positionals.flatMap(readRaw) : await runAll();
process.stdout.write(`${renderSuites(lines)}\n`);
process.exitCode = lines.some((line) => line.kind === 'pair' && findTroubles(line).length > 0) ? 1 : 0;
