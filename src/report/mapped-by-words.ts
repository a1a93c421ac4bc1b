// Who made the anonymous mappings, in words: the same in the terminal and on the page.
import type { MappedBy } from '#analysis/mapped-by.ts';
import { moduleName } from '#analysis/native-calls.ts';
import { formatBytes } from '#base/format.ts';
import { type Bytes, type Fraction, MIB } from '#base/units.ts';

/** Keeps a buffer for each of its threads, and one more. */
const OPENBLAS = /^lib(?:scipy_)?openblas/;

const isOpenBlas = ({ file }: MappedBy) => OPENBLAS.test(moduleName(file));

/** "OpenBLAS of numpy"; "libarrow.so.1900 of pyarrow". */
export function mappedByTitle(row: MappedBy): string {
  const { file, owner } = row;
  const name = isOpenBlas(row) ? 'OpenBLAS' : moduleName(file).replace(/-[0-9a-f]{8}(?=\.so)/, '');
  return owner.startsWith('(') || owner === moduleName(file) ? name : `${name} of ${owner}`;
}

/** "3 buffers of 32.0 MiB, by thread"; "12 mappings". */
export function mappedByHint(row: MappedBy): string {
  const { requested, mappings } = row;
  if (!isOpenBlas(row)) return mappings === 1 ? '1 mapping' : `${mappings} mappings`;
  const each = formatBytes(requested / mappings);
  return mappings === 1 ? `a buffer of ${each}` : `${mappings} buffers of ${each}, by thread`;
}

/** Less is nobody's trouble. */
const MUCH_RESIDENT: Fraction = 0.05;
const MUCH_SPACE: Bytes = 512 * MIB;

/** What could be done about it; empty where the buffers are small, or those of one thread. */
export function mappedByAdvice(rows: readonly MappedBy[], peak: Bytes): string[] {
  const own = rows.filter(isOpenBlas);
  const sum = (of: (row: MappedBy) => number) => own.reduce((total, row) => total + of(row), 0);
  const [bytes, requested] = [sum((row) => row.bytes), sum((row) => row.requested)];
  if (own.every(({ mappings }) => mappings <= 2)) return [];
  if (bytes < MUCH_RESIDENT * peak && requested < MUCH_SPACE) return [];
  const size = `${formatBytes(bytes)} (${formatBytes(requested)} of address space)`;
  return [
    `OpenBLAS holds ${size} in buffers, one for each thread and one more: fewer with OPENBLAS_NUM_THREADS (or OMP_NUM_THREADS), set before the import.`,
  ];
}
