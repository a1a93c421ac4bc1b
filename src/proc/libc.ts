// Which C library runs here, by the words that each carries in its own file. Found through a process's mappings, because
// its place differs between distributions.
import { closeSync, openSync, readSync } from 'node:fs';
import { MIB } from '#base/units.ts';
import { readMappedPaths } from './maps.ts';

/** glibc is about 2 MiB, its words stand in .rodata in the last quarter. */
const LIBC_LIMIT = 4 * MIB;

/** "glibc 2.36", "musl 1.2.4", "musl"; "unknown" where none is recognised. Reads about 2 MiB. */
export function readLibc(pid: number | 'self' = 'self', root = ''): string {
  const path = findLibcPath(readMappedPaths(pid, root) ?? []);
  if (path === undefined) return 'unknown';
  return describeLibc(path, readBounded(`${root}${path}`));
}

export function findLibcPath(paths: readonly string[]): string | undefined {
  return paths.find((path) =>
    /\/(?:libc\.so\.6|libc-2\.\d+\.so|ld-musl-[^/]*|libc\.musl-[^/]*|[^/]*-musl\/libc\.so)$/.test(path),
  );
}

export function describeLibc(path: string, content: Buffer): string {
  if (path.includes('musl')) {
    const version = versionAfter(content, 'musl libc');
    return version ? `musl ${version}` : 'musl';
  }
  const version = versionAfter(content, 'GNU C Library');
  return version ? `glibc ${version}` : 'glibc';
}

function versionAfter(content: Buffer, words: string): string | undefined {
  const at = content.indexOf(words);
  if (at < 0) return undefined;
  return /\b[Vv]ersion (\d+\.\d+(?:\.\d+)?)/.exec(content.toString('latin1', at, at + 200))?.[1];
}

function readBounded(path: string): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const buffer = Buffer.allocUnsafeSlow(LIBC_LIMIT);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, LIBC_LIMIT, 0));
  } catch {
    return Buffer.alloc(0);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
