// Each float of a file once, by its bits: -0.0 is not 0.0, and every NaN is itself. The number of a float in this table is
// what the machine keeps of it, so equal floats are found without a second look at the file.

const FIRST_SLOTS = 1024;

export class FloatTable {
  #low = new Int32Array(512);
  #high = new Int32Array(512);
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes of its columns. */
  get held(): number {
    return this.#low.byteLength * 2 + this.#slots.byteLength;
  }

  /** The float's number; bits as two halves. */
  add(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(low, high) & mask;
    for (let found = this.#slots[slot]!; found >= 0; found = this.#slots[slot]!) {
      if (this.#low[found] === low && this.#high[found] === high) return found;
      slot = (slot + 1) & mask;
    }
    if (this.#count === this.#low.length) this.#growRows();
    this.#low[this.#count] = low;
    this.#high[this.#count] = high;
    this.#slots[slot] = this.#count;
    if (++this.#count * 3 > this.#slots.length * 2) this.#growSlots();
    return this.#count - 1;
  }

  valueOf(float: number): number {
    const view = new DataView(new ArrayBuffer(8));
    view.setInt32(0, this.#high[float]!);
    view.setInt32(4, this.#low[float]!);
    return view.getFloat64(0);
  }

  #growRows(): void {
    const rows = Math.ceil(this.#low.length * 1.5);
    this.#low = lengthen(this.#low, rows);
    this.#high = lengthen(this.#high, rows);
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let float = 0; float < this.#count; float++) {
      let slot = hashOf(this.#low[float]!, this.#high[float]!) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = float;
    }
    this.#slots = slots;
  }
}

function hashOf(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}

function lengthen(column: Int32Array, rows: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(rows);
  longer.set(column);
  return longer;
}
