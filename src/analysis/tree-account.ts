// The account of several processes at the moment when they stood highest together, in PSS: the kernel's own division of
// pages that processes share. Private rows are those of each process, as far as they count there: what a forked child still has
// in common with its parent counts in each as far as the kernel says.
import type { Bytes, Fraction, Milliseconds } from '#base/units.ts';
import { type IndexIntoMoments, type IndexIntoProcesses, MOMENT_KIND, type Profile } from '#profile/types.ts';
import { type AccountAt, accountThen, PRIVATE_ROWS, type PrivateAccount } from './account.ts';
import { liveRowsOf } from './account-live.ts';
import { forkedRows } from './forked-rows.ts';
import { findMoment } from './peak.ts';
import type { Tick } from './ticks.ts';

export interface TreeAccount {
  readonly rows: PrivateAccount;
  /** Address space of each process, added up: it is not divided where processes share pages. */
  readonly reserved: PrivateAccount;
  /** Of the rows, told from how memory changed between two looks. */
  readonly between: Bytes;
  /** Private memory of processes that no agent was in. */
  readonly untraced: Bytes;
  readonly files: Bytes;
  readonly shared: Bytes;
  /** What malloc held free in each process that had any. */
  readonly mallocFree: readonly MallocFree[];
  /** Of a process's mappings, the part that counts there. */
  readonly mappedShare: (process: IndexIntoProcesses) => Fraction;
}

export interface MallocFree {
  readonly process: IndexIntoProcesses;
  /** Its own pages, and the part of them that PSS counts in it: the rest counts in those that it shares them with. */
  readonly bytes: Bytes;
  readonly share: number;
}

/** Readings that differ by no more from the kernel's, and are no further from it, are of the same state. */
const SAME_BYTES: Bytes = 2 ** 20;
const SAME_SHARE = 0.02;
const REACH: Milliseconds = 250;

/** At the peak of all processes together; null as below. */
export function treeAccountAt(profile: Profile, tick: Tick): TreeAccount | null {
  return treeAccountOf(profile, tick, findMoment(profile, MOMENT_KIND.treePeak, -1));
}

/** `tick` has PSS. `moment`: whose live table tells large Python blocks; -1 = none.
 * null where the kernel did not say which part of PSS is of files (before Linux 5.3), or no agent told anything. */
export function treeAccountOf(profile: Profile, tick: Tick, moment: IndexIntoMoments): TreeAccount | null {
  const { samples } = profile;
  const { time } = tick;
  const [rows, reserved] = [noBytes(), noBytes()];
  const sums = { untraced: 0, files: 0, shared: 0, between: 0 };
  const mallocFree: MallocFree[] = [];
  /** By process, part of malloc's blocks that Python asked for. */
  const ofPython = new Map<IndexIntoProcesses, number>();
  const mapped = new Map<IndexIntoProcesses, Fraction>();
  let told = 0;
  for (let row = tick.first; row < tick.end; row++) {
    const [pss, file, shmem] = [samples.pss[row]!, samples.pssFile[row]!, samples.pssShmem[row]!];
    if (pss === 0) continue; // it was ending
    if (Number.isNaN(file + shmem)) return null;
    sums.files += file;
    sums.shared += shmem;
    const process = samples.process[row]!;
    const own = pss - file - shmem;
    // PSS and RSS are two readings, and memory may have risen in between.
    const anon = Math.max(own, samples.anon[row]!);
    const member = accountThen(profile, process, {
      ...countsAt(profile, process, time, samples.rss[row]!),
      time,
      moment,
      anon,
    });
    if (!member) sums.untraced += own;
    if (!member || !(own > 0)) continue;
    told++;
    const share = own / anon;
    const counted = countedRows(profile, process, member, { own, anon, moment, ofPython });
    for (const id of PRIVATE_ROWS) {
      rows[id] += counted.rows[id];
      reserved[id] += counted.reserved[id];
    }
    mapped.set(process, member.rows.mapped > 0 ? counted.rows.mapped / member.rows.mapped : 1);
    const { nativeFree } = member.rows;
    if (nativeFree > 0) mallocFree.push({ process, bytes: nativeFree, share: counted.rows.nativeFree / nativeFree });
    sums.between += member.between * share;
  }
  const mappedShare = (process: IndexIntoProcesses) => mapped.get(process) ?? 0;
  return told === 0 ? null : { rows, reserved, ...sums, mallocFree, mappedShare };
}

interface Counting {
  readonly own: Bytes;
  readonly anon: Bytes;
  readonly moment: IndexIntoMoments;
  readonly ofPython: Map<IndexIntoProcesses, number>;
}

/** The rows of one process as far as PSS counts them there, and its address space. */
function countedRows(
  profile: Profile,
  process: IndexIntoProcesses,
  { rows, reserved }: AccountAt,
  { own, anon, moment, ofPython }: Counting,
): Pick<AccountAt, 'rows' | 'reserved'> {
  const { processes } = profile;
  const note = ({ pythonLarge, native }: PrivateAccount) =>
    ofPython.set(process, pythonLarge + native > 0 ? pythonLarge / (pythonLarge + native) : 0);
  if (moment < 0 || !(processes.inherited[process]! > 0)) {
    note(rows);
    const all = PRIVATE_ROWS.map((id) => [id, (rows[id] * own) / anon]);
    return { rows: Object.fromEntries(all) as Record<keyof PrivateAccount, Bytes>, reserved };
  }
  const ofParent = ofPython.get(processes.parent[process]!) ?? 0;
  const forked = forkedRows(rows, liveRowsOf(profile, process, moment), { pss: own, anon, ofPython: ofParent });
  const { all } = forked.pythonLarge;
  note({ ...rows, pythonLarge: rows.pythonLarge + all, native: rows.native - all });
  return {
    rows: forked.rows,
    reserved: { ...reserved, pythonLarge: reserved.pythonLarge + all, native: reserved.native - all },
  };
}

function noBytes(): Record<keyof PrivateAccount, Bytes> {
  return Object.fromEntries(PRIVATE_ROWS.map((id) => [id, 0])) as Record<keyof PrivateAccount, Bytes>;
}

/** What the allocators had alive, by the agent's reading at which the process held as much as the kernel says; else not known. */
export function countsAt({ activity }: Profile, process: IndexIntoProcesses, time: Milliseconds, rss: Bytes) {
  let found = -1;
  let least = Math.max(SAME_BYTES, SAME_SHARE * rss);
  const last = lastReading(activity, process, time);
  for (let row = 0; row < activity.length; row++) {
    const distance = Math.abs(activity.rss[row]! - rss);
    if (activity.process[row] !== process) continue;
    // A program that allocates nothing is not read: the last reading stands until the next.
    if (row !== last && Math.abs(activity.time[row]! - time) > REACH) continue;
    if (distance > least || Number.isNaN(activity.mallocLive[row]!)) continue;
    least = distance;
    found = row;
  }
  const of = (column: Float64Array) => (found < 0 ? Number.NaN : column[found]!);
  const { mallocLive, pythonLive, heapGrown } = activity;
  return { mallocLive: of(mallocLive), pythonLive: of(pythonLive), pythonHeld: Number.NaN, heapGrown: of(heapGrown) };
}

/** At or before a time, with the allocators counted; -1 = none. */
function lastReading(activity: Profile['activity'], process: IndexIntoProcesses, time: Milliseconds): number {
  let last = -1;
  for (let row = 0; row < activity.length && activity.time[row]! <= time; row++) {
    if (activity.process[row] === process && !Number.isNaN(activity.mallocLive[row]!)) last = row;
  }
  return last;
}
