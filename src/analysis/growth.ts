// What grew between two moments of a run: what is alive at the second and was not at the first, less what of the first is
// gone, by line of code.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, LiveTable, Profile } from '#profile/types.ts';
import { type AccountThen, accountOfAll, accountOfProcess } from './account-over-time.ts';
import { FAMILIES, type Family } from './domains.ts';
import { computeProcessGrowth, type ProcessGrowth } from './growth-processes.ts';
import { type Estimate, NOTHING } from './interval.ts';
import { type Edge, goneSince, liveSince, timeOf, withLive } from './lifetimes.ts';
import type { LineOfStack, LineRule } from './line-of-stack.ts';
import { computeLines, keyOfLine, type LineRow } from './lines.ts';
import type { Ownership } from './ownership.ts';
import { heapAt } from './processes.ts';
import { computeTicks, type Tick } from './ticks.ts';

export interface Growth {
  readonly from: Milliseconds;
  readonly to: Milliseconds;
  /** The two moments are told to this: what came and went within it is not seen. */
  readonly resolution: Milliseconds;
  /** The kernel's figure at the two, of the process, or PSS (else RSS) of all; NaN where it was not read near enough. */
  readonly resident: { readonly unit: 'RSS' | 'PSS'; readonly from: Bytes; readonly to: Bytes };
  /** Alive at `to` and not at `from`; alive at `from` and not at `to`. */
  readonly came: Estimate;
  readonly went: Estimate;
  /** What resident memory was for at the two moments; null where the kernel's reading and the agent's looks do not tell. */
  readonly account: { readonly from: AccountThen; readonly to: AccountThen } | null;
  /** By what came less what went, largest first. */
  readonly lines: readonly GrowthRow[];
  /** The same by process; empty where the run has one, or one was asked for. */
  readonly processes: readonly ProcessGrowth[];
}

export interface GrowthRow extends Pick<LineRow, 'file' | 'line' | 'func' | 'importing'> {
  readonly place: LineOfStack['place'];
  readonly came: Estimate;
  readonly went: Estimate;
  /** came - went. */
  readonly net: Bytes;
  /** Of `net`, by who gave the memory. */
  readonly parts: Readonly<Record<Family, Bytes>>;
  /** Blocks of `came`. */
  readonly blocks: number;
}

export interface GrowthOptions {
  readonly from: Edge;
  readonly to: Edge;
  readonly by: LineRule;
  /** Only this process; absent = all. */
  readonly process?: IndexIntoProcesses;
}

/** The moment of a profile that `withLive` gives. */
const ONLY = 0;

export function computeGrowth(profile: Profile, ownership: Ownership, options: GrowthOptions): Growth {
  const { from, to, by, process } = options;
  const isOfSeveral = process === undefined && profile.processes.length > 1;
  const side = (live: LiveTable) => {
    const derived = withLive(profile, live);
    const lines = computeLines(derived, ownership, { moment: ONLY, by, ...(process !== undefined && { process }) });
    return { live, lines, heap: heapAt(derived, ONLY, process) };
  };
  const came = side(liveSince(profile, from, to));
  const went = side(goneSince(profile, from, to));
  const [start, end] = [timeOf(profile, from), timeOf(profile, to)];
  const ticks = isOfSeveral ? computeTicks(profile) : null;
  return {
    from: start,
    to: end,
    resolution: profile.meta.intervals?.width ?? Number.NaN,
    resident: residentAt(ticks ? ofAll(ticks) : ofOne(profile, process ?? 0), start, end),
    account: accountBetween(profile, start, end, ticks ?? process ?? 0),
    came: came.heap,
    went: went.heap,
    lines: joinLines(came.lines, went.lines),
    processes: isOfSeveral ? computeProcessGrowth(profile, came.live, went.live) : [],
  };
}

function accountBetween(
  profile: Profile,
  start: Milliseconds,
  end: Milliseconds,
  of: readonly Tick[] | IndexIntoProcesses,
): Growth['account'] {
  const at = (time: Milliseconds) =>
    typeof of === 'number' ? accountOfProcess(profile, of, time) : accountOfAll(profile, of, time);
  const [from, to] = [at(start), at(end)];
  return from && to && from.time < to.time ? { from, to } : null;
}

function joinLines(came: readonly LineRow[], went: readonly LineRow[]): GrowthRow[] {
  const rows = new Map<string, { came?: LineRow; went?: LineRow }>();
  const at = (row: LineRow) => {
    const key = keyOfLine(row);
    if (!rows.has(key)) rows.set(key, {});
    return rows.get(key)!;
  };
  for (const row of came) at(row).came = row;
  for (const row of went) at(row).went = row;
  return [...rows.values()]
    .map(growthOf)
    .filter((row) => row.came.bytes > 0 || row.went.bytes > 0)
    .sort((a, b) => b.net - a.net);
}

function growthOf({ came, went }: { came?: LineRow; went?: LineRow }): GrowthRow {
  const { file, line, func, place, importing } = (came ?? went)!;
  const [inBytes, outBytes] = [came?.heap ?? NOTHING, went?.heap ?? NOTHING];
  const parts = Object.fromEntries(
    FAMILIES.map((family) => [family, (came?.parts[family] ?? 0) - (went?.parts[family] ?? 0)]),
  ) as Record<Family, Bytes>;
  return {
    file,
    line,
    func,
    place,
    importing,
    came: inBytes,
    went: outBytes,
    net: inBytes.bytes - outBytes.bytes,
    parts,
    blocks: came?.blocks ?? 0,
  };
}

function residentAt(readings: Readings, from: Milliseconds, to: Milliseconds): Growth['resident'] {
  return { unit: readings.unit, from: readingAt(readings, from), to: readingAt(readings, to) };
}

interface Readings {
  readonly unit: 'RSS' | 'PSS';
  readonly rows: readonly { readonly time: Milliseconds; readonly bytes: Bytes }[];
}

function ofAll(ticks: readonly Tick[]): Readings {
  const whole = ticks.filter((tick) => !Number.isNaN(tick.pss));
  const unit = whole.length >= 2 ? 'PSS' : 'RSS';
  const rows = unit === 'PSS' ? whole : ticks;
  return { unit, rows: rows.map((tick) => ({ time: tick.time, bytes: unit === 'PSS' ? tick.pss : tick.rss })) };
}

function ofOne({ samples, activity }: Profile, process: IndexIntoProcesses): Readings {
  const rows: { time: Milliseconds; bytes: Bytes }[] = [];
  for (const table of [samples, activity]) {
    for (let row = 0; row < table.length; row++) {
      if (table.process[row] === process) rows.push({ time: table.time[row]!, bytes: table.rss[row]! });
    }
  }
  return { unit: 'RSS', rows: rows.sort((a, b) => a.time - b.time) };
}

/** The reading nearest to a time; 0 before the first, for the program was not there yet. */
function readingAt({ rows }: Readings, time: Milliseconds): Bytes {
  if (rows.length === 0) return Number.NaN;
  if (time < rows[0]!.time) return 0;
  let low = 0; // rows[low] is at or before `time`, rows[high] after it
  let high = rows.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.time <= time) low = middle;
    else high = middle;
  }
  const isNext = high < rows.length && rows[high]!.time - time < time - rows[low]!.time;
  return rows[isNext ? high : low]!.bytes;
}
