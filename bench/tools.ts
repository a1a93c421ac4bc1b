// What is measured, and beside what: the jobs, the profilers, and how each of them is started on a job.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Meter, Metered } from './meter.ts';

export const ROOT = resolve(import.meta.dirname, '..');

export interface Job {
  readonly name: string;
  readonly path: string;
  readonly needs: readonly string[];
  /** Size for an instruction count, where everything takes some fifty times as long. */
  readonly shortSize: number;
}

/** Ten kinds of work, and two whole trainings. */
const JOBS: readonly Job[] = [
  job('object_churn', [], 0.05),
  job('dict_trees', [], 0.04),
  job('json_round_trip', [], 0.03),
  job('pickle_load', [], 0.04),
  job('numpy_temporaries', ['numpy'], 0.02),
  job('big_arrays', ['numpy'], 0.08),
  job('sklearn_pipeline', ['numpy', 'sklearn'], 0.03),
  job('pandas_groupby', ['numpy', 'pandas'], 0.05),
  job('threads', ['numpy'], 0.05),
  job('cpu_loop', [], 0.05),
  job('torch_mlp_training', ['torch'], 0.08),
  job('sklearn_forest_training', ['numpy', 'sklearn'], 0.03),
];

function job(name: string, needs: readonly string[], shortSize: number): Job {
  return { name, path: join(import.meta.dirname, 'jobs', `${name}.py`), needs, shortSize };
}

export const TOOLS = [
  'plain',
  'highwater',
  'tracemalloc',
  'tracemalloc10',
  'memray',
  'memray-python',
  'scalene',
] as const;
export type Tool = (typeof TOOLS)[number];

const MODULE_OF: Partial<Record<Tool, string>> = { memray: 'memray', 'memray-python': 'memray', scalene: 'scalene' };

/** The interpreter of all runs, and what it lacks. */
export interface Interpreter {
  readonly python: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, string>>;
  /** Requirements that could not be installed, each with the reason. */
  readonly missing: readonly string[];
}

interface PythonEnv {
  ensurePythonEnv(name: string): { python?: string; missing?: string[]; skip?: string };
  findInterpreter(): string | undefined;
}

/** The bench environment of scripts/python-env.cjs; where it cannot be made, the bare interpreter. */
export function findInterpreter(): Interpreter {
  const env = createRequire(import.meta.url)('../scripts/python-env.cjs') as PythonEnv;
  const { python, missing = [], skip } = env.ensurePythonEnv('bench');
  const found = python ?? env.findInterpreter();
  if (!found) throw new Error('there is no python3');
  const { version, packages } = describePython(found);
  return { python: found, version, packages, missing: skip ? [skip] : missing };
}

const DESCRIBE = `
import importlib.metadata as m, json, platform
found = {}
for name in ("numpy", "pandas", "scikit-learn", "torch", "memray", "scalene"):
    try: found[name] = m.version(name)
    except m.PackageNotFoundError: pass
print(json.dumps({"version": platform.python_version(), "packages": found}))
`;

function describePython(python: string): Pick<Interpreter, 'version' | 'packages'> {
  return JSON.parse(spawnSync(python, ['-c', DESCRIBE], { encoding: 'utf8' }).stdout);
}

/** Those jobs and tools of the wanted ones that can run, and for each other one the reason. */
export function choose(interpreter: Interpreter, jobNames: readonly string[] | undefined, tools: readonly Tool[]) {
  const left: string[] = [];
  const has = (module: string) => (module === 'sklearn' ? 'scikit-learn' : module) in interpreter.packages;
  const unknown = jobNames?.find((name) => JOBS.every((job) => job.name !== name));
  if (unknown) throw new Error(`no such job: ${unknown} (there are ${JOBS.map(({ name }) => name).join(', ')})`);
  const jobs = JOBS.filter((job) => jobNames?.includes(job.name) ?? true).filter((job) => {
    const lacking = job.needs.filter((module) => !has(module));
    const reasons = lacking.map(
      (module) => interpreter.missing.find((line) => line.startsWith(module)) ?? `no ${module}`,
    );
    if (lacking.length > 0) left.push(`job ${job.name}: ${reasons.join('; ')}`);
    return lacking.length === 0;
  });
  const chosen = tools.filter((tool) => {
    const module = MODULE_OF[tool];
    if (module === undefined || has(module)) return true;
    const reason = interpreter.missing.find((line) => line.startsWith(module));
    left.push(`tool ${tool}: ${reason ?? `no ${module}`}`);
    return false;
  });
  return { jobs, tools: chosen, left };
}

/** A copy that nobody builds anew while it is measured, with a cache of its own for the compiled agent. */
export class FrozenHighwater {
  readonly commit: string;
  readonly #home: string;
  readonly #meter: Meter;

