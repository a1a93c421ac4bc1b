// THE DATA MODEL. This file is the specification of a profile; docs/formats/profile.md only says how it is laid out in a
// file and why. A profile is what one run of a program was seen to hold: facts, no judgement.
//
// Shape: tables of columns (one typed array a column, all of `length` rows), names by index into one list of strings.
// Times are milliseconds since the run began, sizes bytes. NaN stands for "not measured" in a Float64Array, -1 for "none"
// in an Int32Array. Tables are built once (build.ts) and then only read. validate.ts states every invariant in code.
//
// Room that is kept: a reader ignores tables and columns that it does not know, so CPU time by line, copy volume, device
// memory, marks, heap snapshots and further runs arrive as tables of their own.
import type { Bytes, Milliseconds } from '#base/units.ts';

export const PROFILE_VERSION = 1;

export type IndexIntoStrings = number;
export type IndexIntoProcesses = number;
export type IndexIntoFrames = number;
export type IndexIntoStacks = number;
export type IndexIntoMoments = number;

export interface Profile {
  readonly meta: Meta;
  readonly strings: readonly string[];
  readonly processes: ProcessTable;
  readonly frames: FrameTable;
  readonly stacks: StackTable;
  readonly samples: SampleTable;
  readonly activity: ActivityTable;
  readonly system: SystemTable;
  readonly moments: MomentTable;
  readonly areas: AreaTable;
  readonly files: FileTable;
  readonly live: LiveTable;
  readonly churn: ChurnTable;
  readonly lifetimes: LifetimeTable;
  readonly sources: SourceTable;
  readonly imports: ImportTable;
  readonly failed: FailedTable;
}

/** Everything that is one value for the run. Never environment variables, never file contents (but see SourceTable). */
export interface Meta {
  readonly version: number;
  /** The program that wrote the profile. */
  readonly tool: { readonly name: string; readonly version: string };
  /** What was run: argv of the target, as it was given. */
  readonly command: readonly string[];
  /** What the user calls it: the script, `-m` module or command. */
  readonly title: string;
  readonly workingDirectory: string;
  /** Unix time, ms. */
  readonly startedAt: number;
  readonly durationMs: Milliseconds;
  readonly exit: Exit;
  /** False where the run was cut off (the profiler or the machine went away) and this is what was on disk. */
  readonly complete: boolean;
  /** wait4's word on the program and its reaped children; null where the end was not seen. */
  readonly usage: Usage | null;
  readonly environment: Environment;
  /** What was charged to the memory cgroup of the run; null where there is none that can be read. */
  readonly cgroup: CgroupFacts | null;
  /** What FileTable holds now, of files only, as it stood in profiles of before. Path "" = the rest. */
  readonly mappedFiles?: readonly MappedFilesReading[];
  /** Of LifetimeTable; absent in profiles of before. */
  readonly intervals?: Intervals;
  /** The profiler's own cost on this machine during the run. */
  readonly ownCost: OwnCost | null;
  readonly notes: readonly Note[];
}

/** The run cut into `count` equal intervals: number i begins at i x width. The last holds all that came later, too. */
export interface Intervals {
  readonly count: number;
  readonly width: Milliseconds;
}

/** Resident pages of one file; path "": of all that are not named. */
export interface MappedFile {
  readonly path: string;
  readonly bytes: Bytes;
}

export interface MappedFilesReading {
  readonly process: IndexIntoProcesses;
  readonly time: Milliseconds;
  readonly files: readonly MappedFile[];
}

export type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signaled'; readonly signal: number; readonly name: string }
  /** The end was not seen: still running, or highwater was killed first. */
  | { readonly kind: 'unknown' };

export interface Usage {
  readonly userMs: Milliseconds;
  readonly systemMs: Milliseconds;
  /** ru_maxrss: the largest of the program and of every descendant that was waited for. An upper bound, not its peak. */
  readonly maxRssBytes: Bytes;
  readonly minorFaults: number;
  readonly majorFaults: number;
}

export interface Environment {
  readonly kernel: string;
  readonly architecture: string;
  readonly libc: string;
  readonly cores: number;
  /** Cores' worth of time that the cgroup grants; null = no limit. */
  readonly coreLimit: number | null;
  readonly machineMemory: Bytes;
  readonly swapTotal: Bytes;
  readonly pageBytes: number;
  readonly python: PythonFacts | null;
  /** Distributions whose files appear in stacks or mappings: name and version. */
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** Allocators other than libc's that were mapped: 'jemalloc', 'tcmalloc', 'mimalloc'. */
  readonly allocators: readonly string[];
  /** BLAS and OpenMP runtimes that were mapped, and the thread count asked of them (null = their default). */
  readonly threading: readonly { readonly library: string; readonly threads: number | null }[];
  /** Resource limits that bound memory; null = unlimited. */
  readonly limits: { readonly addressSpace: Bytes | null; readonly data: Bytes | null };
}

