// The agent's own readings of resident memory over time, with what ran. However long the run, only so many are kept: two
// neighbours become one, the one with more memory, so that no peak is lost.
import { F64Column, I32Column } from '#base/columns.ts';
import type { Bytes, Milliseconds } from '#base/units.ts';

const MOST_ROWS = 20_000;

/** A row of ActivityTable, but for its process. */
export interface Reading {
  readonly time: Milliseconds;
  readonly rss: Bytes;
  readonly stack: number;
  readonly thread: number;
  readonly mallocLive: Bytes;
  readonly pythonLive: Bytes;
  readonly heapGrown: Bytes;
}

function newColumns() {
  return {
    time: new F64Column(),
    rss: new F64Column(),
    stack: new I32Column(),
    thread: new I32Column(),
    mallocLive: new F64Column(),
    pythonLive: new F64Column(),
    heapGrown: new F64Column(),
  };
}

export class Activity {
  #columns = newColumns();

  get length(): number {
    return this.#columns.time.length;
  }

  at(row: number): Reading {
    const { time, rss, stack, thread, mallocLive, pythonLive, heapGrown } = this.#columns;
    return {
      time: time.at(row),
      rss: rss.at(row),
      stack: stack.at(row),
      thread: thread.at(row),
      mallocLive: mallocLive.at(row),
      pythonLive: pythonLive.at(row),
      heapGrown: heapGrown.at(row),
    };
  }

  add(reading: Reading): void {
    if (this.length === 2 * MOST_ROWS) this.#halve();
    const to = this.#columns;
    to.time.push(reading.time);
    to.rss.push(reading.rss);
    to.stack.push(reading.stack);
    to.thread.push(reading.thread);
    to.mallocLive.push(reading.mallocLive);
    to.pythonLive.push(reading.pythonLive);
    to.heapGrown.push(reading.heapGrown);
  }

  #halve(): void {
    const kept = Array.from({ length: this.length >> 1 }, (_, i) => {
      const [one, other] = [this.at(2 * i), this.at(2 * i + 1)];
      return other.rss > one.rss ? other : one;
    });
    this.#columns = newColumns();
    for (const reading of kept) this.add(reading);
  }
}
