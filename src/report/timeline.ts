// Memory over time, thinned for drawing: of neighbouring readings the largest stays, so that peaks never go missing.
import { computeTicks } from '#analysis/ticks.ts';
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';

export interface Point {
  readonly time: Milliseconds;
  readonly bytes: Bytes;
}

/** Resident memory of one process, from both of its readers, in order of time. */
export function residentOverTime(profile: Profile, process: number): Point[] {
  const points: Point[] = [];
  for (const table of [profile.samples, profile.activity]) {
    for (let row = 0; row < table.length; row++) {
      if (table.process[row] === process && !Number.isNaN(table.rss[row]!)) {
        points.push({ time: table.time[row]!, bytes: table.rss[row]! });
      }
    }
  }
  return points.sort((a, b) => a.time - b.time);
}

/** Sum of PSS of all processes at the ticks where it was read. */
export function pssOverTime(profile: Profile): Point[] {
  return computeTicks(profile)
    .filter((tick) => !Number.isNaN(tick.pss))
    .map((tick) => ({ time: tick.time, bytes: tick.pss }));
}

/** At most `most` items in their order: of each run of neighbours the one with the largest value. */
export function thinOut<T>(items: readonly T[], most: number, sizeOf: (item: T) => number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => {
    const first = Math.floor((i * items.length) / most);
    const end = Math.floor(((i + 1) * items.length) / most);
    let best = first;
    for (let at = first + 1; at < end; at++) {
      const value = sizeOf(items[at]!);
      if (value > sizeOf(items[best]!) || Number.isNaN(sizeOf(items[best]!))) best = at;
    }
    return items[best]!;
  });
}
