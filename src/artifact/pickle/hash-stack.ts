// The stack of the graph hash: two lanes and a flag a value. Of a very long row of values the oldest are folded together before
// they are taken, so that a tuple of a billion items needs no more memory than one of a hundred thousand.
import { damaged, refused } from '../damage.ts';
import { mixWord } from './content-hash.ts';
import { nameOfOpcode } from './opcodes.ts';
import type { PickleScanner } from './scan.ts';

/** Values between two marks that are kept one by one; then half of them are folded. */
const LONGEST_ROW = 65_536;
const MOST_VALUES = 8 * 2 ** 20;
const MOST_MARKS = 2 ** 20;
/** Room at first: a file may hold a million small pickles. */
const FIRST_VALUES = 8;
const FOLD_A = 0x1b873593;
const FOLD_B = 0x38b34ae5;

export class HashStack {
  /** What `foldTop` and `foldToMark` give: the values taken, from the oldest on, and whether all are constants. */
  a = 0;
  b = 0;
  count = 0;
  isConstant = false;
  readonly #scanner: PickleScanner;
  #lanes = new Int32Array(2 * FIRST_VALUES);
  #flags = new Uint8Array(FIRST_VALUES);
  #length = 0;
  /** By mark, and 0 for the bottom: index of the first value above it, and what was folded of that row. */
  readonly #rows: Row[] = [emptyRow(0)];

  constructor(scanner: PickleScanner) {
    this.#scanner = scanner;
  }

  get topA(): number {
    this.#need(1);
    return this.#lanes[2 * this.#length - 2]!;
  }

  get topB(): number {
    return this.#lanes[2 * this.#length - 1]!;
  }

  get topIsConstant(): number {
    return this.#flags[this.#length - 1]!;
  }

  push(a: number, b: number, isConstant: number): void {
    if (this.#length === this.#flags.length) this.#grow();
    this.#lanes[2 * this.#length] = a;
    this.#lanes[2 * this.#length + 1] = b;
    this.#flags[this.#length] = isConstant;
    this.#length++;
    if (this.#length - this.#rows[this.#rows.length - 1]!.first > LONGEST_ROW) this.#foldOldest();
  }

  duplicate(): void {
    this.push(this.topA, this.topB, this.topIsConstant);
  }

  mark(): void {
    if (this.#rows.length > MOST_MARKS) throw refused(this.#scanner.at, `more than ${MOST_MARKS} marks are open`);
    this.#rows.push(emptyRow(this.#length));
  }

  /** One value, or the mark where it is on top. */
  drop(): void {
    const row = this.#rows[this.#rows.length - 1]!;
    if (this.#length > row.first) this.#length--;
    else if (row.folded === 0 && this.#rows.length > 1) this.#rows.pop();
    else throw this.#tooFew();
  }

  foldTop(count: number): void {
    this.#need(count);
    this.#startFold();
    for (let at = this.#length - count; at < this.#length; at++) this.#fold(at);
    this.count = count;
    this.#length -= count;
  }

  foldToMark(): void {
    if (this.#rows.length === 1) throw damaged(this.#scanner.at, `${this.#name()} finds no mark`);
    const row = this.#rows.pop()!;
    this.#startFold();
    if (row.folded > 0) this.#resume(row);
    for (let at = row.first; at < this.#length; at++) this.#fold(at);
    this.count = row.folded + this.#length - row.first;
    this.#length = row.first;
  }

  #startFold(): void {
    this.a = FOLD_A;
    this.b = FOLD_B;
    this.isConstant = true;
  }

  #resume({ a, b, isConstant }: Row): void {
    this.a = a;
    this.b = b;
    this.isConstant = isConstant;
  }

  #fold(at: number): void {
    this.a = mixWord(this.a, this.#lanes[2 * at]!);
    this.b = mixWord(this.b, this.#lanes[2 * at + 1]!);
    if (this.#flags[at] === 0) this.isConstant = false;
  }

  #foldOldest(): void {
    const row = this.#rows[this.#rows.length - 1]!;
    this.#startFold();
    if (row.folded > 0) this.#resume(row);
    const half = LONGEST_ROW / 2;
    for (let at = row.first; at < row.first + half; at++) this.#fold(at);
    this.#lanes.copyWithin(2 * row.first, 2 * (row.first + half), 2 * this.#length);
    this.#flags.copyWithin(row.first, row.first + half, this.#length);
    this.#length -= half;
    Object.assign(row, { folded: row.folded + half, a: this.a, b: this.b, isConstant: this.isConstant });
  }

  #need(count: number): void {
    const { first, folded } = this.#rows[this.#rows.length - 1]!;
    if (this.#length - first >= count) return;
    if (folded > 0) throw refused(this.#scanner.at, `${this.#name()} digs deeper than ${LONGEST_ROW / 2} values`);
    throw this.#tooFew();
  }

  #tooFew(): Error {
    return damaged(this.#scanner.at, `${this.#name()} finds too few values on the stack`);
  }

  #name(): string {
    return nameOfOpcode(this.#scanner.op);
  }

  #grow(): void {
    if (this.#length >= MOST_VALUES)
      throw refused(this.#scanner.at, `more than ${MOST_VALUES} values are on the stack`);
    const lanes = new Int32Array(this.#lanes.length * 2);
    lanes.set(this.#lanes);
    this.#lanes = lanes;
    const flags = new Uint8Array(this.#flags.length * 2);
    flags.set(this.#flags);
    this.#flags = flags;
  }
}

interface Row {
  first: number;
  folded: number;
  a: number;
  b: number;
  isConstant: boolean;
}

function emptyRow(first: number): Row {
  return { first, folded: 0, a: 0, b: 0, isConstant: true };
}
