// The truth programs (truth/*.py), each run plain and under highwater. Apart from truth.test.ts, because bench/ prints
// their table, too.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, userEnvironment } from './paths.ts';

const FOLDER = join(import.meta.dirname, 'truth');

export interface TruthProgram {
  /** As it is called in tables; its file has the name before the first space. */
  readonly name: string;
  /** Behind the file that it writes its truth into. */
  readonly args?: readonly string[];
  /** numpy: runs where there is one. native: needs truth/native.c, as its first argument. preload: with truth/NAME.c as malloc. */
  readonly needs?: 'numpy' | 'native' | 'preload';
  /** Tested on every version of Python. */
  readonly isOnAll?: boolean;
}

export const TRUTH_PROGRAMS: readonly TruthProgram[] = [
  { name: 'mapping_written' },
  { name: 'mapping_in_parts' },
  { name: 'mapping_grown', isOnAll: true },
  { name: 'break_moved' },
  { name: 'native_break', isOnAll: true, needs: 'native' },
  { name: 'reserved' },
  { name: 'reserved_then_used', isOnAll: true },
  { name: 'fixed_thrice' },
  { name: 'advised_away' },
  { name: 'advised_away and more', args: ['more'] },
  { name: 'advised_blocks' },
  { name: 'native_threads', needs: 'native' },
  { name: 'threads_holding', isOnAll: true },
  { name: 'buffer_each_turn', isOnAll: true },
  { name: 'arena_malloc', isOnAll: true, needs: 'preload' },
  { name: 'numpy_untouched', needs: 'numpy' },
  { name: 'numpy_memmap', needs: 'numpy' },
  { name: 'numpy_sum', needs: 'numpy' },
  { name: 'numpy_resize', needs: 'numpy' },
];

/** What the program says of itself; truth/known.py writes it. Bytes by name of a line. */
export interface Truth {
  readonly lines: Readonly<Record<string, number>>;
  readonly held: Readonly<Record<string, number>>;
  readonly reserved: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, number>>;
  readonly freed: Readonly<Record<string, number>>;
  readonly own: {
    readonly peak: number;
    readonly resident: number;
    readonly maxResident: number;
    readonly childrenMaxResident: number;
    readonly cpuSeconds: number;
    readonly minorFaults: number;
    readonly threads: number;
    readonly descriptors: number;
    readonly children: number;
  };
}

/** What is read of a line of the report. */
export interface TruthLine {
  readonly place: string;
  readonly file: string;
  readonly line: number | null;
  readonly importing: boolean;
  readonly heap: { readonly bytes: number };
  readonly parts: Readonly<Record<'python' | 'native' | 'mapped' | 'mappedFile', number>>;
  readonly untouched: number;
  readonly allocated: { readonly bytes: number };
  readonly freed: number;
}

export interface TruthReport {
  readonly mainPeak: { readonly unit: string; readonly bytes: number };
  readonly lines: readonly TruthLine[];
  readonly notes: readonly { readonly severity: string; readonly code: string; readonly text: string }[];
}

export interface Measured {
  readonly file: string;
  readonly plain: { readonly stdout: string; readonly stderr: string; readonly truth: Truth };
  readonly profiled: { readonly stdout: string; readonly stderr: string; readonly truth: Truth };
  readonly report: TruthReport;
}

export class TruthBench {
  readonly #scratch = mkdtempSync(join(tmpdir(), 'highwater-truth-'));
  readonly #libraries = new Map<string, string>();

  close(): void {
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  measure(program: TruthProgram, python: string): Measured {
    const file = join(FOLDER, `${program.name.split(' ')[0]}.py`);
    const plain = this.#run(program, file, [python]);
    const profile = join(this.#scratch, 'measured.highwater');
    const highwater = [process.execPath, BIN, 'run', '-q', '-o', profile, '--python', python];
    const profiled = this.#run(program, file, highwater);
    const report = call([process.execPath, BIN, 'report', '--json', profile], {}, this.#scratch);
    rmSync(profile);
    return { file, plain, profiled, report: JSON.parse(report.stdout) };
  }

  #run({ needs, args = [] }: TruthProgram, file: string, by: readonly string[]): Measured['plain'] {
    const told = join(this.#scratch, 'truth.json');
    const library = needs === 'native' ? [this.#compile('native.c')] : [];
    const variables: NodeJS.ProcessEnv = {
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONHASHSEED: '0',
      OPENBLAS_NUM_THREADS: '2',
    };
    if (needs === 'preload') variables.LD_PRELOAD = this.#compile('arena_malloc.c');
    const { stdout, stderr } = call([...by, file, told, ...library, ...args], variables, this.#scratch);
    const truth: Truth = JSON.parse(readFileSync(told, 'utf8'));
    rmSync(told);
    return { stdout, stderr, truth };
  }

  #compile(source: string): string {
    const known = this.#libraries.get(source);
    if (known) return known;
    const library = join(this.#scratch, `${source}.so`);
    const flags = ['-O1', '-fno-builtin', '-shared', '-fPIC', '-o', library, join(FOLDER, source), '-lpthread'];
    call([process.env.CC ?? 'cc', ...flags], {}, this.#scratch);
    this.#libraries.set(source, library);
    return library;
  }
}

/** To its end, in the environment of a user's shell; a failure is an error. */
function call(command: readonly string[], variables: NodeJS.ProcessEnv, cwd: string) {
  const [program, ...args] = command;
  const env = userEnvironment(variables);
  const ended = spawnSync(program!, args, { cwd, env, encoding: 'utf8', timeout: 100_000, maxBuffer: 1 << 28 });
  if (ended.status !== 0) throw new Error(`${command.join(' ')} ended with ${ended.status}: ${ended.stderr}`);
  return ended;
}

/** The row of a marked line; before Python 3.12 a comprehension is a function of its own, on the same line. */
export function findLine({ file, profiled, report }: Measured, name: string): TruthLine | undefined {
  const rows = report.lines.filter((row) => row.file === file && row.line === profiled.truth.lines[name]);
  return rows.length === 0 ? undefined : rows.reduce(joined);
}

/** What no line of Python stands behind: native threads. */
export function findNative({ report }: Measured): TruthLine | undefined {
  return report.lines.find((row) => row.place === 'native');
}

function joined(a: TruthLine, b: TruthLine): TruthLine {
  const parts = { ...a.parts };
  for (const part of ['python', 'native', 'mapped', 'mappedFile'] as const) parts[part] += b.parts[part];
  return {
    ...a,
    parts,
    heap: { bytes: a.heap.bytes + b.heap.bytes },
    allocated: { bytes: a.allocated.bytes + b.allocated.bytes },
    untouched: a.untouched + b.untouched,
    freed: a.freed + b.freed,
  };
}
