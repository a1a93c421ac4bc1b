// highwater as a user calls it, for the system tests: the built program, a folder that goes away, the report as JSON.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { BIN, ROOT, userEnvironment } from './paths.ts';

export { BIN, ORACLES, PROGRAMS, ROOT, userEnvironment } from './paths.ts';

if (!existsSync(join(ROOT, 'dist', 'cli', 'main.js'))) throw new Error('no dist/: `npm run build` comes first');

/** What the tests read of `--json`; docs/schemas/report.schema.json has all of it. */
export interface JsonReport {
  readonly meta: {
    readonly command: readonly string[];
    readonly workingDirectory: string;
    readonly complete: boolean;
    readonly durationMs: number;
    readonly exit: { readonly kind: string; readonly code?: number; readonly signal?: number };
    readonly environment: { readonly python: { readonly version: string; readonly prefix: string } | null };
  };
  readonly peak: JsonPeak | null;
  readonly mainPeak: JsonPeak | null;
  readonly composition: { readonly parts: readonly JsonPart[] } | null;
  readonly mappedBy: readonly {
    readonly file: string;
    readonly owner: string;
    readonly bytes: number;
    readonly requested: number;
    readonly mappings: number;
  }[];
  readonly hugePages: { readonly bytes: number; readonly pageBytes: number; readonly pool: number } | null;
  readonly heldFree: readonly { readonly kind: string; readonly bytes: number; readonly trimmable: number | null }[];
  readonly heap: JsonEstimate | null;
  readonly imports: readonly { readonly name: string; readonly bytes: number }[];
  readonly lines: readonly JsonLine[];
  readonly processes: readonly JsonProcess[];
  readonly timeline: { readonly time: readonly number[]; readonly pss: readonly (number | null)[] };
  readonly notes: readonly { readonly severity: string; readonly code: string; readonly text: string }[];
}

export interface JsonPart {
  readonly id: string;
  readonly bytes: number;
  readonly requested: number | null;
  readonly reserved: number | null;
}

export interface JsonPeak {
  readonly unit: 'VmHWM' | 'PSS';
  readonly bytes: number;
  readonly high: number;
  readonly exact: boolean;
  readonly time: number | null;
  readonly processes: number;
}

export interface JsonEstimate {
  readonly bytes: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

export interface JsonLine {
  readonly place: string;
  readonly file: string;
  readonly line: number | null;
  readonly func: string;
  readonly importing: boolean;
  readonly heap: JsonEstimate;
  readonly untouched: number;
  readonly blocks: number;
  readonly allocated: JsonEstimate;
  readonly freed: number;
  readonly allocations: number;
  readonly nativeCalls: readonly {
    readonly calls: readonly { readonly func: string; readonly file: string }[];
    readonly bytes: number;
  }[];
}

export interface JsonProcess {
  readonly index: number;
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: string;
  readonly python: string;
  readonly peak: number | null;
  readonly traced: boolean;
}

/** Goes away when the test ends. */
export function makeFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'highwater-system-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

export interface CallOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string | Uint8Array;
  /** Without it the test's own limit holds. */
  readonly timeout?: number;
}

export type Ended = SpawnSyncReturns<string>;

/** `highwater ARGS`, to its end. */
export function highwater(args: readonly string[], options: CallOptions): Ended {
  return call(process.execPath, [BIN, ...args], options);
}

/** Any program, to its end, in the environment of a user's shell. */
export function call(program: string, args: readonly string[], options: CallOptions): Ended {
  const { cwd, env = userEnvironment(), input, timeout = 100_000 } = options;
  return spawnSync(program, args, { cwd, env, encoding: 'utf8', timeout, maxBuffer: 1 << 28, ...(input && { input }) });
}

/** The report on a profile, or on the folder of a run, as JSON. */
export function reportOf(input: string, cwd: string): JsonReport {
  const { status, stdout, stderr } = highwater(['report', '--json', input], { cwd });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** Runs it quietly and gives what the program said and the report on it. */
export function measure(args: readonly string[], options: CallOptions): { ended: Ended; report: JsonReport } {
  const profile = join(options.cwd, 'measured.highwater');
  const ended = highwater(['run', '-q', '-o', profile, ...args], options);
  expect(existsSync(profile), `no profile: ${ended.stderr}`).toBe(true);
  return { ended, report: reportOf(profile, options.cwd) };
}

const SAMPLING_MEAN = 65536;

/** A line holds a large block, which is exact, and perhaps small objects that a sample or three may hit. */
export function expectHolds(line: JsonLine | undefined, bytes: number): void {
  expect(line?.heap.bytes).toBeGreaterThanOrEqual(bytes);
  expect(line?.heap.bytes).toBeLessThanOrEqual(bytes + 3 * SAMPLING_MEAN);
}

/** Whatever highwater may leave must be gone after a run that went well. */
export function leftovers(folder: string): string[] {
  return readdirSync(folder).filter((name) => /highwater-run|\.tmp-/.test(name));
}

export function readText(...parts: string[]): string {
  return readFileSync(join(...parts), 'utf8');
}

/** Exactly one message of ours, in plain words: no stack of calls, no second complaint. */
export function expectOneMessage(stderr: string): void {
  expect(stderr.match(/^highwater: /gm), stderr).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at .*[:(]\d+/m);
  expect(stderr).not.toMatch(/unexpected error/);
}
