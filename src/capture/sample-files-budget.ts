// When to ask which files a process has resident. It is asked when there are more of them than ever, and paid from an account
// that fills at a thousandth of the time: what libraries need is known once they are loaded.
import { type Bytes, type Fraction, MIB, type Milliseconds } from '#base/units.ts';

const OPENING_BALANCE: Milliseconds = 80;
const SHARE: Fraction = 0.001;
/** While they come: after so much more, and for at most that part of the savings. */
const CLIMBING_RISE: Fraction = 0.25;
const CLIMBING_RISE_BYTES: Bytes = 8 * MIB;
const CLIMBING_PART: Fraction = 0.5;
/** Once they stand, which is when it matters; between two imports they stand for a tick, and the savings are not for that. */
const STANDING_TIME: Milliseconds = 100;
const STANDING_RISE: Fraction = 0.02;
const STANDING_RISE_BYTES: Bytes = MIB;
const STANDING: Bytes = MIB / 8;

export class FileBudget {
  readonly #begin: Milliseconds;
  /** By process: at the last reading, and at the last tick. */
  readonly #read = new Map<number, Bytes>();
  readonly #seen = new Map<number, Bytes>();
  /** When they moved last. */
  readonly #moved = new Map<number, Milliseconds>();
  /** The last reading was on the way up: what came after it is worth another, however little. */
  readonly #climbing = new Set<number>();
  #spent: Milliseconds = 0;

  constructor(now: Milliseconds) {
    this.#begin = now;
  }

  /** To be asked at each tick. `files`: pages of files that process `index` has resident. */
  isDue(now: Milliseconds, index: number, files: Bytes): boolean {
    const before = this.#seen.get(index) ?? 0;
    this.#seen.set(index, files);
    const isStanding = Math.abs(files - before) <= STANDING;
    if (!isStanding) this.#moved.set(index, now);
    const balance = OPENING_BALANCE + SHARE * (now - this.#begin);
    if (this.#spent >= balance) return false;
    const last = this.#read.get(index) ?? 0;
    const rise = files - last;
    const little = Math.max(STANDING_RISE_BYTES, STANDING_RISE * last);
    if (now - (this.#moved.get(index) ?? now) >= STANDING_TIME) {
      const isDue = rise >= (this.#climbing.has(index) ? 1 : little);
      if (isDue) this.#climbing.delete(index);
      return isDue;
    }
    const least = isStanding ? little : Math.max(CLIMBING_RISE_BYTES, CLIMBING_RISE * last);
    const isDue = rise >= least && this.#spent < CLIMBING_PART * balance;
    if (isDue) this.#climbing.add(index);
    return isDue;
  }

  noteReading(index: number, files: Bytes, cost: Milliseconds): void {
    this.#read.set(index, files);
    this.#spent += cost;
  }
}