export interface PythonFacts {
  readonly executable: string;
  readonly version: string;
  readonly implementation: string;
  /** sys.prefix and sys.base_prefix: files below them are not the user's own code. */
  readonly prefix: string;
  readonly basePrefix: string;
  /** sysconfig paths of the standard library and of installed packages. */
  readonly libraryPaths: readonly string[];
  readonly freeThreaded: boolean;
}

export interface CgroupFacts {
  readonly version: 1 | 2;
  readonly path: string;
  /** The tightest limit on the way to the root; null = none below the machine's memory. */
  readonly limit: Bytes | null;
  /** memory.peak / max_usage_in_bytes at the end: page cache included, and whatever else ran in the same group. */
  readonly peak: Bytes | null;
  /** The same at the start of the run: a peak that did not rise past it says nothing about this run. */
  readonly peakAtStart: Bytes | null;
  /** Times that the limit was hit, and processes killed for it, during the run. */
  readonly limitHits: number;
  readonly oomKills: number;
}

export interface OwnCost {
  /** CPU time of the host side (launch, sampling), not of the agent in the program. */
  readonly hostCpuMs: Milliseconds;
  readonly hostPeakRss: Bytes;
  /** Of hostCpuMs, the part until the program ended: what ran beside it. */
  readonly besideCpuMs: Milliseconds;
  /** Memory that the agents have mapped and touched in the measured processes; contained in their figures. */
  readonly agentBytes: Bytes;
}

/** Something that the reader of a report must know to read its numbers rightly. */
export interface Note {
  readonly severity: 'info' | 'warning';
  /** Stable name, e.g. 'agent-foreign-allocator'. */
  readonly code: string;
  readonly text: string;
  /** -1: the whole run. */
  readonly process: IndexIntoProcesses;
}

/**
 * One row per process that was seen, parents before children, the program itself first. A pid that runs another image by
 * exec stays one row; a pid that the kernel reuses becomes a new one.
 */
export interface ProcessTable {
  readonly length: number;
  readonly pid: Int32Array;
  /** IndexIntoProcesses, -1 for the first. */
  readonly parent: Int32Array;
  /** IndexIntoStrings: comm, or the script's name. */
  readonly name: Int32Array;
  /** IndexIntoStrings: arguments joined by spaces, cut at 4 KiB. */
  readonly command: Int32Array;
  readonly start: Float64Array;
  /** NaN: still there when the profile was made. */
  readonly end: Float64Array;
  /** Bytes, largest VmHWM of its images. */
  readonly hwm: Float64Array;
  /** HwmSource. */
  readonly hwmSource: Uint8Array;
  /** 1 where an agent ran inside. */
  readonly traced: Uint8Array;
  /** IndexIntoStrings: "3.11.7", or "" where it is not Python or not known. */
  readonly python: Int32Array;
  /** Largest sampling mean in bytes that was used; NaN where untraced. */
  readonly mean: Float64Array;
  /** Memory of the agent in this process. */
  readonly agentBytes: Float64Array;
  /** Heap that the process had from its parent when it was forked, as far as sampled there; 0 = made by exec. Its pages
   * are shared until one of the two writes to them, and its blocks are not among the live ones of this process. */
  readonly inherited: Float64Array;
}

/** How the high-water mark of a process was obtained; the later the better. */
export const HWM_SOURCE = {
  unknown: 0,
  /** VmHWM read from outside or inside while it ran: the true value may be larger, by what rose after the last reading. */
  whileRunning: 1,
  /** VmHWM read by the process itself in its exit handlers: exact. */
  atExit: 2,
  /** ru_maxrss of wait4 for a process that waited for no descendant: exact, also for one that was killed. */
  waited: 3,
} as const;

/** Kinds of frames. */
export const FRAME_KIND = {
  python: 0,
  /** A function of native code: below the line of Python that called it, or with no Python at all. Recorded with --native; without it
   * only the call that made a large anonymous mapping. */
  native: 1,
} as const;

