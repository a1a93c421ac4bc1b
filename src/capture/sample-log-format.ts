// The log of the sampler: what the kernel said about each process of the tree, over time. Append-only, so that whatever
// ended it (kill -9, a full disk) costs only its last entries.
//
//   header   "HWSAMPLE"  8 bytes
//            version     u32, little endian
//            root pid    u32
//            start       f64, CLOCK_MONOTONIC in ns; all times below are whole microseconds after it
//   entries  kind        1 byte
//            length      varint, bytes of the payload
//            payload     varints (see sample-varint.ts); text is its length and UTF-8
//
//   PROCESS    time, pid, parent pid, start ticks, image      the n-th such entry is process n
//   IMAGE      time, process, image                           after an exec or a change of title
//   LIBRARIES  process, count, path...                        known allocators, BLAS, OpenMP; all seen so far
//   ENDED      time, process                                  noticed to be gone
//   TICK       time since the last TICK, PSS span + 1 (0 = PSS not read), row count, row...
//   SYSTEM     time, usage + 1, cache + 1, available + 1      KiB; 0 = unknown
//   MACHINE, CGROUP   time, JSON                              facts; CGROUP repeatedly, ever more seldom
//   FILES      time, process, count, file...                  of which pages are resident; readings of one look at several
//                                                             processes bear one time
//   BARE       process                                        it runs Python, and was started without the agent
//   END        time, ticks, CPU microseconds                  the sampler was stopped in order
//
//   image      comm, command, executable
//   file       number of the path (0 = new: then the path follows; n = the n-th that was new; path "" = all that are not named),
//              1 for shared memory or 0, RSS, PSS and address space in KiB
//   row        processes skipped since the row before, mask, then for each bit of the mask from the lowest:
//              a signed difference to the same figure in this process's row before (at first: to 0).
//              rss, anon, file, shmem, swap, hwm (KiB, -1 = unknown), threads, minor faults, major faults
//              and for PSS_BIT: pss + 1, private + 1, of pss: files + 1, shmem + 1 (KiB, unsigned; 0 = unknown)
//              and for HUGE_BIT: of anon, in huge pages + 1 (KiB, unsigned; 0 = unknown; logs of before lack it)
//              and for POOL_BIT: pages of hugetlbfs (KiB, unsigned), where that is not what it was (at first: 0)
//
// An idle process costs about 8 bytes a tick. A last entry that is cut short is left out on reading; so is all that
// follows an entry that cannot be understood.
import type { MonotonicNs } from '#base/units.ts';

export const SAMPLE_LOG_VERSION = 1;
export const SAMPLE_LOG_MAGIC = 'HWSAMPLE';
export const HEADER_BYTES = 24;

export const ENTRY = {
  process: 1,
  image: 2,
  libraries: 3,
  ended: 4,
  tick: 5,
  system: 6,
  machine: 7,
  cgroup: 8,
  end: 9,
  bare: 10,
  /** Logs of before have it: path and RSS of each file. */
  filesOfBefore: 11,
  files: 12,
} as const;

/** Figures of a row, in the order of the mask's bits. */
export const ROW_FIELDS = 9;
export const PSS_BIT = 1 << ROW_FIELDS;
export const HUGE_BIT = 1 << (ROW_FIELDS + 1);
export const POOL_BIT = 1 << (ROW_FIELDS + 2);

/** Time as the log keeps it. */
export function microsecondsAfter(start: MonotonicNs, time: MonotonicNs): number {
  return Math.max(0, Math.round((time - start) / 1000));
}
