// The account of a process at a moment: every page of its resident memory in one row, each row measured by its own means. Where
// several are told from one reading (what an allocator has alive, and what it holds free), the reading is of its pages and
// the part alive is the allocator's own exact count.
import type { Bytes } from '#base/units.ts';
import type { IndexIntoMoments, IndexIntoProcesses, Profile } from '#profile/types.ts';
import { liveRowsOf, untouchedAt } from './account-live.ts';

/** Private memory of one process, in bytes. */
export interface PrivateAccount {
  /** Python objects up to 512 bytes. */
  readonly pythonSmall: Bytes;
  /** Blocks over 512 bytes that were asked of Python's allocators: sampled, and taken off `native`. */
  readonly pythonLarge: Bytes;
  /** Blocks of malloc's that are alive, with what it adds to them, as far as touched. */
  readonly native: Bytes;
  /** Anonymous mappings that the program and its libraries made. */
  readonly mapped: Bytes;
  /** Pages of Python's arenas in no object. */
  readonly pythonFree: Bytes;
  /** Pages of malloc's heaps in no block. */
  readonly nativeFree: Bytes;
  /** Variables and relocations of the interpreter and libraries. */
  readonly data: Bytes;
  readonly stacks: Bytes;
  /** highwater's own. */
  readonly agent: Bytes;
  /** Anonymous memory that nobody claims. */
  readonly other: Bytes;
}

/** What blocks below a megabyte, whose pages are not measured one by one, lack in a usual program. */
const SMALL_BLOCKS: Bytes = 2 ** 20;

export const PRIVATE_ROWS = [
  'pythonSmall',
  'pythonLarge',
  'native',
  'mapped',
  'pythonFree',
  'nativeFree',
  'data',
  'stacks',
  'agent',
  'other',
] as const satisfies readonly (keyof PrivateAccount)[];

/** The row of AreaTable that tells most about a time: the last at or before it, else the first after; -1 = none. */
function findAreas({ areas }: Profile, process: IndexIntoProcesses, time: number): number {
  let found = -1;
  for (let row = 0; row < areas.length; row++) {
    if (areas.process[row] !== process) continue;
    if (found < 0 || areas.time[row]! <= time) found = row;
  }
  return found;
}

/**
 * The account at a time of one process, or null where its agent told nothing. What is alive is counted as near to that time as
 * it ever was (at the moment itself, for a peak; at the row `reading` of ActivityTable, where one is named); what is held free,
 * and the rest, is of the nearest look before.
 */
export function accountAt(
  profile: Profile,
  process: IndexIntoProcesses,
  time: number,
  moment: IndexIntoMoments,
  reading = -1,
): PrivateAccount | null {
  const row = findAreas(profile, process, time);
  if (row < 0 || Number.isNaN(profile.areas.mallocLive[row]!)) return null;
  const { areas } = profile;
  const isThen = areas.time[row] === time;
  const rows = liveRowsOf(profile, process, moment);
  const untouched = areas.blocksReserved[row]! - areas.blocks[row]! + areas.untouched[row]!;
  const { mallocLive, pythonLive, pythonHeld } = countedAt(profile, row, time, moment, reading);
  const malloc = mallocLive - (isThen ? untouched : untouchedSince(untouched, untouchedAt(profile, process, moment)));
  const pythonLarge = Math.min(rows.pythonLarge, Math.max(0, malloc));
  return {
    pythonSmall: firstNumber(pythonLive, areas.arenas[row]!),
    pythonLarge,
    native: malloc - pythonLarge,
    mapped: isThen ? areas.mapped[row]! : Math.max(rows.mapped, areas.mapped[row]!),
    pythonFree: Math.max(0, firstNumber(pythonHeld, areas.arenas[row]! - areas.pythonLive[row]!, 0)),
    nativeFree: Math.max(0, areas.heaps[row]! + areas.blocks[row]! - (areas.mallocLive[row]! - untouched)),
    data: areas.data[row]!,
    stacks: areas.stacks[row]!,
    agent: areas.agent[row]!,
    other: areas.other[row]!,
  };
}

interface Counted {
  mallocLive: Bytes;
  pythonLive: Bytes;
  pythonHeld: Bytes;
}

/** The allocators' count at the moment or reading, else their last at or before the time, else that of the look. */
function countedAt(profile: Profile, look: number, time: number, moment: IndexIntoMoments, reading: number): Counted {
  const { activity, areas, moments } = profile;
  const counted = { mallocLive: areas.mallocLive[look]!, pythonLive: areas.pythonLive[look]!, pythonHeld: Number.NaN };
  for (let row = 0; row < activity.length && activity.time[row]! <= time; row++) {
    if (activity.process[row] === areas.process[look] && activity.time[row]! >= areas.time[look]!) {
      takeCounts(counted, activity, row);
    }
  }
  if (reading >= 0) takeCounts(counted, activity, reading);
  if (moment >= 0) {
    takeCounts(counted, moments, moment);
    counted.pythonHeld = moments.pythonHeld[moment]!;
  }
  return counted;
}

function takeCounts(
  to: Counted,
  { mallocLive, pythonLive }: Profile['activity'] | Profile['moments'],
  row: number,
): void {
  if (!Number.isNaN(mallocLive[row]!)) to.mallocLive = mallocLive[row]!;
  if (!Number.isNaN(pythonLive[row]!)) to.pythonLive = pythonLive[row]!;
}

/** Large blocks that were not touched at a look may be by now, as lines tell; what smaller ones lack is of the look. */
function untouchedSince(atLook: Bytes, ofLines: Bytes): Bytes {
  return Math.max(ofLines, Math.min(atLook, SMALL_BLOCKS));
}

function firstNumber(...values: number[]): number {
  return values.find((value) => !Number.isNaN(value)) ?? Number.NaN;
}
