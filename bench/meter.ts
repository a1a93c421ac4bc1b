// Runs one command under the meter (meter.c, compiled on first use into a temporary folder) and gives what it measured.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Metered {
  readonly code: number;
  readonly signal: number;
  readonly timeUp: boolean;
  readonly wallMs: number;
  readonly userMs: number;
  readonly systemMs: number;
  /** The largest process of the command, descendants included. */
  readonly maxRssKib: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly switches: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MeterOptions {
  /** Added to the command's environment, not to the meter's. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly addressSpaceBytes?: number;
  readonly timeoutSeconds?: number;
  /** The one core that it stays on, of those that we may use: 0 is the first. */
  readonly core?: number;
}

/** What the jobs run with: one thread, and the same order of hash tables every time. */
export const JOB_ENVIRONMENT: Readonly<Record<string, string>> = {
  OPENBLAS_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  PYTHONHASHSEED: '0',
};

export class Meter {
  /** A folder for whatever the measured tools write; gone with close(). */
  readonly scratch = mkdtempSync(join(tmpdir(), 'highwater-bench-'));
  readonly #binary = join(this.scratch, 'meter');

  #runs = 0;

  constructor() {
    const source = join(import.meta.dirname, 'meter.c');
    const built = spawnSync('cc', ['-O2', '-Wall', '-o', this.#binary, source], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`cannot compile ${source}: ${built.error?.message ?? built.stderr}`);
    process.once('exit', () => this.close());
  }

  /** Several can run at the same time. */
  async run(command: readonly string[], options: MeterOptions = {}): Promise<Metered> {
    const out = join(this.scratch, `metered-${++this.#runs}.json`);
    const args = [out];
    if (options.addressSpaceBytes) args.push('-a', String(options.addressSpaceBytes));
    if (options.timeoutSeconds) args.push('-t', String(options.timeoutSeconds));
    if (options.core !== undefined) args.push('-c', String(options.core));
    for (const [name, value] of Object.entries(options.variables ?? {})) args.push('-e', `${name}=${value}`);
    const child = spawn(this.#binary, [...args, '--', ...command], {
      cwd: this.scratch,
      env: { ...process.env, ...JOB_ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (status !== 0) throw new Error(`the meter failed: ${stderr || `status ${status}`}`);
    const metered = JSON.parse(readFileSync(out, 'utf8'));
    rmSync(out);
    return { ...metered, stdout, stderr };
  }

  close(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** The agent of a checkout, compiled into `scratch`; gives its path. */
export function buildAgent(tree: string, scratch: string): string {
  const folder = join(scratch, 'agent');
  const built = spawnSync('sh', [join(tree, 'agent', 'build.sh'), folder], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the agent does not compile: ${built.stderr}`);
  return join(folder, 'highwater-agent.so');
}
