// The account of several processes at the moment when they stood highest together, in PSS: the kernel's own division of
// pages that processes share. Private rows are those of each process, scaled to its share: what a forked child still has in
// common with its parent counts in each as far as the kernel says.
import type { Bytes, Milliseconds } from '#base/units.ts';
import { MOMENT_KIND, type Profile } from '#profile/types.ts';
import { accountAt, PRIVATE_ROWS, type PrivateAccount } from './account.ts';
import { liveRowsOf } from './account-live.ts';
import { findMoment } from './peak.ts';
import { computeTicks } from './ticks.ts';

export interface TreeAccount {
  readonly rows: PrivateAccount;
  /** Private memory of processes that no agent was in. */
  readonly untraced: Bytes;
  readonly files: Bytes;
  readonly shared: Bytes;
}

/** Readings that differ by no more from the kernel's, and are no further from it, are of the same state. */
const SAME_BYTES: Bytes = 2 ** 20;
const SAME_SHARE = 0.02;
const REACH: Milliseconds = 250;

/** null where the kernel did not say which part of PSS is of files (before Linux 5.3), or no agent told anything. */
export function treeAccountAt(profile: Profile, time: number): TreeAccount | null {
  const tick = computeTicks(profile).find((one) => one.time === time && !Number.isNaN(one.pss));
  if (!tick) return null;
  const { samples } = profile;
  const moment = findMoment(profile, MOMENT_KIND.treePeak, -1);
  const rows = Object.fromEntries(PRIVATE_ROWS.map((id) => [id, 0])) as Record<keyof PrivateAccount, Bytes>;
  const sums = { untraced: 0, files: 0, shared: 0 };
  let told = 0;
  for (let row = tick.first; row < tick.end; row++) {
    const [pss, file, shmem] = [samples.pss[row]!, samples.pssFile[row]!, samples.pssShmem[row]!];
    if (pss === 0) continue; // it was ending
    if (Number.isNaN(file + shmem)) return null;
    sums.files += file;
    sums.shared += shmem;
    const process = samples.process[row]!;
    const account = memberAccountAt(profile, process, time, moment, samples.rss[row]!);
    if (account) told++;
    else sums.untraced += pss - file - shmem;
    const share = Math.min(1, (pss - file - shmem) / samples.anon[row]!);
    if (account && share > 0) for (const id of PRIVATE_ROWS) rows[id] += account[id] * share;
  }
  return told === 0 ? null : { rows, ...sums };
}

/**
 * The agent's readings stand between the kernel's: the one at which the process held as much as then tells what was alive.
 * Where there is none, the process was on its way, and lines tell it: large blocks exactly, small ones as far as sampled.
 */
function memberAccountAt(
  profile: Profile,
  process: number,
  time: number,
  moment: number,
  rss: Bytes,
): PrivateAccount | null {
  const reading = findReading(profile, process, time, rss);
  const account = accountAt(profile, process, time, moment, reading);
  if (!account || reading >= 0) return account;
  const rows = liveRowsOf(profile, process, moment);
  return { ...account, ...rows, native: rows.native + profile.processes.inherited[process]! };
}

/** -1 = none within reach, or none with as much memory. */
function findReading({ activity }: Profile, process: number, time: number, rss: Bytes): number {
  let found = -1;
  let least = Math.max(SAME_BYTES, SAME_SHARE * rss);
  for (let row = 0; row < activity.length; row++) {
    const distance = Math.abs(activity.rss[row]! - rss);
    if (activity.process[row] !== process || Math.abs(activity.time[row]! - time) > REACH) continue;
    if (distance > least || Number.isNaN(activity.mallocLive[row]!)) continue;
    least = distance;
    found = row;
  }
  return found;
}
