// The account of a process at a moment: every page of its resident memory in one row, each row measured by its own means. Where
// several are told from one reading (what an allocator has alive, and what it holds free), the reading is of its pages and
// the part alive is the allocator's own exact count.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoMoments, IndexIntoProcesses, Profile } from '#profile/types.ts';
import { type LiveRows, liveRowsOf, type Untouched, untouchedAt } from './account-live.ts';
import { reservedOf } from './account-reserved.ts';
import { lookAt, type Pages, pagesBetween, pagesOfLook, sumOfPages } from './pages-between.ts';

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

export interface AccountAt {
  readonly rows: PrivateAccount;
  /** Address space by the same rows: what is set aside for them, with memory behind it or not. Nowhere less than `rows`. */
  readonly reserved: PrivateAccount;
  /** No look was taken at that very moment: so much of it is told from how memory changed between two. */
  readonly between: Bytes;
}

/** Which figures of the kernel and of the allocators hold for the moment of an account; NaN where they were not read. */
export interface Then {
  readonly time: Milliseconds;
  /** The moment whose live table tells large Python blocks; -1 = none. */
  readonly moment: IndexIntoMoments;
  /** Private memory of the process, by the kernel. */
  readonly anon: Bytes;
  readonly mallocLive: Bytes;
  readonly pythonLive: Bytes;
  readonly pythonHeld: Bytes;
  readonly heapGrown: Bytes;
}

/** The account at the moment of a process's peak, or null where its agent told nothing. */
export function accountAt(
  profile: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  moment: IndexIntoMoments,
): AccountAt | null {
  const { moments } = profile;
  const of = (column: Float64Array) => (moment < 0 ? Number.NaN : column[moment]!);
  return accountThen(profile, process, {
    time,
    moment,
    anon: Math.max(0, of(moments.resident) - of(moments.shared)), // two readings: shared may have grown in between
    mallocLive: of(moments.mallocLive),
    pythonLive: of(moments.pythonLive),
    pythonHeld: of(moments.pythonHeld),
    heapGrown: of(moments.heapGrown),
  });
}

/**
 * Pages are those of a look at just that time, else of the looks around it, held to the kernel's figure. What allocators have
 * alive is their own exact count, where it was read then; the rest of their pages they hold free.
 */
export function accountThen(profile: Profile, process: IndexIntoProcesses, then: Then): AccountAt | null {
  const { areas } = profile;
  const look = lookAt(profile, process, then.time);
  if (look < 0) return null;
  const isThen = areas.time[look] === then.time;
  const told = isThen || Number.isNaN(then.anon) ? null : pagesBetween(profile, process, then.time, then.anon);
  const lines = liveRowsOf(profile, process, then.moment);
  const seen = told?.pages ?? pagesOfLook(profile, look);
  const ofLines = untouchedAt(profile, process, then.moment);
  const untouched = isThen || then.moment < 0 ? untouchedOfLook(seen, ofLines) : ofLines;
  const counted = { malloc: then.mallocLive - untouched.all, python: then.pythonLive };
  const alive = told && isAbove(seen, then) ? atLeast(counted, lines) : counted;
  const pages = told ? balanced(withRisen(seen, then, alive, lines, untouched), alive) : seen;
  const malloc = within(firstNumber(alive.malloc, pages.malloc), pages.heaps + pages.blocks);
  const python = within(firstNumber(alive.python, pages.python, notCounted(pages, lines, then)), pages.arenas);
  const pythonLarge = Math.min(lines.pythonLarge, malloc);
  const { mapped, data, stacks, agent, other } = pages;
  const rows = {
    pythonSmall: python,
    pythonLarge,
    native: malloc - pythonLarge,
    mapped,
    pythonFree: pages.arenas - python,
    nativeFree: pages.heaps + pages.blocks - malloc,
    data,
    stacks,
    agent,
    other,
  };
  return { rows, reserved: reservedOf(rows, pages, untouched), between: told?.between ?? 0 };
}

