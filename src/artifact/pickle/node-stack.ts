// A stack of nodes that are still to be looked at.
import { lengthen } from './columns.ts';

const FIRST = 64;

export class NodeStack {
  values = new Int32Array(FIRST);
  top = 0;

  /** Room for `more` nodes. */
  reserve(more: number): void {
    const rows = this.top + more;
    if (rows > this.values.length) this.values = lengthen(this.values, Math.max(rows, this.top + (this.top >> 1)));
  }

  push(node: number): void {
    if (this.top === this.values.length) this.reserve(1);
    this.values[this.top++] = node;
  }
}
