// Bytes in the middle of a pickle that are no opcodes: joblib writes the data of arrays behind the BUILD of their wrappers. A file
// may have a million of them, so they are rows of columns, in the order of the file.
import { F64Column, I32Column } from '#base/columns.ts';
import type { PickleScanner } from './scan.ts';

export interface Splice {
  /** Byte at which it begins, behind the BUILD, and the one behind it. */
  readonly at: number;
  readonly end: number;
  /** A complete pickle of its own (an array of objects), or the array's bytes. */
  readonly isPickle: boolean;
  /** Where the array's bytes begin: behind the padding, where there is some. */
  readonly dataAt: number;
  /** The array's bytes begin at a multiple of this; 0: there is no padding (joblib before 1.2). */
  readonly alignment: number;
}

/** In the column of alignments. */
const IS_PICKLE = -1;
const NONE = -1;

export class Splices {
  readonly #at = new F64Column();
  readonly #dataAt = new F64Column();
  readonly #end = new F64Column();
  readonly #alignment = new I32Column();
  /** The one behind the one that was found last: passes go from front to back. */
  #next = 0;

  get count(): number {
    return this.#at.length;
  }

  /** Behind all others. */
  add({ at, dataAt, end, isPickle, alignment }: Splice): void {
    this.#at.push(at);
    this.#dataAt.push(dataAt);
    this.#end.push(end);
    this.#alignment.push(isPickle ? IS_PICKLE : alignment);
  }

  /** The one that begins at this byte; -1: none does. */
  find(at: number): number {
    const next = this.#next < this.count && this.#at.at(this.#next) <= at ? this.#next : 0;
    const row = this.#at.at(next) === at ? next : this.#search(at, next);
    if (row !== NONE) this.#next = row + 1;
    return row;
  }

  endOf(row: number): number {
    return this.#end.at(row);
  }

  read(row: number): Splice {
    const alignment = this.#alignment.at(row);
    const isPickle = alignment === IS_PICKLE;
    const [at, dataAt, end] = [this.#at.at(row), this.#dataAt.at(row), this.#end.at(row)];
    return { at, dataAt, end, isPickle, alignment: isPickle ? 0 : alignment };
  }

  #search(at: number, from: number): number {
    let low = from;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at.at(middle) < at) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.#at.at(low) === at ? low : NONE;
  }
}

export const NO_SPLICES = new Splices();

/** Moves the scanner over the splice that begins at its position; its row, or -1 where none does. */
export function skipSplice(splices: Splices, scanner: PickleScanner): number {
  if (splices.count === 0) return NONE;
  const row = splices.find(scanner.position);
  if (row !== NONE) scanner.moveTo(splices.endOf(row));
  return row;
}
