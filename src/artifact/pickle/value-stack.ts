// The machine's stack of values, with marks: nothing below the last mark can be taken but by an opcode that takes the mark.
import { lengthen, roomFor } from './columns.ts';
import type { PickleScanner } from './scan.ts';
import type { Value } from './values.ts';
import { wrongAt } from './wrong.ts';

const FIRST_VALUES = 16;

export class ValueStack {
  values = new Int32Array(FIRST_VALUES);
  top = 0;
  /** Height of the stack at the last mark. */
  fence = 0;
  /** Most values at a moment when some were taken to a mark; a stack that is never emptied is as deep as its top. */
  deepest = 0;
  marks = new Int32Array(FIRST_VALUES);
  markCount = 0;
  readonly #scanner: PickleScanner;

  constructor(scanner: PickleScanner) {
    this.#scanner = scanner;
  }

  /** There must be room: see reserve. */
  push(value: Value): void {
    this.values[this.top++] = value;
  }

  /** Room for `more` values and marks, where `share` of the file has been read. */
  reserve(more: number, share: number): void {
    const values = this.top + more;
    if (values > this.values.length) this.values = lengthen(this.values, roomFor(values, share));
    const marks = this.markCount + more;
    if (marks > this.marks.length) this.marks = lengthen(this.marks, roomFor(marks, share));
  }

  /** Index of the lowest of the top `count` values. */
  below(count: number): number {
    const at = this.top - count;
    if (at < this.fence) throw wrongAt(this.#scanner, 'finds too few values on the stack');
    return at;
  }

  /** Takes the last mark away; gives the height of the stack at it. */
  popMark(): number {
    if (this.markCount === 0) throw wrongAt(this.#scanner, 'finds no mark on the stack');
    const height = this.marks[--this.markCount]!;
    this.fence = this.markCount === 0 ? 0 : this.marks[this.markCount - 1]!;
    if (this.top > this.deepest) this.deepest = this.top;
    return height;
  }

  /** Drops the top value, or the mark that stands there. */
  pop(): void {
    if (this.markCount > 0 && this.marks[this.markCount - 1] === this.top) this.popMark();
    else this.top = this.below(1);
  }
}