/** A place in code: kind, file, function and line, each combination once. */
export interface FrameTable {
  readonly length: number;
  /** FRAME_KIND. Files that were written before there was any other kind lack the column. */
  readonly kind: Uint8Array;
  /**
   * IndexIntoStrings. Python: path as Python has it; "" for what stands for frames that are not there. Native: path of the
   * ELF file, "" for code that was made at run time.
   */
  readonly file: Int32Array;
  /**
   * IndexIntoStrings. Python: qualified name from Python 3.11 on. Native: demangled, without parameters;
   * "libfoo.so+0x1234" where only the address is known.
   */
  readonly func: Int32Array;
  /** 1-based, -1 = not known; always of native code. */
  readonly line: Int32Array;
}

/** Calls as a tree: a row is a frame called from its parent. Parents come before children. */
export interface StackTable {
  readonly length: number;
  readonly frame: Int32Array;
  /** IndexIntoStacks, -1 = outermost. */
  readonly parent: Int32Array;
}

/** The kernel's word on each process over time, read from outside. In order of time; rows of one tick are neighbours. */
export interface SampleTable {
  readonly length: number;
  readonly process: Int32Array;
  readonly time: Float64Array;
  /** Resident, and its three parts (RssAnon, RssFile, RssShmem). */
  readonly rss: Float64Array;
  readonly anon: Float64Array;
  readonly file: Float64Array;
  readonly shmem: Float64Array;
  readonly swap: Float64Array;
  /** Pss and Private_Clean + Private_Dirty of smaps_rollup; NaN at the ticks where the costly file was not read. */
  readonly pss: Float64Array;
  /** Of `pss`, in pages of files and in shared memory; NaN where not told (Linux before 5.3). */
  readonly pssFile: Float64Array;
  readonly pssShmem: Float64Array;
  readonly privateBytes: Float64Array;
  /** Read with `pss`: of `anon`, in huge pages that the kernel made of small ones (AnonHugePages). */
  readonly hugeAnon: Float64Array;
  /** Pages of the pool of huge pages (hugetlbfs), which are in none of the other figures. */
  readonly hugetlb: Float64Array;
  readonly threads: Int32Array;
  /** Since the process began. */
  readonly minorFaults: Float64Array;
  readonly majorFaults: Float64Array;
}

/** What the agent read inside a process: resident memory, and the stack that ran at that moment. In order of time. */
export interface ActivityTable {
  readonly length: number;
  readonly process: Int32Array;
  readonly time: Float64Array;
  readonly rss: Float64Array;
  /** IndexIntoStacks, -1 = not known. */
  readonly stack: Int32Array;
  /** Thread ordinal in its process, 0 = not known, 1 = the first that allocated. */
  readonly thread: Int32Array;
  /** The allocators' own count then, as in MomentTable; NaN = not counted. */
  readonly mallocLive: Float64Array;
  readonly pythonLive: Float64Array;
  /** How far the end of malloc's first heap had moved since the process's first record; NaN = not known. */
  readonly heapGrown: Float64Array;
}

/** The container and the machine over time. */
export interface SystemTable {
  readonly length: number;
  readonly time: Float64Array;
  /** Charged to the cgroup; NaN where none. */
  readonly cgroupUsage: Float64Array;
  /** Of that, file pages that can be given back (inactive_file). */
  readonly cgroupCache: Float64Array;
  /** MemAvailable of the machine. */
  readonly available: Float64Array;
}

export const MOMENT_KIND = {
  /** A process stood at its own highest resident memory, as near as it was seen. */
  processPeak: 0,
  /** The processes together stood at the largest sum that was seen. */
  treePeak: 1,
  /** The last record of a process. */
  processEnd: 2,
} as const;

/** Moments for which LiveTable tells what was alive. */
export interface MomentTable {
  readonly length: number;
  /** MOMENT_KIND. */
  readonly kind: Uint8Array;
  /** IndexIntoProcesses; -1 for a treePeak. */
  readonly process: Int32Array;
  readonly time: Float64Array;
  /** Resident memory of the process (sum of PSS for the tree) as read at that moment; NaN = not read. */
  readonly resident: Float64Array;
  /** Of that, file-backed and shared memory; NaN = not read then. */
  readonly shared: Float64Array;
  /**
   * Alive in the blocks of malloc and of pymalloc (objects up to 512 bytes), counted exactly and with what each adds:
   * what the process inherited at its fork included. NaN = not counted then; always for a treePeak.
   */
  readonly mallocLive: Float64Array;
  readonly pythonLive: Float64Array;
  /** Pages that pymalloc keeps without a block in use on them, or beside those in use. NaN as above. */
  readonly pythonHeld: Float64Array;
  /** Asked of malloc and Python's allocators until then, freed or not, exactly; NaN as above. */
  readonly allocated: Float64Array;
  /** As in ActivityTable. */
  readonly heapGrown: Float64Array;
}

