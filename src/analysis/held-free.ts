// What allocators held free at the peak, and which of their settings gives such memory back. Which setting helps how much is
// measured in docs/benchmarks.md.
import type { Bytes } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import type { Overview } from './overview.ts';
import { trimmableAt, trimmableOfAll } from './trimmable.ts';

export interface HeldFree {
  /** 'trim': malloc keeps it at the top of its heaps or between blocks; 'arenas': in heaps of many threads; 'python': in
   * Python's arenas, beside objects that live. */
  readonly kind: 'trim' | 'arenas' | 'python';
  readonly bytes: Bytes;
  /** Of the process at the peak, where they make the difference; else 0. */
  readonly threads: number;
  /** That hold it. */
  readonly processes: number;
  /** Of malloc's: what malloc_trim(0) would have given back; null where that is not known. */
  readonly trimmable: Bytes | null;
}

/** Below these nobody's model fails to fit for it. */
const LEAST: Bytes = 8 * 2 ** 20;
const LEAST_SHARE = 0.05;
/** glibc gives the first threads heaps of their own, up to eight a core. */
const MANY_THREADS = 4;

/** Largest first; empty where it is little, not known, or where malloc is not glibc's. */
export function findHeldFree(
  profile: Profile,
  overview: Pick<Overview, 'peak' | 'account' | 'tree' | 'mainProcess'>,
): HeldFree[] {
  const { peak, account, tree, mainProcess } = overview;
  if (!peak || !account) return [];
  const least = Math.max(LEAST, LEAST_SHARE * peak.bytes);
  const found: HeldFree[] = [];
  const processes = peak.processes;
  const { libc, allocators } = profile.meta.environment;
  if (account.nativeFree >= least && /glibc/i.test(libc) && allocators.length === 0) {
    const threads = threadsAt(profile, mainProcess, peak.time);
    const isMany = threads >= MANY_THREADS;
    const trimmable = tree
      ? trimmableOfAll(profile, tree.mallocFree, peak.time)
      : trimmableAt(profile, mainProcess, peak.time, account.nativeFree);
    const kind = isMany ? 'arenas' : 'trim';
    found.push({ kind, bytes: account.nativeFree, threads: isMany ? threads : 0, processes, trimmable });
  }
  if (account.pythonFree >= least)
    found.push({ kind: 'python', bytes: account.pythonFree, threads: 0, processes, trimmable: null });
  return found.sort((a, b) => b.bytes - a.bytes);
}

/** The most threads that were seen until then. */
export function threadsAt({ samples }: Profile, process: number, time: number): number {
  let most = 0;
  for (let row = 0; row < samples.length; row++) {
    if (samples.process[row] === process && samples.time[row]! <= time) most = Math.max(most, samples.threads[row]!);
  }
  return most;
}
