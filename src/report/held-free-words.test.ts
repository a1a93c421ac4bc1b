import { expect, test } from 'vitest';
import { heldFreeWords } from './held-free-words.ts';

const MIB = 2 ** 20;

test.each([
  [
    'not known',
    null,
    'malloc kept 80.0 MiB that the program had freed. MALLOC_TRIM_THRESHOLD_=131072 in the environment makes malloc give large blocks back at once, for some CPU time.',
  ],
  [
    'most of it',
    70,
    'malloc kept 80.0 MiB that the program had freed; malloc_trim(0) would have given back 70.0 MiB of it (from Python: ctypes.CDLL(None).malloc_trim(0)). MALLOC_TRIM_THRESHOLD_=131072 in the environment makes malloc give large blocks back at once, for some CPU time.',
  ],
  [
    'little of it',
    1,
    'malloc kept 80.0 MiB that the program had freed; malloc_trim(0) would have given back 1.00 MiB of it, as the rest lies between blocks that live. Making what stays before what passes, or doing the passing work in a child process, avoids it.',
  ],
])('what malloc_trim would have given back: %s', (_, trimmable, words) => {
  const held = { bytes: 80 * MIB, threads: 0, processes: 1, trimmable: trimmable && trimmable * MIB };
  expect(heldFreeWords({ kind: 'trim', ...held })).toBe(words);
});

test('heaps of many threads can be shared', () => {
  const held = { kind: 'arenas', bytes: 80 * MIB, threads: 12, processes: 1, trimmable: 70 * MIB } as const;
  expect(heldFreeWords(held)).toMatch(
    /in heaps of its 12 threads; malloc_trim.* MALLOC_ARENA_MAX=2 lets threads share heaps\.$/,
  );
});

test('several processes have to ask for it one by one', () => {
  const held = { bytes: 80 * MIB, threads: 0, processes: 3, trimmable: 70 * MIB } as const;
  expect(heldFreeWords({ kind: 'trim', ...held })).toContain('(from Python, in each process: ctypes');
});
