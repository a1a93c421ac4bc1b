// Large blocks that an object makes when its state is applied, behind those of the state itself. Objects are built from the
// inside out, so the block that comes next is the one pushed last.
import type { Bytes } from '#base/units.ts';

const FIRST = 16;

export class LateBlocks {
  // By block, a row is good until the next push.
  bytes = new Float64Array(FIRST);
  /** Of all `count`, with headers. */
  cost = new Float64Array(FIRST);
  count = new Int32Array(FIRST);
  /** 1: alive after loading. */
  stays = new Uint8Array(FIRST);
  /** Nodes that exist when it is made. */
  #time = new Int32Array(FIRST);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Of the block that is made next; Infinity where there is none. */
  get nextTime(): number {
    return this.isEmpty ? Number.POSITIVE_INFINITY : this.#time[this.#length - 1]!;
  }

  push(time: number, bytes: Bytes, count: number, cost: Bytes, stays: boolean): void {
    if (this.#length === this.#time.length) this.#grow();
    const row = this.#length++;
    this.#time[row] = time;
    this.bytes[row] = bytes;
    this.count[row] = count;
    this.cost[row] = cost;
    this.stays[row] = stays ? 1 : 0;
  }

  /** Takes the block that is made next off; gives its row. There must be one. */
  pop(): number {
    return --this.#length;
  }

  #grow(): void {
    const longer = <A extends { set(from: A): void }>(made: A, from: A): A => {
      made.set(from);
      return made;
    };
    const rows = this.#length * 2;
    this.#time = longer(new Int32Array(rows), this.#time);
    this.bytes = longer(new Float64Array(rows), this.bytes);
    this.cost = longer(new Float64Array(rows), this.cost);
    this.count = longer(new Int32Array(rows), this.count);
    this.stays = longer(new Uint8Array(rows), this.stays);
  }
}
