// Requests for memory that came to nothing (a MemoryError, as a rule): who asked, for how much, and what stood against it.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoFrames, IndexIntoProcesses, Profile } from '#profile/types.ts';
import { lineOfStack } from './line-of-stack.ts';
import type { Ownership } from './ownership.ts';

export interface FailedRequest {
  readonly process: IndexIntoProcesses;
  readonly time: Milliseconds;
  /** The user's line that asked; -1 = not known. */
  readonly frame: IndexIntoFrames;
  readonly bytes: Bytes;
  /** Resident memory of the process then. */
  readonly resident: Bytes;
  readonly cause: FailureCause;
}

/**
 * What is bounded, how much of it there was, and the bound. 'machine': more was asked for than the machine has. 'unknown': no
 * limit that is known explains it (rules of overcommit, the number of mappings, a limit of the container's on such).
 */
export type FailureCause =
  | { readonly kind: 'address space' | 'data'; readonly held: Bytes; readonly limit: Bytes }
  | { readonly kind: 'machine'; readonly limit: Bytes }
  | { readonly kind: 'unknown' };

/** In order of time. */
export function findFailedRequests(profile: Profile, ownership: Ownership): FailedRequest[] {
  const { failed } = profile;
  return Array.from({ length: failed.length }, (_, row) => ({
    process: failed.process[row]!,
    time: failed.time[row]!,
    frame: lineOfStack(profile, ownership, 'user', failed.stack[row]!).frame,
    bytes: failed.bytes[row]!,
    resident: failed.resident[row]!,
    cause: causeOf(profile, row),
  }));
}

/** An allocator asks the kernel for more than it was asked for: an arena of threads, a heap that grows by steps. */
const ROUNDING: Bytes = 2 ** 20;

function causeOf({ failed, meta }: Profile, row: number): FailureCause {
  const bytes = failed.bytes[row]!;
  const bounds = [
    { kind: 'address space', held: failed.addressSpace[row]!, limit: failed.addressSpaceLimit[row]! },
    { kind: 'data', held: failed.data[row]!, limit: failed.dataLimit[row]! },
  ] as const;
  const met = bounds.find(({ held, limit }) => held + bytes + ROUNDING > limit);
  if (met) return met;
  const { machineMemory } = meta.environment;
  return bytes > machineMemory ? { kind: 'machine', limit: machineMemory } : { kind: 'unknown' };
}
