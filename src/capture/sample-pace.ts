// How long the sampler sleeps between two ticks. Ticks are paid from an account that fills at a small share of a core: while
// memory moves and there is money, they come as often as was asked; while it stands still they are rare, which saves for
// later. The account opens with enough for a dense first second, so that a short program has a timeline too. Beside that,
// the room left in the log must last, however long the run.
import type { Bytes, Fraction, Milliseconds } from '#base/units.ts';
import { LOG_ROOM, ROW_LIMIT } from './sample-log-write.ts';

const CPU_SHARE: Fraction = 0.0055;
const OPENING_BALANCE: Milliseconds = 40;
const SAVINGS: Milliseconds = 100;
const QUICK_START: Milliseconds = 1000;
const QUICK_INTERVAL: Milliseconds = 10;
/** While nothing moves, ticks cost this part of what they may. */
const QUIET_SHARE: Fraction = 0.7;
/** A debt is paid back by sleeping this much longer. */
const DEBT_FACTOR = 1.25;
/** However much a tick costs, a timeline needs some points. A filling log may slow it further. */
const COST_CEILING: Milliseconds = 250;
/** A tick's cost and growth are averaged over about the last ten. */
const SMOOTHING: Fraction = 0.1;
/** The larger, the earlier a filling log slows it, and the less steeply: the interval grows as time to the 1 + 1/CARE. */
const CARE = 4;

export interface TickFigures {
  /** Since the first tick. */
  readonly elapsed: Milliseconds;
  /** CPU time, the waking up included. */
  readonly cost: Milliseconds;
  /** Whether resident memory or the number of processes changed since the tick before. */
  readonly isMoving: boolean;
  readonly logBytes: Bytes;
  readonly logRows: number;
}

export class Pace {
  readonly #asked: Milliseconds;
  #balance = OPENING_BALANCE;
  #settledAt: Milliseconds = 0;
  #cost: Milliseconds = 0;
  #used: Fraction = 0;
  #growth: Fraction = 0;

  constructor(asked: Milliseconds) {
    this.#asked = Math.max(1, asked);
  }

  /** Time until the next tick. */
  nextInterval(tick: TickFigures): Milliseconds {
    this.#cost += (tick.cost - this.#cost) * (this.#cost === 0 ? 1 : SMOOTHING);
    this.#balance += (tick.elapsed - this.#settledAt) * CPU_SHARE - tick.cost;
    this.#balance = Math.min(this.#balance, SAVINGS);
    this.#settledAt = tick.elapsed;
    return Math.max(this.#affordable(tick), this.#lasting(tick));
  }

  #affordable({ elapsed, isMoving }: TickFigures): Milliseconds {
    const isQuick = elapsed < QUICK_START;
    const asked = isQuick ? Math.min(QUICK_INTERVAL, this.#asked) : this.#asked;
    if ((isMoving || isQuick) && this.#balance > this.#cost) return asked;
    const share = isMoving ? CPU_SHARE : CPU_SHARE * QUIET_SHARE;
    const steady = (this.#cost / share) * (this.#balance < 0 ? DEBT_FACTOR : 1);
    return Math.max(asked, Math.min(steady, COST_CEILING));
  }

  /**
   * Let u be the used share of the log. As long as it grows no faster than (1 - u) / (CARE t), what is left shrinks as
   * t to the -1/CARE and never ends, however long the run.
   */
  #lasting({ elapsed, logBytes, logRows }: TickFigures): Milliseconds {
    const used = Math.max(logBytes / LOG_ROOM, logRows / ROW_LIMIT);
    this.#growth += (used - this.#used - this.#growth) * SMOOTHING;
    this.#used = used;
    return used < 1 ? (CARE * this.#growth * elapsed) / (1 - used) : elapsed;
  }
}
