// Starts the program through the small C launcher and stands aside: terminal, signals and exit status pass as if we were
// not there.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { readStat } from '#proc/stat.ts';
import { type LaunchStatus, parseLaunchStatus } from './launch-status.ts';
import type { NativeParts } from './native-build.ts';

export interface LaunchOptions {
  readonly parts: NativeParts;
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly statusPath: string;
  /** Numbers of the signals that the program is to ignore from its start, as it would without us. */
  readonly ignoredSignals: readonly number[];
  /** The program gets our input and output unless this is true; then none. */
  readonly isQuiet?: boolean;
  /** Called once with the program's pid. */
  readonly onStart: (pid: number) => void;
}

/** Sent to us alone, these are meant for the program. */
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGALRM'] as const;
/** A terminal sends these to the whole foreground group: the program has its own already. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGWINCH']);

/** Resolves when the program has ended, with what the launcher said of it. */
export function launch(options: LaunchOptions): Promise<LaunchStatus> {
  const { parts, command, statusPath } = options;
  const args = ['--status', statusPath, '--notify', '3', '--preload', parts.agent, '--', ...command];
  const [program, arguments_] = ignoring(options.ignoredSignals, parts.launcher, args);
  const stream = options.isQuiet ? 'ignore' : 'inherit';
  const child = spawn(program, arguments_, {
    env: options.environment,
    stdio: [stream, stream, stream, 'pipe'],
  });
  const words = new LauncherWords(child, options.onStart);
  const stopForwarding = forwardSignals(words);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.once('close', () => {
      stopForwarding();
      resolve(parseLaunchStatus(words.text));
    });
  });
}

/** Node gives every signal back its default before it starts a child; a shell in between can take it away again. */
function ignoring(signals: readonly number[], program: string, args: readonly string[]): [string, readonly string[]] {
  if (signals.length === 0) return [program, args];
  return ['/bin/sh', ['-c', `trap '' ${signals.join(' ')}; exec "$0" "$@"`, program, ...args]];
}

class LauncherWords {
  text = '';
  targetPid = 0;

  constructor(child: ChildProcess, onStart: (pid: number) => void) {
    const pipe = child.stdio[3] as Readable;
    pipe.setEncoding('utf8');
    pipe.on('data', (chunk: string) => {
      this.text += chunk;
      if (this.targetPid !== 0) return;
      this.targetPid = parseLaunchStatus(this.text).targetPid;
      if (this.targetPid !== 0) onStart(this.targetPid);
    });
  }
}

function forwardSignals(words: LauncherWords): () => void {
  const handlers = FORWARDED.map((signal) => {
    const forward = () => {
      if (words.targetPid === 0 || (FROM_TERMINAL.has(signal) && isInForeground())) return;
      try {
        process.kill(words.targetPid, signal);
      } catch {
        // It has ended in the meantime.
      }
    };
    process.on(signal, forward);
    return [signal, forward] as const;
  });
  return () => {
    for (const [signal, forward] of handlers) process.off(signal, forward);
  };
}

function isInForeground(): boolean {
  const stat = readStat(process.pid);
  return stat !== undefined && stat.foregroundGroup > 0 && stat.groupId === stat.foregroundGroup;
}
