// Pinned garbage in the report's words: what the memo kept alive until loading ended, by class and by whom it was for.
import type { PinnedGarbage, PinnedRow } from '../types.ts';
import type { PinnedPart } from './dissolve.ts';
import type { LoadModel } from './forecast.ts';

const MOST_ROWS = 50;

export function describePinned({ dissolved, size, timeline, pickle }: LoadModel): PinnedGarbage {
  const rows = dissolved.pinned.flatMap((part) => rowsOf(part, size.classes.names)).sort((a, b) => b.bytes - a.bytes);
  return {
    bytes: timeline.pinnedAtEnd,
    count: rows.reduce((sum, row) => sum + row.count, 0),
    memoSlots: pickle.memo.slots,
    memoBytes: 8 * pickle.memo.slots,
    rows: rows.slice(0, MOST_ROWS),
  };
}

function rowsOf({ owner, isState, tally }: PinnedPart, names: readonly string[]): PinnedRow[] {
  const ownerName = owner < 0 ? '' : names[owner]!;
  return tally
    .sums()
    .filter(({ bytes }) => bytes > 0)
    .map(({ id, count, bytes }) => ({
      name: names[id]!,
      count,
      bytes,
      owner: ownerName,
      why: whyPinned(ownerName, isState, names[id]!),
    }));
}

function whyPinned(owner: string, isState: boolean, name: string): string {
  if (owner === '') return `${name} that nothing keeps but the memo`;
  return isState
    ? `${name} in the state of ${owner}, which copied what it needs`
    : `${name} in the arguments that ${owner} was made from`;
}
