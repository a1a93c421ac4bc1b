// The heap's own high-water mark: the most that was alive at once in blocks of malloc and of Python's allocator. What the program
// asks for is the same from run to run even where threads make it chance what malloc keeps free between the blocks.
import type { Bytes } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import { isHeap, residentOf } from './domains.ts';
import { hasLifetimes, totalByEdge } from './lifetimes.ts';

/** Of several processes their sum, each at its own moment. */
export interface HeapPeak {
  /** By the allocators' exact counts, with memory behind the blocks or not, at the readings of the agent; NaN = no count. */
  readonly counted: Bytes;
  /** By records of blocks, as far as they are resident, at the ends of intervals; NaN = no lifetimes. */
  readonly seen: Bytes;
}

export function computeHeapPeak(profile: Profile, process?: IndexIntoProcesses): HeapPeak {
  const { processes, lifetimes } = profile;
  const counted = new Float64Array(processes.length);
  for (const table of [profile.activity, profile.areas]) {
    for (let row = 0; row < table.length; row++) {
      // Python's objects are not counted in every process; those without are in all of its readings.
      const alive = table.mallocLive[row]! + (table.pythonLive[row]! || 0);
      if (alive > counted[table.process[row]!]!) counted[table.process[row]!] = alive;
    }
  }
  const wanted = process === undefined ? [...processes.pid.keys()] : [process];
  const sum = wanted.reduce((bytes, one) => bytes + counted[one]!, 0);
  const seenIn = (one: IndexIntoProcesses) =>
    totalByEdge(profile, (row) =>
      isHeap(lifetimes.domain[row]!) && lifetimes.process[row] === one ? residentOf(lifetimes, row) : 0,
    ).reduce((most, bytes) => Math.max(most, bytes), 0);
  const seen = hasLifetimes(profile) ? wanted.reduce((bytes, one) => bytes + seenIn(one), 0) : Number.NaN;
  return { counted: sum > 0 ? sum : Number.NaN, seen };
}
