// What lines hold at a moment, as rows of an account: sampled, but of just that moment.
import type { Bytes } from '#base/units.ts';
import { DOMAIN, type IndexIntoMoments, type IndexIntoProcesses, type Profile } from '#profile/types.ts';
import type { PrivateAccount } from './account.ts';
import { isHeap, residentOf } from './domains.ts';

export type LiveRows = Pick<PrivateAccount, 'pythonSmall' | 'pythonLarge' | 'native' | 'mapped'>;

export const ROW_OF_DOMAIN: Readonly<Record<number, keyof LiveRows>> = {
  [DOMAIN.python]: 'pythonSmall',
  [DOMAIN.bigPython]: 'pythonLarge',
  [DOMAIN.malloc]: 'native',
  [DOMAIN.calloc]: 'native',
  [DOMAIN.mmap]: 'mapped',
};

/** Asked of malloc and never touched: large blocks only. */
export interface Untouched {
  readonly all: Bytes;
  /** Of them, asked by way of Python's allocators. */
  readonly pythonLarge: Bytes;
}

export function untouchedAt({ live }: Profile, process: IndexIntoProcesses, moment: IndexIntoMoments): Untouched {
  const untouched = { all: 0, pythonLarge: 0 };
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || live.process[row] !== process || !isHeap(live.domain[row]!)) continue;
    const bytes = live.bytes[row]! - residentOf(live, row);
    untouched.all += bytes;
    if (live.domain[row] === DOMAIN.bigPython) untouched.pythonLarge += bytes;
  }
  return untouched;
}

export function liveRowsOf({ live }: Profile, process: IndexIntoProcesses, moment: IndexIntoMoments): LiveRows {
  const rows: Record<keyof LiveRows, Bytes> = { pythonSmall: 0, pythonLarge: 0, native: 0, mapped: 0 };
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || live.process[row] !== process) continue;
    const id = ROW_OF_DOMAIN[live.domain[row]!];
    if (id) rows[id] += residentOf(live, row);
  }
  return rows;
}