/** A look does not tell who asked for a block. */
function untouchedOfLook({ untouched }: Pages, ofLines: Untouched): Untouched {
  return { all: untouched, pythonLarge: Math.min(untouched, ofLines.pythonLarge) };
}

/** Python's objects are multiples of 8 bytes from 24 on, and lie in steps of 16: 24 bytes take 32, others less more. */
const MOST_ROUNDED = 4 / 3;

/** Where the arenas' objects were not counted: all of the pages, but no more than lines can hold. */
function notCounted(pages: Pages, lines: LiveRows, { moment }: Then): Bytes {
  return moment < 0 || lines.pythonSmall === 0
    ? pages.arenas
    : Math.min(pages.arenas, lines.pythonSmall * MOST_ROUNDED);
}

interface Alive {
  readonly malloc: Bytes;
  readonly python: Bytes;
}

function isAbove(pages: Pages, { anon }: Then): boolean {
  return anon > sumOfPages(pages) + 1; // a byte is what adding up in another order may make
}

/** Memory may have risen after the allocators were counted last; lines are of the moment itself. */
function atLeast({ malloc, python }: Alive, lines: LiveRows): Alive {
  const larger = (counted: Bytes, told: Bytes) => (Number.isNaN(counted) ? told : Math.max(counted, told));
  // Lines tell what Python's objects asked for, not what they take: no count, but a least.
  return { malloc: larger(malloc, lines.native + lines.pythonLarge), python: Math.max(python, lines.pythonSmall) };
}

/**
 * Where memory stood higher than at any look, it rose by what was touched since then of blocks that lines know as touched, and by
 * what is alive beyond the pages of the look, by the allocators' count or else by lines. Malloc's first heap
 * rises with its end, whatever is alive in there. What is left then stays unexplained.
 */
function withRisen(pages: Pages, then: Then, alive: Alive, lines: LiveRows, untouched: Untouched): Pages {
  let lacking = then.anon - sumOfPages(pages);
  const take = (bytes: Bytes): Bytes => {
    const risen = Number.isNaN(bytes) ? 0 : within(bytes, Math.max(0, lacking));
    lacking -= risen;
    return risen;
  };
  const touched = take(pages.untouched - untouched.all);
  const blocks = touched + take(alive.malloc - pages.heaps - pages.blocks - touched);
  const arenas = take(firstNumber(alive.python + then.pythonHeld, alive.python, lines.pythonSmall) - pages.arenas);
  const mapped = take(lines.mapped - pages.mapped);
  const heaps = take(then.heapGrown - pages.heapGrown - blocks);
  return {
    ...pages,
    blocks: pages.blocks + blocks,
    heaps: pages.heaps + heaps,
    arenas: pages.arenas + arenas,
    mapped: pages.mapped + mapped,
    malloc: pages.malloc + blocks,
    python: pages.python + arenas,
  };
}

/** What one allocator has alive beyond its pages lies on pages that stand with the other, and that nothing is alive on there. */
function balanced(pages: Pages, alive: Alive): Pages {
  if (Number.isNaN(alive.malloc + alive.python)) return pages;
  const ofMalloc = pages.heaps + pages.blocks - alive.malloc;
  const ofPython = pages.arenas - alive.python;
  // Positive: from malloc's to Python's.
  const moved = ofPython < 0 ? within(-ofPython, Math.max(0, ofMalloc)) : -within(-ofMalloc, Math.max(0, ofPython));
  const fromBlocks = Math.min(moved, pages.blocks);
  return {
    ...pages,
    blocks: pages.blocks - fromBlocks,
    heaps: pages.heaps - (moved - fromBlocks),
    arenas: pages.arenas + moved,
  };
}

function within(bytes: Bytes, most: Bytes): Bytes {
  return Math.min(Math.max(0, bytes), most);
}

function firstNumber(...values: number[]): number {
  return values.find((value) => !Number.isNaN(value)) ?? Number.NaN;
}
