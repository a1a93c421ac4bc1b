// What malloc_trim(0) would have given back of the memory that malloc held free: the agent adds up whole pages in free chunks, at
// looks where there are many. It is a share of what is free, and holds for moments at which about as much was free.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import { pagesOfLook } from './pages-between.ts';

/** Free memory of a look may differ from that of the moment by so much of it. */
const MOST_DIFFERENCE = 1 / 4;

/**
 * Of `free` bytes that malloc held free in a process at a time. null: the agent could not tell, or there were several processes,
 * whose memory is told in shares.
 */
export function trimmableAt(
  profile: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  free: Bytes,
): Bytes | null {
  const { areas } = profile;
  let nearest = -1;
  for (let row = 0; row < areas.length; row++) {
    if (areas.process[row] !== process) return null;
    const isLike = Math.abs(freeAt(profile, row) - free) <= MOST_DIFFERENCE * free; // not where it is NaN
    if (!isLike || Number.isNaN(areas.trimmable[row]!)) continue;
    const distance = (of: number) => Math.abs(areas.time[of]! - time);
    if (nearest < 0 || distance(row) <= distance(nearest)) nearest = row;
  }
  return nearest < 0 ? null : free * Math.min(1, areas.trimmable[nearest]! / freeAt(profile, nearest));
}

function freeAt(profile: Profile, row: number): Bytes {
  const { heaps, blocks, malloc } = pagesOfLook(profile, row);
  return heaps + blocks - malloc;
}
