// What the sampler costs, in CPU time. The process's clock is taken: the kernel brings it up to date for the caller at
// each reading, which it does not do for the clock of a single thread.
import type { Milliseconds } from '#base/units.ts';

export function readCpu(): Milliseconds {
  const usage = process.cpuUsage();
  return (usage.user + usage.system) / 1000;
}

/** Work of highwater that is not the sampler's falls between two ticks as well: so much is believed to be waking up. */
const WAKE_LIMIT: Milliseconds = 0.5;

/**
 * Cost of ticks with what the timer and the event loop need around them (on small virtual machines the larger part), as
 * seen from the end of one tick to the end of the next.
 */
export class TickCost {
  #begin = 0;
  #end: Milliseconds = readCpu();
  #total: Milliseconds = 0;

  /** Of all ticks so far. */
  get total(): Milliseconds {
    return this.#total;
  }

  begin(): void {
    this.#begin = readCpu();
  }

  /** Cost of the tick that began last. */
  end(): Milliseconds {
    const wake = Math.min(this.#begin - this.#end, WAKE_LIMIT);
    this.#end = readCpu();
    const cost = this.#end - this.#begin + wake;
    this.#total += cost;
    return cost;
  }
}
