// Each float of a file once, by its bits: -0.0 is not 0.0, and every NaN is itself. The number of a float in this table is
// what the machine keeps of it, so equal floats are found without a second look at the file.
import { lengthen } from './columns.ts';

const FIRST_SLOTS = 8;

export class FloatTable {
  /** The low and the high half of each. */
  #bits = new Int32Array(FIRST_SLOTS);
  /** Number plus one by hash; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes of its columns. */
  get held(): number {
    return this.#count * 8 + this.#slots.byteLength;
  }

  /** The float's number; bits as two halves. */
  add(low: number, high: number): number {
    const slots = this.#slots;
    const bits = this.#bits;
    const mask = slots.length - 1;
    let slot = hashOf(low, high) & mask;
    for (let found = slots[slot]!; found > 0; found = slots[slot]!) {
      if (bits[2 * found - 2] === low && bits[2 * found - 1] === high) return found - 1;
      slot = (slot + 1) & mask;
    }
    return this.#insert(slot, low, high);
  }

  valueOf(float: number): number {
    const view = new DataView(new ArrayBuffer(8));
    view.setInt32(0, this.#bits[2 * float + 1]!);
    view.setInt32(4, this.#bits[2 * float]!);
    return view.getFloat64(0);
  }

  #insert(slot: number, low: number, high: number): number {
    const float = this.#count++;
    if (2 * float === this.#bits.length) this.#bits = lengthen(this.#bits, 2 * (float + (float >> 1)));
    this.#bits[2 * float] = low;
    this.#bits[2 * float + 1] = high;
    this.#slots[slot] = this.#count;
    if (this.#count * 3 > this.#slots.length * 2) this.#growSlots();
    return float;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let float = 0; float < this.#count; float++) {
      let slot = hashOf(this.#bits[2 * float]!, this.#bits[2 * float + 1]!) & mask;
      while (slots[slot]! > 0) slot = (slot + 1) & mask;
      slots[slot] = float + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}
