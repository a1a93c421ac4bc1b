// Allocators that a library carries inside itself (pyarrow, polars). The agent tells which libraries map much memory; whether
// an allocator does it there, or a BLAS its buffers, is read from the library's file: each has its name in its messages.
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { type Bytes, MIB } from '#base/units.ts';
import { findKnownLibrary } from '#proc/maps.ts';

/** As they stand in the binaries: in messages, or in names of environment variables. */
const TRACES: readonly (readonly [string, string])[] = [
  ['<jemalloc>', 'jemalloc'],
  ['RJEM_MALLOC_CONF', 'jemalloc'],
  ['mimalloc: ', 'mimalloc'],
  ['tcmalloc: ', 'tcmalloc'],
];
/** A library of a larger size is searched up to here. */
const MOST_BYTES: Bytes = 512 * MIB;
const CHUNK: Bytes = 4 * MIB;
const LONGEST_TRACE = 32;

/** Names of allocators inside, those that stand close to the first; empty where there is none, or the file cannot be read. */
export function findInnerAllocators(path: string): string[] {
  const known = findKnownLibrary(path);
  if (known) return known.kind === 'allocator' ? [known.name] : [];
  const found = new Set<string>();
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const chunk = Buffer.allocUnsafe(CHUNK + LONGEST_TRACE);
    let kept = 0; // the end of the chunk before: a name may lie across
    for (let at = 0; at < MOST_BYTES; at += CHUNK) {
      const read = readSync(descriptor, chunk, kept, CHUNK, at);
      const piece = chunk.subarray(0, kept + read);
      for (const [trace, name] of TRACES) if (!found.has(name) && piece.includes(trace, 0, 'latin1')) found.add(name);
      if (read < CHUNK || found.size > 0) break;
      kept = piece.copy(chunk, 0, piece.length - LONGEST_TRACE);
    }
  } catch {
    // What was found until then holds.
  } finally {
    closeSync(descriptor);
  }
  return [...found].sort();
}

/** Undefined: it carries none. */
export function describeInnerAllocator(path: string): string | undefined {
  const names = findInnerAllocators(path);
  if (names.length === 0) return undefined;
  const library = basename(path);
  const remedy = /^libarrow\b/.test(library)
    ? ' With ARROW_DEFAULT_MEMORY_POOL=system pyarrow uses malloc, and lines are exact.'
    : '';
  return (
    `${library} serves itself from an allocator of its own (${names.join(', ')}): its memory counts as mappings, with the line ` +
    `that ran when the allocator mapped it, which need not be the line that uses it.${remedy}`
  );
}
