// What the rows of a composition are called, and how they are grouped: the same in the terminal and on the pages.
import type { CompositionRow } from '#analysis/composition.ts';

export interface RowWords {
  readonly title: string;
  /** What the row means, one or two sentences. */
  readonly meaning: string;
}

export interface RowGroup {
  readonly title: string;
  /** A few words beside the sum. */
  readonly hint: string;
  readonly rows: readonly CompositionRow[];
}

export const ROW_GROUPS: readonly RowGroup[] = [
  {
    title: 'in use',
    hint: 'by the program: what its lines hold',
    rows: ['pythonSmall', 'pythonLarge', 'native', 'mapped', 'live', 'inherited'],
  },
  { title: 'held free', hint: 'by allocators, for later use', rows: ['pythonFree', 'nativeFree'] },
  { title: 'files', hint: 'libraries and mapped files', rows: ['files', 'data'] },
  { title: 'shared memory', hint: '', rows: ['shared'] },
  { title: 'other', hint: '', rows: ['untraced', 'stacks', 'agent', 'other'] },
];

export const ROW_WORDS: Readonly<Record<CompositionRow, RowWords>> = {
  pythonSmall: {
    title: 'small Python objects',
    meaning: 'Objects up to 512 bytes, counted in the pools of Python’s own allocator.',
  },
  pythonLarge: {
    title: 'large Python objects',
    meaning:
      'Blocks over 512 bytes that Python asked for: long strings and bytes, the tables of lists and dicts. Sampled.',
  },
  native: {
    title: 'native code',
    meaning:
      'Blocks of malloc, calloc and the like that libraries asked for: arrays, tensors, trees. Counted exactly, less what was never touched.',
  },
  mapped: {
    title: 'anonymous mappings',
    meaning: 'Pages of mappings that the program and its libraries made with mmap themselves, as far as touched.',
  },
  live: {
    title: 'alive',
    meaning: 'Memory that the program had asked for and not yet freed, as far as touched.',
  },
  inherited: {
    title: 'inherited at the fork',
    meaning:
      'Heap that was alive in the parent when this process was forked. Both share its pages until one of them writes.',
  },
  pythonFree: {
    title: "in Python's arenas",
    meaning:
      'Pages of Python’s arenas that hold no object now, or only beside others: an arena goes back to the kernel only when all of it is free. Python uses them again.',
  },
  nativeFree: {
    title: "in malloc's heaps",
    meaning:
      'Pages of malloc’s heaps that are in no block: freed memory that it keeps, and gaps between blocks. malloc_trim gives a part of it back.',
  },
  files: {
    title: 'pages of files',
    meaning:
      'Code and constants of the interpreter and libraries, and mapped data files, as far as they are in memory.',
  },
  data: {
    title: 'variables of libraries',
    meaning: 'Pages of the interpreter and libraries that are written to: variables, relocations, zeroed data.',
  },
  shared: {
    title: 'shared memory',
    meaning: 'Memory that processes share by name or by inheritance (shmem, /dev/shm, MAP_SHARED).',
  },
  stacks: { title: 'thread stacks', meaning: 'Pages of the stacks of all threads, as far as touched.' },
  agent: {
    title: "highwater's own",
    meaning: 'Memory of highwater’s agent inside the program; it would not be there without.',
  },
  other: {
    title: 'unclaimed',
    meaning: 'Anonymous memory that neither an allocator nor a mapping call that was seen accounts for.',
  },
  untraced: {
    title: 'processes without an agent',
    meaning: 'Private memory of processes that are no Python, or that the agent was not given to.',
  },
  unexplained: {
    title: 'unexplained',
    meaning: 'The peak less all rows. Below zero where rows were read at slightly different times.',
  },
};
