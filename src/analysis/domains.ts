// Which domains count as live memory, and with what. Heap and anonymous mappings count as far as there is memory behind
// them; address space beyond that is "reserved" and stands in a figure of its own. Mapped files are the kernel's to count.
import type { Bytes } from '#base/units.ts';
import { DOMAIN, type LiveTable } from '#profile/types.ts';
import type { Tally } from './tally.ts';

export type Family = 'python' | 'native' | 'mapped' | 'mappedFile';

export const FAMILIES: readonly Family[] = ['python', 'native', 'mapped', 'mappedFile'];

/** What each family is called in reports. */
export const FAMILY_TITLES: Readonly<Record<Family, string>> = {
  python: 'small Python objects',
  native: 'malloc',
  mapped: 'anonymous mappings',
  mappedFile: 'mapped files (reserved)',
};

export function familyOf(domain: number): Family {
  switch (domain) {
    case DOMAIN.python:
      return 'python';
    case DOMAIN.mmap:
    case DOMAIN.mmapShared:
      return 'mapped';
    case DOMAIN.mmapFile:
      return 'mappedFile';
    default:
      return 'native';
  }
}

/** Asked of an allocator, not of the kernel. */
export function isHeap(domain: number): boolean {
  return familyOf(domain) === 'python' || familyOf(domain) === 'native';
}

/** What live figures are made of. */
export function isLiveMemory(domain: number): boolean {
  return domain !== DOMAIN.mmapFile;
}

/** Columns that rows of what was alive and of lifetimes have in common. */
type HeldRows = Pick<LiveTable, 'domain' | 'bytes' | 'exactBytes' | 'blocks' | 'samples' | 'variance' | 'resident'>;

/** Bytes of a live row that have memory behind them, as far as that was measured. */
export function residentOf(live: Pick<HeldRows, 'domain' | 'bytes' | 'resident'>, row: number): Bytes {
  const resident = live.resident[row]!;
  if (!Number.isNaN(resident)) return resident;
  return isHeap(live.domain[row]!) ? live.bytes[row]! : 0;
}

/** Adds a live row to a tally, as far as it is resident: what was never touched is part of its exact bytes. */
export function addLiveRow(tally: Tally, live: HeldRows, row: number): void {
  const resident = residentOf(live, row);
  const untouched = live.bytes[row]! - resident;
  const exact = Math.max(0, live.exactBytes[row]! - untouched);
  // What the exact part cannot give up shrinks the sampled part, and its scatter with it.
  const sampled = live.bytes[row]! - live.exactBytes[row]!;
  const scale = sampled > 0 ? (resident - exact) / sampled : 1;
  tally.add(resident, exact, live.blocks[row]!, live.samples[row]!, live.variance[row]! * scale * scale);
}
