// Instances that start at random and repeat their cycles: how high they stand together, by drawing their phases many times.
import type { Bytes } from '#base/units.ts';
import type { Part } from './joint.ts';
import { PhaseStream } from './random.ts';

export interface Draws {
  /** Largest joint memory of each draw, within one cycle of the longest run. */
  readonly peaks: Float64Array;
  /** Of each draw, the share of steps above the limit. */
  readonly over: Float64Array;
}

export interface Simulation {
  readonly limit: Bytes;
  readonly draws: number;
  readonly seed: number;
}

const MOST_DRAWS = 10_000;
const FEWEST_DRAWS = 400;
/** Additions in one simulation: some tenths of a second. */
const WORK = 100e6;

/** As many draws as can be afforded where one is that many additions (steps times instances), and no more than asked for. */
export function drawsFor(additions: number, most: number = MOST_DRAWS): number {
  return Math.min(most, Math.max(FEWEST_DRAWS, Math.floor(WORK / Math.max(1, additions))));
}

export function simulateJoint(parts: readonly Part[], { limit, draws, seed }: Simulation): Draws {
  const joint = new Joint(parts);
  const peaks = new Float64Array(draws);
  const over = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    joint.draw(seed, draw);
    const { sum } = joint;
    let peak = 0;
    let above = 0;
    for (let step = 0; step < sum.length; step++) {
      if (sum[step]! > peak) peak = sum[step]!;
      if (sum[step]! > limit) above++;
    }
    peaks[draw] = peak;
    over[draw] = above / sum.length;
  }
  return { peaks, over };
}

/**
 * Of each draw, how many instances of parts[which] fit under the limit beside all others, whose number is as given. -1 where
 * the others alone pass it; never more than `most`.
 */
export function simulateCounts(
  parts: readonly Part[],
  which: number,
  most: number,
  { limit, draws, seed }: Simulation,
): Int32Array {
  const joint = new Joint(parts, which);
  const counts = new Int32Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    joint.draw(seed, draw);
    let count = joint.exceeds(limit) ? -1 : 0;
    if (count === 0) while (count < most && joint.addOne(limit)) count++;
    counts[draw] = count;
  }
  return counts;
}

interface Tiled {
  readonly run: number;
  readonly count: number;
  readonly sharing: number;
  /** Steps of the cycle. */
  readonly cycle: number;
  /** Cycles end to end, long enough for the window from any phase. */
  readonly own: Float64Array;
  readonly files: Float64Array;
}

/** Buffers of one draw, used again for the next. */
class Joint {
  readonly sum: Float64Array;
  readonly #shared: Float64Array;
  readonly #tiles: readonly Tiled[];
  /** The part that is added one by one, its sharers last, so that #shared is still theirs. */
  readonly #open: Tiled | undefined;
  readonly #phases = new PhaseStream();
  readonly #openPhases = new PhaseStream();

  constructor(parts: readonly Part[], which = -1) {
    const window = parts.reduce((longest, part) => Math.max(longest, part.grid.own.length), 1);
    this.sum = new Float64Array(window);
    this.#shared = new Float64Array(window);
    const tiles = parts.map((part, run) => tile(part, run, window));
    this.#open = tiles[which];
    const last = this.#open?.sharing;
    this.#tiles = tiles
      .filter((one) => one !== this.#open)
      .sort((a, b) => Number(a.sharing === last) - Number(b.sharing === last) || a.sharing - b.sharing);
  }

  /** All instances at new phases. */
  draw(seed: number, draw: number): void {
    this.sum.fill(0);
    this.#shared.fill(0);
    let sharing = this.#tiles[0]?.sharing;
    for (const one of this.#tiles) {
      if (one.sharing !== sharing) this.#closeSharing();
      sharing = one.sharing;
      this.#phases.seed(seed, draw, one.run);
      for (let n = 0; n < one.count; n++) this.#add(one, this.#phases.below(one.cycle));
    }
    if (this.#open === undefined || sharing !== this.#open.sharing) this.#closeSharing();
    if (this.#open) this.#openPhases.seed(seed, draw, this.#open.run);
  }

  /** One more instance of the open part; false where they exceed the limit with it. */
  addOne(limit: Bytes): boolean {
    const open = this.#open!;
    this.#add(open, this.#openPhases.below(open.cycle));
    return !this.exceeds(limit);
  }

  exceeds(limit: Bytes): boolean {
    const { sum } = this;
    const shared = this.#shared;
    for (let step = 0; step < sum.length; step++) if (sum[step]! + shared[step]! > limit) return true;
    return false;
  }

  // The hot loop: instances times steps times draws.
  #add({ own, files }: Tiled, phase: number): void {
    const { sum } = this;
    const shared = this.#shared;
    for (let step = 0; step < sum.length; step++) {
      sum[step]! += own[step + phase]!;
      if (files[step + phase]! > shared[step]!) shared[step] = files[step + phase]!;
    }
  }

  #closeSharing(): void {
    for (let step = 0; step < this.sum.length; step++) this.sum[step]! += this.#shared[step]!;
    this.#shared.fill(0);
  }
}

function tile({ grid, count, sharing }: Part, run: number, window: number): Tiled {
  const cycle = grid.own.length;
  const own = new Float64Array(window + cycle);
  const files = new Float64Array(window + cycle);
  for (let step = 0; step < own.length; step++) {
    own[step] = grid.own[step % cycle]!;
    files[step] = grid.total[step % cycle]! - grid.own[step % cycle]!;
  }
  return { run, count, sharing, cycle, own, files };
}
