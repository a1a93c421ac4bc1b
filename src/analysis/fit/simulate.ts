// Instances that start at random and repeat their cycles: how high they stand together, by drawing their phases many times.
import type { Bytes } from '#base/units.ts';
import { fillPools } from './file-pools.ts';
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
  /** Steps of the cycle. */
  readonly cycle: number;
  /** Cycles end to end, long enough for the window from any phase. */
  readonly own: Float64Array;
  readonly files: readonly { readonly pool: number; readonly bytes: Float64Array }[];
}

/** Buffers of one draw, used again for the next. */
class Joint {
  /** Own memory of all that were added, and of each pool the most that one of them has of it. */
  readonly sum: Float64Array;
  readonly #pools = new Map<number, Float64Array>();
  readonly #tiles: readonly Tiled[];
  /** The part that is added one by one. */
  readonly #open: Tiled | undefined;
  readonly #phases = new PhaseStream();
  readonly #openPhases = new PhaseStream();

  constructor(parts: readonly Part[], which = -1) {
    const window = parts.reduce((longest, part) => Math.max(longest, part.grid.own.length), 1);
    this.sum = new Float64Array(window);
    const tiles = parts.map((part, run) => tile(part, run, window));
    for (const { files } of tiles) for (const { pool } of files) this.#pools.set(pool, new Float64Array(window));
    this.#open = tiles[which];
    this.#tiles = tiles.filter((one) => one !== this.#open);
  }

  /** All instances at new phases. */
  draw(seed: number, draw: number): void {
    this.sum.fill(0);
    for (const pool of this.#pools.values()) pool.fill(0);
    for (const one of this.#tiles) {
      this.#phases.seed(seed, draw, one.run);
      for (let n = 0; n < one.count; n++) this.#add(one, this.#phases.below(one.cycle));
    }
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
    for (let step = 0; step < sum.length; step++) if (sum[step]! > limit) return true;
    return false;
  }

  // The hot loop: instances times pools times steps times draws.
  #add({ own, files }: Tiled, phase: number): void {
    const { sum } = this;
    for (let step = 0; step < sum.length; step++) sum[step]! += own[step + phase]!;
    for (const { pool, bytes } of files) {
      const filled = this.#pools.get(pool)!;
      for (let step = 0; step < sum.length; step++) {
        const more = bytes[step + phase]! - filled[step]!;
        if (more > 0) {
          filled[step]! += more;
          sum[step]! += more;
        }
      }
    }
  }
}

function tile({ grid, count, pools }: Part, run: number, window: number): Tiled {
  const cycle = grid.own.length;
  const length = window + cycle;
  const own = new Float64Array(length);
  const files = new Map<number, Float64Array>();
  for (let step = 0; step < length; step++) {
    const at = step % cycle;
    own[step] = grid.own[at]!;
    for (const [pool, bytes] of fillPools(pools, grid.total[at]! - grid.own[at]!)) {
      if (!files.has(pool)) files.set(pool, new Float64Array(length));
      files.get(pool)![step] = bytes;
    }
  }
  return { run, count, cycle, own, files: [...files].map(([pool, bytes]) => ({ pool, bytes })) };
}
