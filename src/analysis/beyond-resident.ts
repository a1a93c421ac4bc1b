// Which parts of a peak were asked for, or have address space set aside, in another size than what was resident: only those are
// worth a reader's time.
import { type Bytes, type Fraction, MIB } from '#base/units.ts';
import type { CompositionPart } from './composition.ts';
import type { Estimate } from './interval.ts';

export interface BeyondResident {
  /** Null: about as much as was resident, or not known. */
  readonly requested: Estimate | null;
  /** NaN: likewise. */
  readonly reserved: Bytes;
}

const LEAST: Bytes = MIB;
const LEAST_SHARE: Fraction = 0.05;

/** `total`: the peak. */
export function beyondResident(part: CompositionPart, total: Bytes): BeyondResident {
  const least = Math.max(LEAST, LEAST_SHARE * total);
  const requested = isRequestTold(part, least) ? part.requested : null;
  // Of libraries a part is resident as a rule: it is told only of files that the program mapped itself.
  const isReservedTold = part.reserved - part.bytes >= least && (part.id !== 'files' || requested !== null);
  return { requested, reserved: isReservedTold ? part.reserved : Number.NaN };
}

function isRequestTold({ id, bytes, requested }: CompositionPart, least: Bytes): boolean {
  if (!requested?.certain) return false;
  const more = requested.bytes - bytes;
  // Most files and shared memory come by other ways than a request that was seen.
  if (id === 'files' || id === 'shared') return more >= least;
  return Math.abs(more) >= least + (requested.high - requested.low) / 2;
}
