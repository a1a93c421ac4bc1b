// When to read PSS. A reading of the tree may take many milliseconds of CPU and holds the lock of each memory map in the
// meantime, so it is paid from accounts that fill at 0.3 % of a core together: one for readings now and then, one that
// saves up for moments at which resident memory stands higher than ever before. Where it stands so much higher that what was
// read so far says nothing about it, a reading is taken on credit.
import { type Bytes, type Fraction, GIB, MIB, type Milliseconds } from '#base/units.ts';

const REGULAR_SHARE: Fraction = 0.001;
const PEAK_SHARE: Fraction = 0.002;
/** Each account begins with this much, so that a tree that lives a second has a sum too. */
const OPENING_BALANCE: Milliseconds = 40;
/** At least this much can be saved up for a peak; more where one reading costs more. */
const PEAK_SAVINGS: Milliseconds = 100;
/** First guesses: 4 KiB pages cost about 11 ms per GiB, the rest about 0.1 ms a process. */
const COST_PER_BYTE: Milliseconds = 11 / GIB;
const COST_PER_PROCESS: Milliseconds = 0.1;
/** Shorter readings say nothing about the cost of long ones: waking up and opening files are most of it. */
const TELLING: Milliseconds = 2;
/** A new maximum counts from this rise on. */
const RISE: Fraction = 0.02;
const RISE_BYTES: Bytes = 4 * MIB;
/** ... and where memory has come to stand and much is saved, from this one on: the last reading may have come just before the top. */
const LAST: Fraction = 0.004;
const LAST_BYTES: Bytes = MIB;
const PLENTY = 4;
/** Growth per second below which memory has come to stand: the likeliest moment to be the peak. */
const STANDING: Fraction = 0.01;
/** What one reading can change in the opinion of what readings cost. */
const STEP = 2;
/**
 * Where several processes stand this much above the highest sum that was read, the peak would be told far too low: they are
 * read whatever is left. Sums that grow by this factor make readings whose costs do, so all the credit of a run is at most
 * LEAP / (LEAP - 1) = 5 times the cost of its dearest reading.
 */
const LEAP = 1.25;
/** What costs more waits for its savings: nothing else is sampled meanwhile, and the program may be kept waiting. */
const MOST_CREDIT: Milliseconds = 300;
/** On the way up a reading may take this part of the savings only, or none would be left for the top. */
const CLIMBING_PART: Fraction = 0.25;

export class PssBudget {
  #regular = OPENING_BALANCE;
  #peak = OPENING_BALANCE;
  #settledAt: Milliseconds;
  #askedAt: Milliseconds;
  #lastReading = Number.NEGATIVE_INFINITY;
  /** Largest sum at which PSS was read. */
  #maximum: Bytes = 0;
  #previous: Bytes = 0;
  /** RSS and faults at the last reading, and faults at the last question. */
  #readAt: Bytes = 0;
  #faulted: Bytes = 0;
  #asked: Bytes = 0;
  /** Measured cost against the guess, of the last reading that was long enough to tell. */
  #correction = 1;

  constructor(now: Milliseconds) {
    this.#settledAt = now;
    this.#askedAt = now;
  }

  /**
   * To be asked at each tick. `rss`: sum over the tree; `faulted`: minor faults of its processes so far, as bytes. A page
   * that was shared since a fork and is written to becomes a copy: PSS rises, RSS does not, and only the fault tells.
   */
  isDue(now: Milliseconds, processes: number, rss: Bytes, faulted: Bytes = 0): boolean {
    const seconds = (now - this.#askedAt) / 1000;
    const isStanding = rss <= this.#previous * (1 + STANDING * seconds);
    this.#askedAt = now;
    this.#previous = rss;
    if (processes === 0) return false;
    const cost = guessCost(processes, rss) * this.#correction;
    this.#settle(now, cost);
    const copied = processes === 1 ? 0 : faulted - this.#faulted - Math.max(0, rss - this.#readAt);
    const step = Math.max(RISE_BYTES, this.#maximum * RISE);
    const least = Math.max(LAST_BYTES, this.#maximum * LAST);
    const isLast = processes > 1 && isStanding && rss >= this.#maximum + least && this.#peak >= PLENTY * cost;
    const isRise = rss >= this.#maximum + step || copied >= step || isLast;
    this.#asked = faulted;
    if (now - this.#lastReading < spacingOf(processes, isRise)) return false;
    if (!isRise) return this.#regular >= cost;
    if (processes > 1 && isStanding && cost <= MOST_CREDIT && rss >= this.#maximum * LEAP) return true;
    return this.#peak * (isStanding ? 1 : CLIMBING_PART) + Math.max(0, this.#regular) >= cost;
  }

  noteReading(now: Milliseconds, processes: number, rss: Bytes, cost: Milliseconds): void {
    const guess = guessCost(processes, rss);
    if (guess >= TELLING) this.#correct(cost / guess);
    const fromRegular = Math.min(cost, Math.max(0, this.#regular));
    this.#regular -= fromRegular;
    this.#peak -= cost - fromRegular;
    this.#lastReading = now;
    this.#maximum = Math.max(this.#maximum, rss);
    this.#readAt = rss;
    this.#faulted = this.#asked;
  }

  /** Step by step: one reading that was interrupted must not make all later ones look too dear. */
  #correct(seen: number): void {
    const near = Math.min(this.#correction * STEP, Math.max(this.#correction / STEP, seen));
    this.#correction = Math.min(20, Math.max(0.05, near));
  }

  #settle(now: Milliseconds, cost: Milliseconds): void {
    const elapsed = now - this.#settledAt;
    this.#regular = Math.min(this.#regular + elapsed * REGULAR_SHARE, 2 * cost);
    this.#peak = Math.min(this.#peak + elapsed * PEAK_SHARE, Math.max(PEAK_SAVINGS, 4 * cost));
    this.#settledAt = now;
  }
}

function guessCost(processes: number, rss: Bytes): Milliseconds {
  return processes * COST_PER_PROCESS + rss * COST_PER_BYTE;
}

/** Least time between two readings. For a single process PSS says little that RSS does not. */
function spacingOf(processes: number, isRise: boolean): Milliseconds {
  if (processes === 1) return isRise ? 2000 : 10_000;
  return isRise ? 50 : 200;
}
