// The account at any moment of a run, not only at its peak: the kernel's reading that is nearest in time, divided into rows as
// the looks around it tell.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import { accountThen } from './account.ts';
import { accountedParts, type CompositionPart, plainPart, treeParts } from './composition.ts';
import type { Tick } from './ticks.ts';
import { countsAt, treeAccountOf } from './tree-account.ts';

export interface AccountThen {
  /** When the kernel was read. */
  readonly time: Milliseconds;
  /** RSS of the process, or PSS of all. */
  readonly total: Bytes;
  /** They add up to the total, the unexplained among them; no lines are known of that moment, so `live` rows are not there. */
  readonly parts: readonly CompositionPart[];
}

/** Of one process; null where it was not sampled, or its agent told nothing. */
export function accountOfProcess(
  profile: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
): AccountThen | null {
  const { samples } = profile;
  let row = -1;
  for (let at = 0; at < samples.length; at++) {
    if (samples.process[at] !== process || Number.isNaN(samples.anon[at]!)) continue;
    if (row < 0 || Math.abs(samples.time[at]! - time) < Math.abs(samples.time[row]! - time)) row = at;
  }
  if (row < 0) return null;
  const then = { time: samples.time[row]!, moment: -1, anon: samples.anon[row]! };
  const counts = countsAt(profile, process, then.time, samples.rss[row]!);
  const account = accountThen(profile, process, { ...then, ...counts });
  if (!account) return null;
  const parts = accountedParts(account.rows, account.reserved);
  parts.push(plainPart('files', samples.file[row]!), plainPart('shared', samples.shmem[row]!));
  return withRest(then.time, samples.rss[row]!, parts);
}

/** Of all processes together, at the tick with PSS that is nearest; null where there is none. */
export function accountOfAll(profile: Profile, ticks: readonly Tick[], time: Milliseconds): AccountThen | null {
  let nearest: Tick | undefined;
  for (const tick of ticks) {
    if (Number.isNaN(tick.pss)) continue;
    if (!nearest || Math.abs(tick.time - time) < Math.abs(nearest.time - time)) nearest = tick;
  }
  const account = nearest && treeAccountOf(profile, nearest, -1);
  if (!nearest || !account) return null;
  return withRest(nearest.time, nearest.pss, [...accountedParts(account.rows, null), ...treeParts(account)]);
}

function withRest(time: Milliseconds, total: Bytes, parts: readonly CompositionPart[]): AccountThen {
  const known = parts.reduce((sum, part) => sum + part.bytes, 0);
  return { time, total, parts: [...parts, plainPart('unexplained', total - known)] };
}
