// What allocators hold free, in words: how much, why, and what to try.

import type { HeldFree } from '#analysis/held-free.ts';
import { assertNever } from '#base/assert.ts';
import { formatBytes } from '#base/format.ts';

const THRESHOLD =
  'MALLOC_TRIM_THRESHOLD_=131072 in the environment makes malloc give large blocks back at once, for some CPU time.';
const ORDER = 'Making what stays before what passes, or doing the passing work in a child process, avoids it.';
/** Below that share of it the memory lies between blocks that live, and no setting helps. */
const LITTLE = 1 / 4;

export function heldFreeWords(held: HeldFree): string {
  const size = formatBytes(held.bytes);
  switch (held.kind) {
    case 'trim':
      return ofMalloc(held, `malloc kept ${size} that the program had freed`);
    case 'arenas': {
      const what = `malloc kept ${size} that the program had freed, in heaps of its ${held.threads} threads`;
      return `${ofMalloc(held, what)} MALLOC_ARENA_MAX=2 lets threads share heaps.`;
    }
    case 'python':
      return `Python kept ${size} between objects that live: an arena goes back only when nothing in it is alive. ${ORDER}`;
    default:
      return assertNever(held.kind);
  }
}

function ofMalloc({ bytes, trimmable, processes }: HeldFree, what: string): string {
  if (trimmable === null) return `${what}. ${THRESHOLD}`;
  const back = `malloc_trim(0) would have given back ${formatBytes(trimmable)} of it`;
  if (trimmable < LITTLE * bytes) return `${what}; ${back}, as the rest lies between blocks that live. ${ORDER}`;
  return `${what}; ${back} (from Python${processes > 1 ? ', in each process' : ''}: ctypes.CDLL(None).malloc_trim(0)). ${THRESHOLD}`;
}
