// The only place of the program that writes to the terminal.
import { writeSync } from 'node:fs';
import type { Failure } from '#base/result.ts';
import { explain } from './explain.ts';

/** A remark of ours, on stderr. */
export function remark(text: string): void {
  write(2, `highwater: ${text}\n`);
}

export function complain(failure: Failure): void {
  remark(explain(failure));
}

/** All of it, also into a pipe that is slow; a reader that has gone away is no error of ours. */
export function write(fd: 1 | 2, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN') continue;
      return;
    }
  }
}

export interface Screen {
  readonly fd: 1 | 2;
  readonly width: number;
  readonly colour: boolean;
}

/**
 * Where a person reads: stdout if it is a terminal; else stderr, so that a measured program's own output into a file or
 * a pipe stays what it is without us.
 */
export function screenBesideProgram(): Screen {
  return screenOf(process.stdout.isTTY ? 1 : 2);
}

export function screenOf(fd: 1 | 2): Screen {
  const stream = fd === 1 ? process.stdout : process.stderr;
  const columns = stream.isTTY ? stream.columns : Number(process.env.COLUMNS);
  return { fd, width: columns > 0 ? columns : 100, colour: stream.isTTY ? stream.hasColors() : false };
}
