// Wall time of imports, from the profile's rows of modules to sums over packages.
import type { Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, IndexIntoStacks, Profile } from '#profile/types.ts';

/** A time as far as it was seen: `low` is sure, and it took no longer than `high`. */
export interface TimeEstimate {
  readonly ms: Milliseconds;
  readonly low: Milliseconds;
  readonly high: Milliseconds;
}

export class TimeSum {
  ms = 0;
  low = 0;
  high = 0;

  add({ ms, low, high }: TimeEstimate): void {
    this.ms += ms;
    this.low += low;
    this.high += high;
  }

  subtract({ ms, low, high }: TimeEstimate): void {
    this.ms -= ms;
    this.low -= high;
    this.high -= low;
  }

  /** What rounding left, and bounds that are no news, are taken off. */
  estimate(): TimeEstimate {
    const ms = Math.max(0, this.ms);
    return { ms, low: Math.min(ms, Math.max(0, this.low)), high: Math.max(ms, this.high) };
  }
}

/** What a package, with all that it imported, or a module by itself takes. */
interface Timed {
  readonly package: TimedPackage;
  readonly module: { readonly time: TimeSum } | null;
}

interface TimedPackage {
  /** null for the root, which counts nothing. */
  readonly parent: TimedPackage | null;
  readonly time: TimeSum;
}

/**
 * Adds each row of one process where it counts, and takes it off the module that loaded it. False where nothing is known.
 */
export function addImportTimes(
  { imports }: Profile,
  process: IndexIntoProcesses,
  placeOf: (stack: IndexIntoStacks) => Timed,
): boolean {
  let isKnown = false;
  for (let row = 0; row < imports.length; row++) {
    if (imports.process[row] !== process) continue;
    isKnown = true;
    const time = { ms: imports.time[row]!, low: imports.timeLow[row]!, high: imports.timeHigh[row]! };
    const place = placeOf(imports.stack[row]!);
    const around = imports.parent[row]! < 0 ? null : placeOf(imports.stack[imports.parent[row]!]!);
    place.module?.time.add(time);
    around?.module?.time.subtract(time);
    const [inside, outside] = [chainOf(place.package), around ? chainOf(around.package) : []];
    for (const one of inside) if (!outside.includes(one)) one.time.add(time);
    for (const one of outside) if (!inside.includes(one)) one.time.subtract(time);
  }
  return isKnown;
}

function chainOf(from: TimedPackage): TimedPackage[] {
  const chain: TimedPackage[] = [];
  for (let at: TimedPackage = from; at.parent; at = at.parent) chain.push(at);
  return chain;
}
