// What a run held at most at moments when its resident memory stood as high as at its peak, within what runs differ by. At which
// of such moments a run is caught is chance, above all where allocators keep what is freed and memory stays up; what each line
// held at most at all of them is the same from run to run.
import type { Bytes } from '#base/units.ts';
import type { LifetimeTable, Profile } from '#profile/types.ts';
import { addLiveRow, isLiveMemory, residentOf } from './domains.ts';
import type { Estimate } from './interval.ts';
import { hasLifetimes, lastEdgeOf, timeOf } from './lifetimes.ts';
import { keyOfLine, type LinePlace, placeOfStack } from './lines.ts';
import type { Overview } from './overview.ts';
import { samplingMean, Tally } from './tally.ts';
import { computeTicks } from './ticks.ts';

/** How many threads are at one line at once is chance, and of blocks that they hold some more or less. */
const MORE_BLOCKS = 3;

/** What something held at most near the peak: at moments that were as high for certain, and that may have been. */
export interface MostHeld {
  readonly sure: Estimate;
  readonly possible: Estimate;
}

export interface HeldNearPeak {
  /** undefined: not known. */
  ofLine(row: LinePlace): MostHeld | undefined;
  ofDomains(domains: readonly number[]): MostHeld | undefined;
  /** The least that blocks of these domains held at moments that may have been as high. */
  leastOfDomains(domains: readonly number[]): Bytes | undefined;
}

export interface Nearness {
  /** As high as the peak are moments at which no more than this is lacking; may have been, no more than that. */
  readonly sure: Bytes;
  readonly possible: Bytes;
}

const NOT_KNOWN: HeldNearPeak = {
  ofLine: () => undefined,
  ofDomains: () => undefined,
  leastOfDomains: () => undefined,
};

export function heldNearPeak(profile: Profile, overview: Overview, lacking: Nearness): HeldNearPeak {
  const { peak } = overview;
  if (!peak || peak.moment < 0 || !hasLifetimes(profile)) return NOT_KNOWN;
  const resident = residentByEdge(profile, overview);
  const sure = resident.map((bytes) => Number(bytes >= peak.bytes - lacking.sure));
  const possible = resident.map((bytes) => Number(bytes >= peak.bytes - lacking.possible));
  const sweep = new Sweep(profile, peak.unit === 'VmHWM' ? overview.mainProcess : undefined, sure, possible);
  const lines = rowsByLine(profile, overview);
  const found = new Map<string, MostHeld>();
  return {
    ofLine: (row) => {
      const key = keyOfLine(row);
      if (!found.has(key)) found.set(key, sweep.mostOf(lines.get(key) ?? []));
      return found.get(key);
    },
    ofDomains: (domains) => sweep.mostOf(rowsOf(profile.lifetimes, domains)),
    leastOfDomains: (domains) => sweep.leastOf(rowsOf(profile.lifetimes, domains)),
  };
}

/** The larger of the readings before and after each edge: of the process of the peak, or of all together, as far as of PSS. */
function residentByEdge(profile: Profile, { peak, mainProcess }: Overview): Float64Array {
  const readings: { readonly time: number; readonly bytes: Bytes }[] = [];
  if (peak!.unit === 'PSS') {
    const ticks = computeTicks(profile);
    const top = ticks.find((tick) => tick.time === peak!.time);
    // PSS is read rarely; between its readings the sum of RSS tells how near to the peak's a moment was.
    const scale = top && top.rss > 0 ? peak!.bytes / top.rss : 1;
    for (const { time, rss, pss } of ticks) readings.push({ time, bytes: Number.isNaN(pss) ? rss * scale : pss });
  } else {
    for (const table of [profile.samples, profile.activity]) {
      for (let row = 0; row < table.length; row++) {
        if (table.process[row] === mainProcess) readings.push({ time: table.time[row]!, bytes: table.rss[row]! });
      }
    }
    readings.sort((a, b) => a.time - b.time);
  }
  const last = peak!.unit === 'PSS' ? Number.POSITIVE_INFINITY : lastEdgeOf(profile)[mainProcess]!;
  let next = 0;
  return Float64Array.from({ length: profile.meta.intervals!.count + 1 }, (_, edge) => {
    const time = timeOf(profile, edge);
    while (next < readings.length && readings[next]!.time <= time) next++;
    return edge > last ? 0 : Math.max(readings[next - 1]?.bytes ?? 0, readings[next]?.bytes ?? 0);
  });
}

/** 1 for stacks of threads that the program started: their outermost call is Python's own, that runs a thread. */
function threadStacks({ stacks, frames, strings }: Profile): Uint8Array {
  const inThread = new Uint8Array(stacks.length);
  for (let stack = 0; stack < stacks.length; stack++) {
    const parent = stacks.parent[stack]!;
    if (parent >= 0) inThread[stack] = inThread[parent]!;
    else if (/(?:^|\/)threading\.py$/.test(strings[frames.file[stacks.frame[stack]!]!]!)) inThread[stack] = 1;
  }
  return inThread;
}