/** The counters of a moment at which the allocators were not counted. */
export const NOT_COUNTED = {
  mallocLive: Number.NaN,
  pythonLive: Number.NaN,
  pythonHeld: Number.NaN,
  allocated: Number.NaN,
  heapGrown: Number.NaN,
};

/**
 * What the private memory of a process was for, by pages, whenever the agent looked: at new maxima, mostly. In order of time.
 * Each kind with its resident pages and with its address space ("...Reserved"). With `shared` they are all of `resident`.
 */
export interface AreaTable {
  readonly length: number;
  readonly process: Int32Array;
  readonly time: Float64Array;
  /** Resident memory of the process then, and its pages of files and shared memory. */
  readonly resident: Float64Array;
  readonly shared: Float64Array;
  /** The allocators' own count then, as in MomentTable. */
  readonly mallocLive: Float64Array;
  readonly pythonLive: Float64Array;
  /** As in ActivityTable. */
  readonly heapGrown: Float64Array;
  /** Of the large blocks that are alive in `heaps`: pages that were never touched, or given back. */
  readonly untouched: Float64Array;
  /** Of `heaps`: pages that malloc_trim(0) would give back, by the sizes of malloc's free chunks. NaN = not looked for, as malloc
   * held little free, or to look would have taken too long. */
  readonly trimmable: Float64Array;
  /** Of all private memory, in huge pages. NaN = the kernel does not say (Linux before 6.7). */
  readonly huge: Float64Array;
  /** Written pages of mapped files, and zeroed data: variables and relocations of the interpreter and libraries. */
  readonly data: Float64Array;
  /** malloc's heaps; and blocks that malloc made mappings of their own, all of them alive. */
  readonly heaps: Float64Array;
  readonly blocks: Float64Array;
  /** pymalloc's arenas. */
  readonly arenas: Float64Array;
  /** Anonymous mappings that the program and its libraries made. */
  readonly mapped: Float64Array;
  readonly stacks: Float64Array;
  /** highwater's own. */
  readonly agent: Float64Array;
  /** Anonymous memory that nobody claims. */
  readonly other: Float64Array;
  readonly dataReserved: Float64Array;
  readonly heapsReserved: Float64Array;
  readonly blocksReserved: Float64Array;
  readonly arenasReserved: Float64Array;
  readonly mappedReserved: Float64Array;
  readonly stacksReserved: Float64Array;
  readonly agentReserved: Float64Array;
  readonly otherReserved: Float64Array;
}

export const FILE_KIND = {
  /** Pages that the kernel counts as file-backed. */
  file: 0,
  /** tmpfs, /dev/shm, memfd, System V, shared and anonymous: the kernel counts them as shared memory. */
  sharedMemory: 1,
} as const;

/**
 * Files and shared memory of which a process had pages resident, as read now and then; private copies of such pages are not
 * among them. Rows of one reading of a process are neighbours; readings of one look at several processes share the time, and
 * their `pss` may be added. In order of time.
 */
export interface FileTable {
  readonly length: number;
  readonly process: Int32Array;
  readonly time: Float64Array;
  /** IndexIntoStrings; "" = all that are not named. */
  readonly path: Int32Array;
  /** FILE_KIND. */
  readonly kind: Uint8Array;
  readonly resident: Float64Array;
  /** Each page divided by the number of processes that map it; NaN = not read. */
  readonly pss: Float64Array;
  /** Address space; NaN = not read. */
  readonly reserved: Float64Array;
}

/** Who gave a block its memory. */
export const DOMAIN = {
  malloc: 1,
  /** Zeroed by calloc: pages count for the kernel only once written. */
  calloc: 2,
  /** Python's own allocator for objects up to 512 bytes. */
  python: 3,
  /** An anonymous mapping: address space, resident only where touched. */
  mmap: 4,
  /** A mapped file. */
  mmapFile: 5,
  /** Over 512 bytes, through a Python allocator. */
  bigPython: 6,
  /** An anonymous mapping that forked children share: the kernel counts its pages as shared memory. */
  mmapShared: 7,
} as const;

/**
 * What was alive at a moment, by process, stack and domain; no two rows of a moment agree in all three. Sizes are as
 * requested by the program. A block was recorded either exactly (large ones) or as a sample that stands for many.
 */
