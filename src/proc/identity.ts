// What a process runs: the part of its identity that exec changes.
import { type Bytes, KIB } from '#base/units.ts';
import { decodeName, readKernelLink, readKernelText } from './kernel-file.ts';

const COMMAND_LIMIT: Bytes = 4 * KIB;

export interface ProcessImage {
  /** Name of at most 15 bytes: the file's, or what the program made of it. */
  readonly comm: string;
  /** Arguments joined by blanks, cut at 4 KiB; '' for zombies and kernel threads. */
  readonly command: string;
  /** Path of the program; '' where it cannot be read (another user's process). */
  readonly executable: string;
}

export function readProcessImage(pid: number, root = ''): ProcessImage | undefined {
  const folder = `${root}/proc/${pid}`;
  const comm = readKernelText(`${folder}/comm`);
  if (comm === undefined) return undefined;
  return {
    comm: decodeName(comm.replace(/\n$/, '')),
    command: parseCommandLine(readKernelText(`${folder}/cmdline`, COMMAND_LIMIT) ?? ''),
    executable: (readKernelLink(`${folder}/exe`) ?? '').replace(/ \(deleted\)$/, ''),
  };
}

const ENVIRONMENT_LIMIT: Bytes = 256 * KIB;

/** The libraries that the loader was asked to put before all others, '' = none; undefined where that cannot be read. Of the
 * environment, which may hold secrets, nothing else leaves this function. */
export function readPreload(pid: number, root = ''): string | undefined {
  const text = readKernelText(`${root}/proc/${pid}/environ`, ENVIRONMENT_LIMIT);
  if (text === undefined) return undefined;
  const [, value = ''] = /(?:^|\0)LD_PRELOAD=([^\0]*)/.exec(text) ?? [];
  return decodeName(value);
}

/** Arguments end in NUL; a program that rewrote its title may have left a row of them behind it. */
export function parseCommandLine(latin1: string): string {
  return decodeName(latin1.replace(/\0+$/, '').replaceAll('\0', ' '));
}

export function isSameImage(a: ProcessImage, b: ProcessImage): boolean {
  return a.comm === b.comm && a.command === b.command && a.executable === b.executable;
}
