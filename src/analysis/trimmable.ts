// What malloc_trim(0) would have given back of the memory that malloc held free: the agent adds up whole pages in free chunks, at
// looks where there are many. It is a share of what is free, and holds for moments at which about as much was free.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import { pagesOfLook } from './pages-between.ts';
import type { MallocFree } from './tree-account.ts';

/** Free memory of a look may differ from that of the moment by so much of it. */
const MOST_DIFFERENCE = 1 / 4;
/** Of several processes, where it is not known of more than this part of what they hold free, the sum says too little. */
const MOST_UNKNOWN = 1 / 4;

/** Of `free` bytes that malloc held free in a process at a time. null: the agent could not tell. */
export function trimmableAt(
  profile: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  free: Bytes,
): Bytes | null {
  const { areas } = profile;
  let nearest = -1;
  for (let row = 0; row < areas.length; row++) {
    if (areas.process[row] !== process) continue;
    const isLike = Math.abs(freeAt(profile, row) - free) <= MOST_DIFFERENCE * free; // not where it is NaN
    if (!isLike || Number.isNaN(areas.trimmable[row]!)) continue;
    const distance = (of: number) => Math.abs(areas.time[of]! - time);
    if (nearest < 0 || distance(row) <= distance(nearest)) nearest = row;
  }
  return nearest < 0 ? null : free * Math.min(1, areas.trimmable[nearest]! / freeAt(profile, nearest));
}

/** Of all processes together, in PSS: what is shared since a fork goes back only as far as one holds it alone. Never too much. */
export function trimmableOfAll(profile: Profile, free: readonly MallocFree[], time: Milliseconds): Bytes | null {
  let sum = 0;
  let unknown = 0;
  let all = 0;
  for (const { process, bytes, share } of free) {
    const own = trimmableAt(profile, process, time, bytes);
    all += bytes * share;
    if (own === null) unknown += bytes * share;
    else sum += own * share;
  }
  return unknown > MOST_UNKNOWN * all ? null : sum;
}

function freeAt(profile: Profile, row: number): Bytes {
  const { heaps, blocks, malloc } = pagesOfLook(profile, row);
  return heaps + blocks - malloc;
}
