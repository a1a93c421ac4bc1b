// The lifetimes of one stream: which interval goes on, when each block and mapping began, and what is told of them when they
// end. Groups are numbered from 0 in the order in which they are added.
import { I32Column } from '#base/columns.ts';
import type { Bytes, MonotonicNs } from '#base/units.ts';
import { ALIVE, type Lifetimes } from './lifetimes.ts';

export class StreamLifetimes {
  /** The interval that goes on. */
  now = 0;
  #ends: MonotonicNs = Number.NEGATIVE_INFINITY;
  readonly #process: number;
  readonly #lifetimes: Lifetimes;
  readonly #owner = new I32Column();
  // Bytes of a mapping are counted in an origin: a group, and the interval in which it was mapped.
  readonly #originOf = new Map<number, number>();
  readonly #originGroup = new I32Column();
  readonly #originBirth = new I32Column();

  constructor(lifetimes: Lifetimes, process: number) {
    this.#lifetimes = lifetimes;
    this.#process = process;
  }

  addGroup(stack: number, domain: number): void {
    this.#owner.push(this.#lifetimes.addOwner(this.#process, stack, domain));
  }

  pass(time: MonotonicNs): void {
    if (time < this.#ends) return;
    this.now = this.#lifetimes.at(time);
    this.#ends = this.#lifetimes.endOf(this.now);
  }

  /** A block is gone, or (ALIVE) outlived the stream. Arguments as in Groups.died. */
  blockEnds(
    group: number,
    birth: number,
    death: number,
    bytes: Bytes,
    weight: Bytes,
    mean: Bytes,
    untouched: Bytes,
  ): void {
    if (this.#lifetimes.isShort(birth, death)) return;
    const isExact = mean === 0;
    this.#lifetimes.add(this.#owner.at(group), birth, death, {
      bytes: weight,
      exactBytes: isExact ? weight : 0,
      blocks: isExact ? 1 : weight / Math.max(1, bytes),
      samples: isExact ? 0 : 1,
      variance: weight * mean,
      untouched,
    });
  }

  originFor(group: number): number {
    const key = group * 2 ** 16 + this.now;
    const known = this.#originOf.get(key);
    if (known !== undefined) return known;
    this.#originGroup.push(group);
    const origin = this.#originBirth.push(this.now);
    this.#originOf.set(key, origin);
    return origin;
  }

  groupOf(origin: number): number {
    return this.#originGroup.at(origin);
  }

  mappingEnds(origin: number, death: number, bytes: Bytes, untouched: Bytes): void {
    const birth = this.#originBirth.at(origin);
    if (this.#lifetimes.isShort(birth, death)) return;
    const sums = { bytes, exactBytes: bytes, blocks: 1, samples: 0, variance: 0, untouched };
    this.#lifetimes.add(this.#owner.at(this.#originGroup.at(origin)), birth, death, sums);
  }

  /** `isLast`: the process went on in no other image, so what is alive now lived until it ended; else until now. */
  endOfStream(isLast: boolean): number {
    return isLast ? ALIVE : this.now;
  }
}