export interface LiveTable {
  readonly length: number;
  readonly moment: Int32Array;
  readonly process: Int32Array;
  /** IndexIntoStacks, -1 = allocated where no Python ran. */
  readonly stack: Int32Array;
  /** DOMAIN. */
  readonly domain: Uint8Array;
  /** Estimate: exact part + sampled part. */
  readonly bytes: Float64Array;
  /** Of those, in blocks that were recorded exactly. */
  readonly exactBytes: Float64Array;
  /** Estimate of the number of blocks. */
  readonly blocks: Float64Array;
  /** Number of samples behind the sampled part. */
  readonly samples: Float64Array;
  /** Variance of `bytes`, bytes squared: sum over samples of weight x mean (Poisson's, an upper bound for ours). */
  readonly variance: Float64Array;
  /**
   * `bytes` less what was measured to have no memory behind it: pages of large blocks and mappings that were never
   * touched. Small blocks are taken as resident, mappings that were not measured as untouched. NaN = not measured at all.
   */
  readonly resident: Float64Array;
}

/** What was allocated and freed over the whole run, by process, stack and domain. Columns as in LiveTable. */
export interface ChurnTable {
  readonly length: number;
  readonly process: Int32Array;
  readonly stack: Int32Array;
  readonly domain: Uint8Array;
  /** Bytes allocated (estimate), and their exactly recorded part. */
  readonly allocated: Float64Array;
  readonly exactAllocated: Float64Array;
  /** Bytes of these that were freed before the end. */
  readonly freed: Float64Array;
  /** Allocations, estimate. */
  readonly blocks: Float64Array;
  readonly samples: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Blocks and mappings that were alive at the end of an interval of `meta.intervals`, by process, stack, domain, and the intervals in
 * which they began and ended: what came to be alive between two ends of intervals. Other columns as in LiveTable.
 */
export interface LifetimeTable {
  readonly length: number;
  readonly process: Int32Array;
  readonly stack: Int32Array;
  readonly domain: Uint8Array;
  readonly birth: Int32Array;
  /** A later interval than `birth`; -1 = alive when the process ended, or was last seen. */
  readonly death: Int32Array;
  readonly bytes: Float64Array;
  readonly exactBytes: Float64Array;
  readonly blocks: Float64Array;
  readonly samples: Float64Array;
  readonly variance: Float64Array;
  /** As last measured. */
  readonly resident: Float64Array;
}

/** The source lines that reports show, so that a profile is readable on another machine. Empty with --no-source. */
export interface SourceTable {
  readonly length: number;
  /** IndexIntoStrings, same path as in FrameTable. */
  readonly file: Int32Array;
  readonly line: Int32Array;
  /** IndexIntoStrings, cut at 200 characters. */
  readonly text: Int32Array;
}

/**
 * Wall time of imports, as far as records of the agent fell into them. A row is a module that was loaded by one import
 * statement, or what else the import system did for one: native modules, mostly. Visits of several threads add up. `time` of a row less that of the rows inside is its own. Outer ones come before inner ones.
 */
export interface ImportTable {
  readonly length: number;
  readonly process: Int32Array;
  /** IndexIntoStacks: the body of the module, or the outermost frame of the import system. */
  readonly stack: Int32Array;
  /** Row of this table: the module that was being loaded around this one; -1 = none. */
  readonly parent: Int32Array;
  /** When it was first seen. */
  readonly first: Float64Array;
  /** Milliseconds: probably, at least (between records inside) and at most (from the record before to the one after). */
  readonly time: Float64Array;
  readonly timeLow: Float64Array;
  readonly timeHigh: Float64Array;
}

/** Requests for memory that came to nothing, and how the process stood then; the last some hundred. In order of time. */
export interface FailedTable {
  readonly length: number;
  readonly process: Int32Array;
  readonly time: Float64Array;
  /** IndexIntoStacks: what asked; -1 = not known. */
  readonly stack: Int32Array;
  /** DOMAIN. */
  readonly domain: Uint8Array;
  /** As requested. */
  readonly bytes: Float64Array;
  /** Of the process: virtual memory, resident memory, and private writable mappings with stacks. */
  readonly addressSpace: Float64Array;
  readonly resident: Float64Array;
  readonly data: Float64Array;
  /** RLIMIT_AS, which bounds `addressSpace`, and RLIMIT_DATA, which bounds about `data`; NaN = none. */
  readonly addressSpaceLimit: Float64Array;
  readonly dataLimit: Float64Array;
}
