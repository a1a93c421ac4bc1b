// What malloc_trim(0) would have given back of the memory that malloc held free: the agent adds up whole pages in free chunks, at
// looks where there are many. It is a share of what is free, and holds for moments at which about as much was free.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { AreaTable, IndexIntoProcesses, Profile } from '#profile/types.ts';

/** Free memory of a look may differ from that of the moment by so much of it. */
const MOST_DIFFERENCE = 1 / 4;

/**
 * Of `free` bytes that malloc held free in a process at a time. null: the agent could not tell, or there were several processes,
 * whose memory is told in shares.
 */
export function trimmableAt(
  { areas }: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  free: Bytes,
): Bytes | null {
  let nearest = -1;
  for (let row = 0; row < areas.length; row++) {
    if (areas.process[row] !== process) return null;
    const isLike = Math.abs(freeAt(areas, row) - free) <= MOST_DIFFERENCE * free; // not where it is NaN
    if (!isLike || Number.isNaN(areas.trimmable[row]!)) continue;
    const distance = (of: number) => Math.abs(areas.time[of]! - time);
    if (nearest < 0 || distance(row) <= distance(nearest)) nearest = row;
  }
  return nearest < 0 ? null : free * Math.min(1, areas.trimmable[nearest]! / freeAt(areas, nearest));
}

/** Pages of malloc's heaps that are in no block; the blocks' own untouched pages are none. */
function freeAt(areas: AreaTable, row: number): Bytes {
  return areas.heaps[row]! + areas.blocksReserved[row]! + areas.untouched[row]! - areas.mallocLive[row]!;
}
