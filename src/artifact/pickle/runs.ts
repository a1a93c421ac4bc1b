// Integers and constants in a row, folded: a list of ten million ints is some thousand rows here. What is kept of them is
// what memory needs: how many there are, and how many of them are objects of which size.
import { F64Column, I32Column } from '#base/columns.ts';
import { payloadOf, TAG, tagOf, type Value } from './values.ts';

/** Shorter rows are left as they are: shapes, versions and arguments must be readable. */
export const SHORTEST_RUN = 9;

export class RunTable {
  readonly #values = new I32Column();
  /** Integers outside of -5 to 256 with one or two digits of 30 bits: 32 bytes each. */
  readonly #ints = new I32Column();
  /** Integers of three digits and more: how many, and all their digits. */
  readonly #longs = new I32Column();
  readonly #digits = new F64Column();

  get held(): number {
    return this.#values.length * 20 * 2;
  }

  add(values: Int32Array, from: number, to: number, wide: Float64Array): number {
    let ints = 0;
    let longs = 0;
    let digits = 0;
    for (let i = from; i < to; i++) {
      const of = digitsOf(values[i]!, wide);
      if (of === 0) continue;
      if (of <= 2) ints++;
      else {
        longs++;
        digits += of;
      }
    }
    this.#ints.push(ints);
    this.#longs.push(longs);
    this.#digits.push(digits);
    return this.#values.push(to - from);
  }

  valuesOf(run: number): number {
    return this.#values.at(run);
  }

  intsOf(run: number): number {
    return this.#ints.at(run);
  }

  longsOf(run: number): number {
    return this.#longs.at(run);
  }

  digitsOf(run: number): number {
    return this.#digits.at(run);
  }
}

/** Digits of 30 bits of an integer that is an object of its own; 0 for constants and the cached -5 to 256. */
export function digitsOf(value: Value, wide: Float64Array): number {
  const payload = payloadOf(value);
  switch (tagOf(value)) {
    case TAG.natural:
      return payload > 256 ? 1 : 0;
    case TAG.negative:
      return payload > 4 ? 1 : 0;
    case TAG.wide:
      return Math.abs(wide[payload]!) < 2 ** 30 ? 1 : 2;
    case TAG.long:
      return payload;
    default:
      return 0;
  }
}
