// When to ask of all processes at once which files they have resident. The peak of a tree is a sum of PSS that was read, so it
// is asked right after such a reading: when the sum stands about as high as ever, and the pages of files and of shared memory
// in it are others than at the last time. It is paid from an account of its own.
import { type Bytes, type Fraction, MIB, type Milliseconds } from '#base/units.ts';

const OPENING_BALANCE: Milliseconds = 300;
const SHARE: Fraction = 0.001;
/** Of the savings, what a reading may take while the sum still moves. */
const MOVING_PART: Fraction = 0.5;
/** Nearer to the highest sum than this is as good as there. */
const NEAR: Fraction = 0.02;
/** Between two readings of PSS: by less, and the pages of files stand. */
const STANDING: Fraction = 0.01;
const CHANGE: Fraction = 0.02;
const CHANGE_BYTES: Bytes = MIB;
/** Of the sum, since the last reading; and what such a reading may take of the savings, which are for files that are others. */
const HIGHER: Fraction = 0.05;
const HIGHER_PART: Fraction = 0.25;
/** First guess; a small Python takes 1 ms, one with PyTorch ten. */
const COST_OF_ONE: Milliseconds = 3;

/** Sums over all processes. */
export interface TreeReading {
  readonly processes: number;
  readonly pss: Bytes;
  readonly pssFile: Bytes;
  readonly pssShmem: Bytes;
}

export class TreeFilesBudget {
  readonly #begin: Milliseconds;
  #highest: Bytes = 0;
  #before: Bytes = Number.NaN;
  /** What the last reading of files found. */
  #read = { pss: 0, file: 0, shmem: 0 };
  #costOfOne = COST_OF_ONE;
  #spent: Milliseconds = 0;

  constructor(now: Milliseconds) {
    this.#begin = now;
  }

  /** To be asked whenever PSS was read. */
  isDue(now: Milliseconds, { processes, pss, pssFile, pssShmem }: TreeReading): boolean {
    const files = pssFile + pssShmem;
    const moved = Math.abs(files - this.#before);
    const isStanding = moved <= Math.max(CHANGE_BYTES, STANDING * files);
    this.#before = files;
    if (processes < 2 || !(pss >= this.#highest * (1 - NEAR))) return false;
    // Of pages that came to be shared while the sum was read, it may tell twice.
    this.#highest = Math.max(this.#highest, isStanding || Number.isNaN(moved) ? pss : pss - moved);
    const change = Math.abs(pssFile - this.#read.file) + Math.abs(pssShmem - this.#read.shmem);
    // More processes that map the same files do not change their pages, but their address space.
    const isHigher = isStanding && pss >= this.#read.pss * (1 + HIGHER);
    const isOther = change >= Math.max(CHANGE_BYTES, CHANGE * files);
    if (!isHigher && !isOther) return false;
    const savings = OPENING_BALANCE + SHARE * (now - this.#begin) - this.#spent;
    const part = !isOther ? HIGHER_PART : isStanding ? 1 : MOVING_PART;
    return processes * this.#costOfOne <= savings * part;
  }

  /** What it found: other than what the kernel counts, where processes came, went or faulted between one and the next. */
  noteReading({ pss, pssFile, pssShmem }: Omit<TreeReading, 'processes'>): void {
    this.#read = { pss, file: pssFile, shmem: pssShmem };
  }

  /** Of one process of it. */
  noteCost(cost: Milliseconds): void {
    this.#spent += cost;
    this.#costOfOne += (cost - this.#costOfOne) / 4;
  }
}
