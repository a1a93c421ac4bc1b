// Collects the arrays of a file: keeps the largest rows, and totals of all.
import type { Bytes } from '#base/units.ts';
import type { ArrayRow, ArrayTable } from './types.ts';

const MOST_ROWS = 5000;

export class ArrayList {
  #rows: ArrayRow[] = [];
  #count = 0;
  #bytes: Bytes = 0;
  readonly #byType = new Map<string, { count: number; bytes: Bytes }>();

  get bytes(): Bytes {
    return this.#bytes;
  }

  get count(): number {
    return this.#count;
  }

  add(row: ArrayRow): void {
    this.#count++;
    const known = Number.isNaN(row.bytes) ? 0 : row.bytes;
    this.#bytes += known;
    const sum = this.#byType.get(row.type) ?? { count: 0, bytes: 0 };
    this.#byType.set(row.type, { count: sum.count + 1, bytes: sum.bytes + known });
    this.#rows.push(row);
    if (this.#rows.length >= 2 * MOST_ROWS) this.#rows = largest(this.#rows);
  }

  finish(): ArrayTable {
    const byType = [...this.#byType].map(([type, sum]) => ({ type, ...sum }));
    byType.sort((a, b) => b.bytes - a.bytes);
    return { rows: largest(this.#rows), count: this.#count, bytes: this.#bytes, byType };
  }
}

export const NO_ARRAYS: ArrayTable = { rows: [], count: 0, bytes: 0, byType: [] };

/** Sorting is stable: among equals the file's order stays. */
function largest(rows: readonly ArrayRow[]): ArrayRow[] {
  return [...rows].sort((a, b) => (b.bytes || 0) - (a.bytes || 0)).slice(0, MOST_ROWS);
}

/** Elements of a shape; NaN where a dimension is not known. Throws nothing: a product past 2^53 is the caller's to refuse. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => (dimension < 0 ? Number.NaN : product * dimension), 1);
}
