// How every file of /proc and /sys/fs/cgroup is read: synchronously, into one reused buffer, never more than a stated
// number of bytes. What cannot be read (a process that ended, a file this kernel lacks, a refusal) is `undefined`: for a
// reader of /proc these are ordinary, and none of them may end a run.
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { type Bytes, KIB } from '#base/units.ts';

/** Enough for each file of fixed content; only the lists (maps, cgroup.procs) are longer, and they are read in pieces. */
const DEFAULT_LIMIT = 64 * KIB;

const scratch = Buffer.allocUnsafeSlow(DEFAULT_LIMIT);

/** The file's first `limit` bytes as Latin-1 text: /proc is ASCII but for names, which `decodeName` turns into text. */
export function readKernelText(path: string, limit: Bytes = DEFAULT_LIMIT): string | undefined {
  let text = '';
  const done = readKernelPieces(path, limit, (piece) => {
    text += piece;
  });
  return done ? text : undefined;
}

/** Hands on the file's first `limit` bytes piece by piece; false where it could not be read to there. */
export function readKernelPieces(path: string, limit: Bytes, take: (piece: string) => void): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    for (let left = limit; left > 0; ) {
      const count = readSync(descriptor, scratch, 0, Math.min(left, scratch.length), null);
      if (count === 0) break;
      take(scratch.toString('latin1', 0, count));
      left -= count;
    }
    return true;
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** A name (comm, path, argument) out of Latin-1 text: its bytes are UTF-8 by custom, anything by right. */
export function decodeName(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

export function listKernelFolder(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}

export function readKernelLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/**
 * A file that is kept open and read again and again by pread. A descriptor of /proc/PID/... belongs to that very process:
 * after its end a read fails, whatever the pid means by then.
 */
export class KernelFile {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  static open(path: string): KernelFile | undefined {
    try {
      return new KernelFile(openSync(path, 'r'));
    } catch {
      return undefined;
    }
  }

  /** The text as it is now. One pread: the kernel gives files of a single record whole. */
  read(): string | undefined {
    try {
      return scratch.toString('latin1', 0, readSync(this.#descriptor, scratch, 0, scratch.length, 0));
    } catch {
      return undefined;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