function rowsOf({ domain }: LifetimeTable, domains: readonly number[]): number[] {
  return [...domain.keys()].filter((row) => domains.includes(domain[row]!));
}

/** Rows of LifetimeTable by keyOfLine. */
function rowsByLine(profile: Profile, { ownership }: Overview): Map<string, number[]> {
  const { length, stack: stacks } = profile.lifetimes;
  const byStack = new Map<number, number[]>();
  const byLine = new Map<string, number[]>();
  for (let row = 0; row < length; row++) {
    const stack = stacks[row]!;
    if (!byStack.has(stack)) {
      const key = keyOfLine(placeOfStack(profile, ownership, 'user', stack));
      if (!byLine.has(key)) byLine.set(key, []);
      byStack.set(stack, byLine.get(key)!);
    }
    byStack.get(stack)!.push(row);
  }
  return byLine;
}

class Sweep {
  readonly #profile: Profile;
  readonly #process: number | undefined;
  readonly #sure: ArrayLike<number>;
  readonly #possible: ArrayLike<number>;
  readonly #last: Int32Array;
  readonly #mean: Bytes;
  readonly #inThread: Uint8Array;

  constructor(profile: Profile, process: number | undefined, sure: ArrayLike<number>, possible: ArrayLike<number>) {
    this.#profile = profile;
    this.#process = process;
    this.#sure = sure;
    this.#possible = possible;
    this.#last = lastEdgeOf(profile);
    this.#mean = samplingMean(profile, process);
    this.#inThread = threadStacks(profile);
  }

  /** Rows of LifetimeTable: the most of them together, and possibly some blocks of threads more where there are several. */
  mostOf(rows: readonly number[]): MostHeld {
    const wanted = this.#wanted(rows);
    const held = this.#heldByEdge(wanted);
    const most = (edges: ArrayLike<number>) => {
      let found = 0; // 0 = nothing at any
      for (let edge = 1; edge < held.length; edge++) if (edges[edge] && held[edge]! > held[found]!) found = edge;
      return this.#tallyOf(found === 0 ? [] : wanted.filter((row) => this.#isAlive(row, found)));
    };
    const possible = most(this.#possible);
    const more = possible.blocks >= 2 ? MORE_BLOCKS * this.#largestOfThreads(wanted) : 0;
    const estimate = possible.estimate();
    return { sure: most(this.#sure).estimate(), possible: { ...estimate, high: estimate.high + more } };
  }

  leastOf(rows: readonly number[]): Bytes | undefined {
    const held = this.#heldByEdge(this.#wanted(rows)).filter((_, edge) => edge > 0 && this.#possible[edge]);
    return held.length === 0 ? undefined : held.reduce((least, bytes) => Math.min(least, bytes));
  }

  #wanted(rows: readonly number[]): number[] {
    const { domain, process } = this.#profile.lifetimes;
    const isOf = (row: number) => this.#process === undefined || process[row] === this.#process;
    return rows.filter((row) => isLiveMemory(domain[row]!) && isOf(row));
  }

  #heldByEdge(rows: readonly number[]): Float64Array {
    const { lifetimes, meta } = this.#profile;
    const held = new Float64Array(meta.intervals!.count + 2);
    for (const row of rows) {
      const bytes = residentOf(lifetimes, row);
      const birth = lifetimes.birth[row]!;
      held[birth + 1]! += bytes;
      held[Math.max(birth, this.#endOf(row)) + 1]! -= bytes;
    }
    for (let edge = 1; edge < held.length; edge++) held[edge]! += held[edge - 1]!;
    return held.subarray(0, -1);
  }

  #largestOfThreads(rows: readonly number[]): Bytes {
    const { lifetimes } = this.#profile;
    const isOfThread = (row: number) => lifetimes.stack[row]! >= 0 && this.#inThread[lifetimes.stack[row]!] === 1;
    const sizeOf = (row: number) => residentOf(lifetimes, row) / Math.max(1, lifetimes.blocks[row]!);
    return rows.reduce((most, row) => (isOfThread(row) ? Math.max(most, sizeOf(row)) : most), 0);
  }

  #tallyOf(rows: readonly number[]): Tally {
    const tally = new Tally(this.#mean);
    for (const row of rows) addLiveRow(tally, this.#profile.lifetimes, row);
    return tally;
  }

  #endOf(row: number): number {
    const { death, process } = this.#profile.lifetimes;
    return death[row]! < 0 ? this.#last[process[row]!]! : death[row]!;
  }

  #isAlive(row: number, edge: number): boolean {
    return this.#profile.lifetimes.birth[row]! < edge && this.#endOf(row) >= edge;
  }
}
