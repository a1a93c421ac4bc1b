// Large blocks that an object makes when its state is applied, behind those of the state itself. Objects are built from the
// inside out, so the block that comes next is the one pushed last.
import type { Bytes } from '#base/units.ts';

export interface LateBlock {
  /** Nodes that exist when it is made. */
  readonly time: number;
  readonly bytes: Bytes;
  readonly count: number;
  /** Of all `count`, with headers. */
  readonly cost: Bytes;
  /** Alive after loading. */
  readonly stays: boolean;
}

export class LateBlocks {
  readonly #blocks: LateBlock[] = [];

  get isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  /** Of the block that is made next; Infinity where there is none. */
  get nextTime(): number {
    return this.#blocks.at(-1)?.time ?? Number.POSITIVE_INFINITY;
  }

  push(block: LateBlock): void {
    this.#blocks.push(block);
  }

  /** Hands out the blocks that are made by `time`. */
  release(time: number, make: (block: LateBlock) => void): void {
    for (let next = this.#blocks.at(-1); next && next.time <= time; next = this.#blocks.at(-1)) {
      this.#blocks.pop();
      make(next);
    }
  }
}
