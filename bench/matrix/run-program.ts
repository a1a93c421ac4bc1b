// One run of one program: what it wrote, and how it ended.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** "exit 3", "SIGSEGV" */
  readonly end: string;
  readonly wallMs: number;
}

export interface Start {
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** SIGKILL comes so many milliseconds after the start. */
  readonly killAfterMs?: number | undefined;
}

const LONGEST_MS = 60_000;

export async function runProgram({ command, variables, killAfterMs }: Start): Promise<Ended> {
  const start = performance.now();
  const child = spawn(command[0]!, command.slice(1), {
    env: { ...plainEnvironment(), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs ?? LONGEST_MS);
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(timer);
  return { stdout, stderr, end, wallMs: performance.now() - start };
}

/** The caller's, but for what would change Python or the agent. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:PYTHON|HIGHWATER_|LD_PRELOAD$|MALLOC_)/.test(name));
  return { ...Object.fromEntries(own), PYTHONHASHSEED: '0', PYTHONWARNINGS: 'ignore', PYTHONDONTWRITEBYTECODE: '1' };
}
