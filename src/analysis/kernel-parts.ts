// The kernel's own split of resident memory at a moment: anonymous, file-backed, shared memory.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoMoments, Profile } from '#profile/types.ts';

export interface KernelParts {
  readonly rss: Bytes;
  readonly anon: Bytes;
  readonly file: Bytes;
  readonly shmem: Bytes;
  readonly swap: Bytes;
  /** How far from the asked moment these were read. */
  readonly distance: Milliseconds;
}

/**
 * The reading of a process that is nearest in time; null where it was never sampled. Where the agent read the process at
 * that very moment, its figures lead, and only how shared pages divide into files and shared memory is the sampler's.
 */
export function findKernelParts(
  profile: Profile,
  process: number,
  time: Milliseconds,
  moment: IndexIntoMoments = -1,
): KernelParts | null {
  const { samples, moments } = profile;
  let best = -1;
  for (let row = 0; row < samples.length; row++) {
    if (samples.process[row] !== process) continue;
    if (best < 0 || Math.abs(samples.time[row]! - time) < Math.abs(samples.time[best]! - time)) best = row;
  }
  const shared = moment < 0 ? Number.NaN : moments.shared[moment]!;
  if (moment >= 0 && !Number.isNaN(shared) && !Number.isNaN(moments.resident[moment]!)) {
    const shmem = best < 0 ? 0 : Math.min(shared, samples.shmem[best]!);
    const rss = moments.resident[moment]!;
    const swap = best < 0 ? 0 : samples.swap[best]!;
    return { rss, anon: Math.max(0, rss - shared), file: shared - shmem, shmem, swap, distance: 0 };
  }
  if (best < 0) return null;
  return {
    rss: samples.rss[best]!,
    anon: samples.anon[best]!,
    file: samples.file[best]!,
    shmem: samples.shmem[best]!,
    swap: samples.swap[best]!,
    distance: Math.abs(samples.time[best]! - time),
  };
}