  constructor(tree: string, meter: Meter) {
    this.#meter = meter;
    this.#home = join(meter.scratch, 'highwater');
    if (!existsSync(join(tree, 'dist', 'cli', 'main.js'))) throw new Error(`${tree} is not built: npm run build`);
    for (const part of ['bin', 'dist', 'agent', 'package.json']) {
      cpSync(join(tree, part), join(this.#home, part), { recursive: true });
    }
    this.commit = describeCommit(tree);
  }

  /** `words` go to highwater; JSON is what `report` says of the profile that was made. On each core one at a time. */
  async run(words: readonly string[], python: string, timeoutSeconds: number, core?: number): Promise<HighwaterRun> {
    const profile = join(this.#meter.scratch, `run${core ?? ''}.highwater`);
    rmSync(profile, { force: true });
    const bin = [process.execPath, join(this.#home, 'bin', 'highwater.cjs')];
    const command = [...bin, 'run', '--quiet', '--output', profile, '--python', python, ...words];
    const variables = { XDG_CACHE_HOME: join(this.#meter.scratch, 'cache') };
    const all = await this.#meter.run(command, { variables, timeoutSeconds, ...(core !== undefined && { core }) });
    if (!existsSync(profile)) return { all, meta: undefined };
    const report = spawnSync(bin[0]!, [bin[1]!, 'report', profile, '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (report.status !== 0) throw new Error(`highwater report failed: ${report.stderr}`);
    return { all, meta: JSON.parse(report.stdout).meta };
  }

  /** The compiled agent; there after the first run. */
  agentPath(): string {
    const found = spawnSync('find', [join(this.#meter.scratch, 'cache'), '-name', 'highwater-agent.so']);
    return found.stdout.toString().trim().split('\n')[0]!;
  }
}

export interface HighwaterRun {
  /** The command with everything that it started. */
  readonly all: Metered;
  /** Of the JSON report; undefined where no profile came out. */
  readonly meta:
    | {
        readonly durationMs: number;
        readonly usage: { readonly userMs: number; readonly systemMs: number; readonly maxRssBytes: number };
        readonly ownCost: {
          readonly besideCpuMs: number;
          readonly hostCpuMs: number;
          readonly hostPeakRss: number;
          /** 0 where no agent was there. */
          readonly agentBytes: number;
        };
      }
    | undefined;
}

const MEASURED = ['agent', 'src', 'bin'];

/** The last commit that changed what is measured. */
export function describeCommit(tree: string): string {
  const stamp = join(tree, '.commit');
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8').trim();
  const git = (...args: string[]) => spawnSync('git', ['-C', tree, ...args], { encoding: 'utf8' }).stdout?.trim() ?? '';
  const changed = git('status', '--porcelain', '--', ...MEASURED);
  const commit = git('log', '-1', '--format=%h', '--', ...MEASURED) || 'unknown';
  return `${commit}${changed ? ' with uncommitted changes' : ''}`;
}

/** One run of a job under a tool, in milliseconds of CPU and KiB. */
export interface Run {
  readonly ok: boolean;
  /** Why it does not count. */
  readonly why?: string;
  /** The program's own process with its descendants. */
  readonly cpuMs: number;
  /** Of the whole command, as a user waits for it. */
  readonly wallMs: number;
  readonly peakKib: number;
  readonly host?: { readonly cpuMs: number; readonly besideCpuMs: number; readonly peakKib: number };
  readonly output: string;
}

/** Scalene has been seen to take the whole memory of a machine: it gets a ceiling. */
const SCALENE_CEILING = 6 * 2 ** 30;
const TIMEOUT_SECONDS = 1800;

export async function runTool(
  tool: Tool,
  job: Job,
  size: number,
  around: { meter: Meter; python: string; highwater: FrozenHighwater; core?: number },
): Promise<Run> {
  const { meter, python, core } = around;
  const words = [job.path, String(size)];
  if (tool === 'highwater') return separate(await around.highwater.run(words, python, TIMEOUT_SECONDS, core));
  const result = await meter.run(
    [python, ...pythonArguments(tool, join(meter.scratch, `core${core ?? ''}-`)), ...words],
    {
      timeoutSeconds: TIMEOUT_SECONDS,
      ...(core !== undefined && { core }),
      ...(tool === 'scalene' && { addressSpaceBytes: SCALENE_CEILING }),
    },
  );
  return fromMetered(result);
}

function pythonArguments(tool: Exclude<Tool, 'highwater'>, prefix: string): string[] {
  switch (tool) {
    case 'plain':
      return [];
    case 'tracemalloc':
      return ['-X', 'tracemalloc=1'];
    case 'tracemalloc10':
      return ['-X', 'tracemalloc=10'];
    case 'memray':
      return ['-m', 'memray', 'run', '-q', '-f', '-o', `${prefix}memray.bin`];
    case 'memray-python':
      return ['-m', 'memray', 'run', '-q', '-f', '--trace-python-allocators', '-o', `${prefix}memray.bin`];
    case 'scalene':
      return ['-m', 'scalene', 'run', '-o', `${prefix}scalene.json`];
  }
}

function fromMetered(result: Metered): Run {
  const why = whyNot(result);
  return {
    ok: why === undefined,
    ...(why !== undefined && { why }),
    cpuMs: result.userMs + result.systemMs,
    wallMs: result.wallMs,
    peakKib: result.maxRssKib,
    output: jobOutput(result.stdout),
  };
}

function whyNot({ timeUp, signal, code, stderr }: Metered): string | undefined {
  if (timeUp) return `not done after ${TIMEOUT_SECONDS} s`;
  if (signal) return `killed by signal ${signal}`;
  return code === 0 ? undefined : `exit ${code}: ${stderr.trim().split('\n').pop()?.slice(0, 200)}`;
}

/** Every job prints one line first; a tool's own words come after it. */
function jobOutput(stdout: string): string {
  return stdout.trimStart().split('\n')[0] ?? '';
}

/** What wait4 told the launcher of the program, and the rest of what the whole command took. */
function separate({ all, meta }: HighwaterRun): Run {
  const run = fromMetered(all);
  if (!meta) return run.ok ? { ...run, ok: false, why: 'no profile' } : run;
  const cpuMs = meta.usage.userMs + meta.usage.systemMs;
  return {
    ...run,
    cpuMs,
    peakKib: meta.usage.maxRssBytes / 1024,
    host: {
      cpuMs: run.cpuMs - cpuMs,
      besideCpuMs: meta.ownCost.besideCpuMs,
      peakKib: meta.ownCost.hostPeakRss / 1024,
    },
  };
}
