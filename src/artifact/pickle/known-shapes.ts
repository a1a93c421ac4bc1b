// A cache of fixed size: numbers above 0 by numbers above 0. What is not in it any more is found out again.

const MOST_ROWS = 2048;
const LEAST_ROWS = 16;

export class KnownShapes {
  /** Key and value side by side. */
  readonly #rows: Int32Array;
  readonly #mask: number;

  /** `keys`: about how many will be looked up. */
  constructor(keys: number) {
    let rows = LEAST_ROWS;
    while (rows < keys && rows < MOST_ROWS) rows *= 2;
    this.#rows = new Int32Array(2 * rows);
    this.#mask = rows - 1;
  }

  /** 0 where it is not known. */
  get(key: number): number {
    const row = this.#rowOf(key);
    return this.#rows[row] === key ? this.#rows[row + 1]! : 0;
  }

  set(key: number, value: number): void {
    const row = this.#rowOf(key);
    this.#rows[row] = key;
    this.#rows[row + 1] = value;
  }

  #rowOf(key: number): number {
    const mixed = Math.imul(key, 0x9e3779b1);
    return 2 * ((mixed ^ (mixed >>> 16)) & this.#mask);
  }
}
