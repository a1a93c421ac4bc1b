// What the sampler's log says once it is read: one table per kind of reading, a column per figure.
import { F64Column, I32Column } from '#base/columns.ts';
import type { Bytes, MonotonicNs } from '#base/units.ts';
import type { CgroupReading } from '#proc/cgroup.ts';
import type { ProcessImage } from '#proc/identity.ts';
import type { MachineFacts } from '#proc/machine.ts';
import type { FileResidency } from '#proc/smaps.ts';

export interface SampledProcess {
  readonly pid: number;
  /** As when first seen. */
  readonly parentPid: number;
  readonly startTicks: number;
  /** Of the last image that was seen. */
  readonly comm: string;
  readonly command: string;
  readonly executable: string;
  /** All images in order, with the time at which each was first seen; one where it never ran another. */
  readonly images: readonly (ProcessImage & { readonly time: MonotonicNs })[];
  /** When it was discovered, and its last reading (the same where none was made). */
  readonly firstSeen: MonotonicNs;
  readonly lastSeen: MonotonicNs;
  /** When it was noticed to be gone; NaN = not noticed. Its end lies between lastSeen and this. */
  readonly goneBy: MonotonicNs;
  /** Largest VmHWM that was read, over all images, and when it was first read; NaN = never read. */
  readonly hwm: Bytes;
  readonly hwmTime: MonotonicNs;
  /** Paths of known allocators, BLAS and OpenMP runtimes that were mapped; see findKnownLibrary. */
  readonly libraries: readonly string[];
  /** One of its images was a Python that was started without the agent in its environment. */
  readonly isBare: boolean;
}

/** One row per process and tick. Rows of a tick are neighbours, share its time, and ascend by process. */
export interface SampleColumns {
  readonly length: number;
  /** Index into `processes`. */
  readonly process: Int32Array;
  /** MonotonicNs at which the tick began. */
  readonly time: Float64Array;
  /** Bytes; NaN = unknown. */
  readonly rss: Float64Array;
  readonly anon: Float64Array;
  readonly file: Float64Array;
  readonly shmem: Float64Array;
  readonly swap: Float64Array;
  /** NaN at ticks where smaps_rollup was not read, and for processes that refused it. */
  readonly pss: Float64Array;
  readonly pssFile: Float64Array;
  readonly pssShmem: Float64Array;
  readonly privateBytes: Float64Array;
  readonly hugeAnon: Float64Array;
  /** Read at every tick; 0 in logs of before. */
  readonly hugetlb: Float64Array;
  readonly threads: Int32Array;
  readonly minorFaults: Float64Array;
  readonly majorFaults: Float64Array;
}

/** Rows [first, end) of each tick: those of one time. */
export function* ticksOf({ length, time }: SampleColumns): Generator<[first: number, end: number]> {
  for (let first = 0, end = 0; first < length; first = end) {
    while (end < length && time[end] === time[first]) end++;
    yield [first, end];
  }
}

/** The ticks at which PSS was read of all processes. */
export interface PssReadings {
  readonly length: number;
  readonly time: Float64Array;
  /** Nanoseconds between the first and the last process's reading. */
  readonly span: Float64Array;
}

/** Files and shared memory of which a process had pages resident, once; "" stands for those that are not named. */
export interface FileReading {
  /** Readings of one look at several processes share it. */
  readonly time: MonotonicNs;
  /** Index into `processes`. */
  readonly process: number;
  /** PSS and address space are NaN in logs of before. */
  readonly files: readonly FileResidency[];
}

export interface SystemColumns {
  readonly length: number;
  readonly time: Float64Array;
  /** Bytes; NaN = unknown. `cgroupCache` is not read at every row. */
  readonly cgroupUsage: Float64Array;
  readonly cgroupCache: Float64Array;
  readonly available: Float64Array;
}

export interface SampleLogFacts {
  readonly rootPid: number;
  readonly start: MonotonicNs;
  readonly machine: MachineFacts | null;
  readonly cgroupAtStart: CgroupReading | null;
  /** The last one that was written: of the end where the log is complete. */
  readonly cgroupAtEnd: CgroupReading | null;
  /** The sampler's own work; null where it was not stopped in order. */
  readonly end: { readonly time: MonotonicNs; readonly ticks: number; readonly cpuMs: number } | null;
}

export interface SampleLog {
  readonly processes: readonly SampledProcess[];
  readonly samples: SampleColumns;
  readonly pssReadings: PssReadings;
  readonly system: SystemColumns;
  readonly fileReadings: readonly FileReading[];
  readonly facts: SampleLogFacts;
  /** The log was ended in order and understood to its last byte. */
  readonly complete: boolean;
}

export function newSampleColumns() {
  return {
    process: new I32Column(),
    time: new F64Column(),
    rss: new F64Column(),
    anon: new F64Column(),
    file: new F64Column(),
    shmem: new F64Column(),
    swap: new F64Column(),
    pss: new F64Column(),
    pssFile: new F64Column(),
    pssShmem: new F64Column(),
    privateBytes: new F64Column(),
    hugeAnon: new F64Column(),
    hugetlb: new F64Column(),
    threads: new I32Column(),
    minorFaults: new F64Column(),
    majorFaults: new F64Column(),
  };
}

export function finishSamples(columns: ReturnType<typeof newSampleColumns>): SampleColumns {
  return {
    length: columns.time.length,
    process: columns.process.finish(),
    time: columns.time.finish(),
    rss: columns.rss.finish(),
    anon: columns.anon.finish(),
    file: columns.file.finish(),
    shmem: columns.shmem.finish(),
    swap: columns.swap.finish(),
    pss: columns.pss.finish(),
    pssFile: columns.pssFile.finish(),
    pssShmem: columns.pssShmem.finish(),
    privateBytes: columns.privateBytes.finish(),
    hugeAnon: columns.hugeAnon.finish(),
    hugetlb: columns.hugetlb.finish(),
    threads: columns.threads.finish(),
    minorFaults: columns.minorFaults.finish(),
    majorFaults: columns.majorFaults.finish(),
  };
}
