// Who made the anonymous mappings, in words: the same in the terminal and on the page.
import type { MappedBy } from '#analysis/mapped-by.ts';
import { moduleName } from '#analysis/native-calls.ts';
import { formatBytes } from '#base/format.ts';
import { type Bytes, type Fraction, MIB } from '#base/units.ts';

/** Libraries that keep a buffer for each thread, and what sets how many threads they start. */
const BY_THREAD: readonly (readonly [file: RegExp, name: string, variable: string])[] = [
  [/^lib(?:scipy_)?openblas/, 'OpenBLAS', 'OPENBLAS_NUM_THREADS'],
  [/^libmkl_/, 'MKL', 'MKL_NUM_THREADS'],
  [/^libblis/, 'BLIS', 'BLIS_NUM_THREADS'],
];

function byThread(file: string) {
  return BY_THREAD.find(([pattern]) => pattern.test(moduleName(file)));
}

/** "OpenBLAS of numpy"; "libarrow.so.1900 of pyarrow". */
export function mappedByTitle({ file, owner }: MappedBy): string {
  const name = byThread(file)?.[1] ?? moduleName(file).replace(/-[0-9a-f]{8}(?=\.so)/, '');
  return owner.startsWith('(') || owner === moduleName(file) ? name : `${name} of ${owner}`;
}

/** "3 buffers of 32.0 MiB, by thread"; "12 mappings". */
export function mappedByHint({ file, requested, mappings }: MappedBy): string {
  if (!byThread(file)) return mappings === 1 ? '1 mapping' : `${mappings} mappings`;
  const each = formatBytes(requested / mappings);
  return mappings === 1 ? `a buffer of ${each}` : `${mappings} buffers of ${each}, by thread`;
}

/** Less is nobody's trouble. */
const MUCH_RESIDENT: Fraction = 0.05;
const MUCH_SPACE: Bytes = 512 * MIB;

/** What could be done about it: one sentence a library that keeps buffers; empty where they are small. */
export function mappedByAdvice(rows: readonly MappedBy[], peak: Bytes): string[] {
  return BY_THREAD.flatMap(([pattern, name, variable]) => {
    const own = rows.filter(({ file }) => pattern.test(moduleName(file)));
    const sum = (of: (row: MappedBy) => number) => own.reduce((total, row) => total + of(row), 0);
    const [bytes, requested, mappings] = [
      sum((row) => row.bytes),
      sum((row) => row.requested),
      sum((row) => row.mappings),
    ];
    if (mappings <= own.length || (bytes < MUCH_RESIDENT * peak && requested < MUCH_SPACE)) return [];
    const size = `${formatBytes(bytes)} (${formatBytes(requested)} of address space)`;
    return [`${name} holds ${size} in buffers, one for each thread: fewer with ${variable}, set before the import.`];
  });
}
