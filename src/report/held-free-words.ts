// What allocators hold free, in words: how much, why, and the setting to try.

import type { HeldFree } from '#analysis/held-free.ts';
import { assertNever } from '#base/assert.ts';
import { formatBytes } from '#base/format.ts';

const TRIM = 'MALLOC_TRIM_THRESHOLD_=131072 in the environment makes it give such memory back at once';

export function heldFreeWords({ kind, bytes, threads }: HeldFree): string {
  const size = formatBytes(bytes);
  switch (kind) {
    case 'trim':
      return `malloc kept ${size} that the program had freed. ${TRIM}; the cost is some CPU time.`;
    case 'arenas':
      return `malloc kept ${size} that the program had freed, in heaps of its ${threads} threads. ${TRIM}; MALLOC_ARENA_MAX=2 lets threads share heaps. The cost is some CPU time.`;
    case 'python':
      return `Python kept ${size} between objects that live: an arena goes back only when nothing in it is alive. Making what stays before what passes, or doing the passing work in a child process, avoids it.`;
    default:
      return assertNever(kind);
  }
}
