// How near the run came to what it was allowed.
import type { Bytes, Fraction } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import type { Peak } from './peak.ts';

export interface Headroom {
  /** The tightest bound that applied. */
  readonly limit: Bytes;
  readonly source: 'cgroup' | 'machine' | 'address space limit';
  /** Peak as a share of the limit. */
  readonly used: Fraction;
  /** Processes that the kernel killed in the cgroup for lack of memory during the run. */
  readonly oomKills: number;
}

export function findHeadroom(profile: Profile, peak: Peak | null): Headroom {
  const { environment, cgroup } = profile.meta;
  const bounds: [Bytes | null, Headroom['source']][] = [
    [environment.machineMemory, 'machine'],
    [cgroup?.limit ?? null, 'cgroup'],
    [environment.limits.addressSpace, 'address space limit'],
  ];
  let limit = Number.POSITIVE_INFINITY;
  let source: Headroom['source'] = 'machine';
  for (const [bound, name] of bounds) {
    if (bound !== null && bound < limit) {
      limit = bound;
      source = name;
    }
  }
  return { limit, source, used: peak ? peak.bytes / limit : Number.NaN, oomKills: cgroup?.oomKills ?? 0 };
}
