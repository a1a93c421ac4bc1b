// How long what was allocated lived, in intervals of the run: what came to be alive between any two moments can be told from
// it, without a copy of what was alive for each. Blocks that end in the interval in which they began are left out, and those
// that agree in owner and both intervals are one row. Where rows become too many, intervals are joined two by two.
import { F64Column, I32Column } from '#base/columns.ts';
import type { Bytes, Milliseconds, MonotonicNs } from '#base/units.ts';
import { TableBuilder } from '#profile/build.ts';
import type { Intervals, Profile } from '#profile/types.ts';
import { AddressMap } from './address-map.ts';

/** Intervals at first: 2^10. */
const FINEST_BITS = 10;
const FINEST = 1 << FINEST_BITS;
/** Intervals that are kept as long as any page can carry them. */
const ENOUGH_BITS = 8;

/** More rows than the first cost intervals beyond 256, more than the second any. */
const MANY_ROWS = 50_000;
const MOST_ROWS = 200_000;

/** `death` of what was alive when its process ended, or when the run was last seen. */
export const ALIVE = -1;

/** Of what a row adds up. `untouched`: bytes of it that were last measured to have no memory behind them. */
export interface LifetimeSums {
  readonly bytes: Bytes;
  readonly exactBytes: Bytes;
  readonly blocks: number;
  readonly samples: number;
  readonly variance: number;
  readonly untouched: Bytes;
}

const SUMS = ['bytes', 'exactBytes', 'blocks', 'samples', 'variance', 'untouched'] as const;

export class Lifetimes {
  readonly #start: MonotonicNs;
  /** Of one of the finest intervals. */
  readonly #width: number;
  /** Finest intervals that one interval holds, as a power of two. */
  #shift = 0;
  #rows = new Rows();
  readonly #owners = { process: new I32Column(), stack: new I32Column(), domain: new I32Column() };

  constructor(start: MonotonicNs, end: MonotonicNs) {
    this.#start = start;
    this.#width = Math.max(1, end - start) / FINEST;
  }

  /** What is counted apart from all else. */
  addOwner(process: number, stack: number, domain: number): number {
    this.#owners.process.push(process);
    this.#owners.stack.push(stack);
    return this.#owners.domain.push(domain);
  }

  /** The finest interval that holds `time`; the first and the last hold what lies beyond. */
  at(time: MonotonicNs): number {
    return Math.min(FINEST - 1, Math.max(0, Math.floor((time - this.#start) / this.#width)));
  }

  /** The first time that lies in a later interval than `interval`. */
  endOf(interval: number): MonotonicNs {
    return interval >= FINEST - 1 ? Number.POSITIVE_INFINITY : this.#start + (interval + 1) * this.#width;
  }

  /** `birth` and `death`: finest intervals; `death` may be ALIVE. */
  add(owner: number, birth: number, death: number, sums: LifetimeSums): void {
    if (this.isShort(birth, death)) return;
    this.#rows.add(owner, birth >> this.#shift, death >> this.#shift, sums); // ALIVE stays: -1 >> 1 is -1
    while (this.#rows.length > this.#most) this.#coarsen();
  }

  /** True where a block of these intervals leaves no row. */
  isShort(birth: number, death: number): boolean {
    return death !== ALIVE && death >> this.#shift <= birth >> this.#shift;
  }

  get intervals(): Intervals {
    const count = FINEST >> this.#shift;
    const width: Milliseconds = (this.#width * 2 ** this.#shift) / 1e6;
    return { count, width };
  }

  finish(): Profile['lifetimes'] {
    const table = new TableBuilder('lifetimes');
    const rows = this.#rows;
    for (let row = 0; row < rows.length; row++) {
      const owner = rows.owner.at(row);
      const bytes = Math.max(0, rows.sums.bytes.at(row));
      table.add({
        process: this.#owners.process.at(owner),
        stack: this.#owners.stack.at(owner),
        domain: this.#owners.domain.at(owner),
        birth: rows.birth.at(row),
        death: rows.death.at(row),
        bytes,
        exactBytes: rows.sums.exactBytes.at(row),
        blocks: rows.sums.blocks.at(row),
        samples: rows.sums.samples.at(row),
        variance: rows.sums.variance.at(row),
        resident: Math.max(0, bytes - rows.sums.untouched.at(row)),
      });
    }
    return table.finish();
  }

  get #most(): number {
    const bits = FINEST_BITS - this.#shift;
    return bits === 0 ? Number.POSITIVE_INFINITY : bits > ENOUGH_BITS ? MANY_ROWS : MOST_ROWS;
  }

  #coarsen(): void {
    this.#shift++;
    const fine = this.#rows;
    this.#rows = new Rows();
    for (let row = 0; row < fine.length; row++) {
      const birth = fine.birth.at(row) >> 1;
      const death = fine.death.at(row) >> 1;
      if (death === ALIVE || death > birth) this.#rows.add(fine.owner.at(row), birth, death, fine.at(row));
    }
  }
}

/** Rows by owner, birth and death: columns, and a map that finds them. */
class Rows {
  readonly owner = new I32Column();
  readonly birth = new I32Column();
  readonly death = new I32Column();
  readonly sums = {
    bytes: new F64Column(),
    exactBytes: new F64Column(),
    blocks: new F64Column(),
    samples: new F64Column(),
    variance: new F64Column(),
    untouched: new F64Column(),
  };
  readonly #index = new AddressMap();

  get length(): number {
    return this.owner.length;
  }

  add(owner: number, birth: number, death: number, sums: LifetimeSums): void {
    // Sixteen times: the map takes its keys for addresses of blocks, of which the low bits say nothing.
    const key = ((owner * FINEST + birth) * (FINEST + 1) + death + 1) * 16;
    let row = this.#index.get(key);
    if (row < 0) {
      row = this.owner.push(owner);
      this.birth.push(birth);
      this.death.push(death);
      for (const sum of SUMS) this.sums[sum].push(0);
      this.#index.set(key, row);
    }
    for (const sum of SUMS) this.sums[sum].add(row, sums[sum]);
  }

  at(row: number): LifetimeSums {
    const { bytes, exactBytes, blocks, samples, variance, untouched } = this.sums;
    return {
      bytes: bytes.at(row),
      exactBytes: exactBytes.at(row),
      blocks: blocks.at(row),
      samples: samples.at(row),
      variance: variance.at(row),
      untouched: untouched.at(row),
    };
  }
}
