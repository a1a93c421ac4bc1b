// Sums by (stack, domain): what is alive, what was allocated, what was freed. Memory grows with the number of distinct stacks,
// not with the length of a run.
import { F64Column, I32Column, U8Column } from '#base/columns.ts';
import type { Bytes } from '#base/units.ts';

interface Sums {
  readonly bytes: F64Column;
  readonly exactBytes: F64Column;
  readonly blocks: F64Column;
  readonly samples: F64Column;
  readonly variance: F64Column;
}

/** Live sums of all groups at a checkpoint, by group row. */
export interface LiveCopy {
  readonly bytes: Float64Array;
  readonly exactBytes: Float64Array;
  readonly blocks: Float64Array;
  readonly samples: Float64Array;
  readonly variance: Float64Array;
  readonly untouched: Float64Array;
}

const DOMAINS_SPAN = 16;

/** Columns of equal length, one row a group. */
export class Groups {
  readonly stack = new I32Column();
  readonly domain = new U8Column();
  readonly live = newSums();
  /** Of the live bytes, measured to have no memory behind them. */
  readonly untouched = new F64Column();
  readonly allocated = newSums();
  readonly freed = new F64Column();
  readonly #index = new Map<number, number>();

  /** `onNew` learns of a group that was not there before. */
  find(stack: number, domain: number, onNew: (stack: number, domain: number) => void): number {
    const key = (stack + 1) * DOMAINS_SPAN + domain;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.stack.push(stack);
    this.domain.push(domain);
    for (const sums of [this.live, this.allocated]) for (const column of Object.values(sums)) column.push(0);
    this.untouched.push(0);
    const group = this.freed.push(0);
    this.#index.set(key, group);
    onNew(stack, domain);
    return group;
  }

  /** A block of `bytes` that stands for `weight`; mean 0: recorded exactly. */
  born(group: number, bytes: Bytes, weight: Bytes, mean: Bytes): void {
    count(this.live, group, bytes, weight, mean, 1);
    count(this.allocated, group, bytes, weight, mean, 1);
  }

  died(group: number, bytes: Bytes, weight: Bytes, mean: Bytes, untouched: Bytes): void {
    count(this.live, group, bytes, weight, mean, -1);
    this.untouched.add(group, -untouched);
    this.freed.add(group, weight);
  }

  mapped(group: number, bytes: Bytes): void {
    this.untouched.add(group, bytes); // address space, until it is measured
    for (const sums of [this.live, this.allocated]) {
      sums.bytes.add(group, bytes);
      sums.exactBytes.add(group, bytes);
    }
    this.allocated.blocks.add(group, 1); // those alive may be cut: they are counted where they are copied
  }

  unmapped(group: number, bytes: Bytes, untouched: Bytes): void {
    this.untouched.add(group, -untouched);
    this.live.bytes.add(group, -bytes);
    this.live.exactBytes.add(group, -bytes);
    this.freed.add(group, bytes);
  }

  copyLive(): LiveCopy {
    const { live } = this;
    return {
      bytes: live.bytes.finish(),
      exactBytes: live.exactBytes.finish(),
      blocks: live.blocks.finish(),
      samples: live.samples.finish(),
      variance: live.variance.finish(),
      untouched: this.untouched.finish(),
    };
  }
}

// A sampled block of `bytes` stands for weight / bytes like it.
function count(sums: Sums, group: number, bytes: Bytes, weight: Bytes, mean: Bytes, sign: 1 | -1): void {
  sums.bytes.add(group, sign * weight);
  if (mean === 0) {
    sums.exactBytes.add(group, sign * weight);
    sums.blocks.add(group, sign);
  } else {
    sums.blocks.add(group, (sign * weight) / Math.max(1, bytes));
    sums.samples.add(group, sign);
    sums.variance.add(group, sign * weight * mean);
  }
}

function newSums(): Sums {
  return {
    bytes: new F64Column(),
    exactBytes: new F64Column(),
    blocks: new F64Column(),
    samples: new F64Column(),
    variance: new F64Column(),
  };
}
