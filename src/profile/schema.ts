// Which columns each table has and what they are made of: types.ts again, as data for the file format. The compiler keeps
// the two in step.
import type { Profile } from './types.ts';

export type ColumnType = 'f64' | 'i32' | 'u8';

type TableName = Exclude<keyof Profile, 'meta' | 'strings'>;
type TypeOf<A> = A extends Float64Array ? 'f64' : A extends Int32Array ? 'i32' : 'u8';
type Schema = {
  readonly [T in TableName]: { readonly [C in Exclude<keyof Profile[T], 'length'>]: TypeOf<Profile[T][C]> };
};

export const SCHEMA = {
  processes: {
    pid: 'i32',
    parent: 'i32',
    name: 'i32',
    command: 'i32',
    start: 'f64',
    end: 'f64',
    hwm: 'f64',
    hwmSource: 'u8',
    traced: 'u8',
    python: 'i32',
    mean: 'f64',
    agentBytes: 'f64',
    inherited: 'f64',
  },
  frames: { kind: 'u8', file: 'i32', func: 'i32', line: 'i32' },
  stacks: { frame: 'i32', parent: 'i32' },
  samples: {
    process: 'i32',
    time: 'f64',
    rss: 'f64',
    anon: 'f64',
    file: 'f64',
    shmem: 'f64',
    swap: 'f64',
    pss: 'f64',
    pssFile: 'f64',
    pssShmem: 'f64',
    privateBytes: 'f64',
    threads: 'i32',
    minorFaults: 'f64',
    majorFaults: 'f64',
  },
  activity: {
    process: 'i32',
    time: 'f64',
    rss: 'f64',
    stack: 'i32',
    thread: 'i32',
    mallocLive: 'f64',
    pythonLive: 'f64',
  },
  system: { time: 'f64', cgroupUsage: 'f64', cgroupCache: 'f64', available: 'f64' },
  moments: {
    kind: 'u8',
    process: 'i32',
    time: 'f64',
    resident: 'f64',
    shared: 'f64',
    mallocLive: 'f64',
    pythonLive: 'f64',
    pythonHeld: 'f64',
    allocated: 'f64',
  },
  areas: {
    process: 'i32',
    time: 'f64',
    resident: 'f64',
    shared: 'f64',
    mallocLive: 'f64',
    pythonLive: 'f64',
    untouched: 'f64',
    trimmable: 'f64',
    data: 'f64',
    heaps: 'f64',
    blocks: 'f64',
    arenas: 'f64',
    mapped: 'f64',
    stacks: 'f64',
    agent: 'f64',
    other: 'f64',
    dataReserved: 'f64',
    heapsReserved: 'f64',
    blocksReserved: 'f64',
    arenasReserved: 'f64',
    mappedReserved: 'f64',
    stacksReserved: 'f64',
    agentReserved: 'f64',
    otherReserved: 'f64',
  },
  files: {
    process: 'i32',
    time: 'f64',
    path: 'i32',
    kind: 'u8',
    resident: 'f64',
    pss: 'f64',
    reserved: 'f64',
  },
  live: {
    moment: 'i32',
    process: 'i32',
    stack: 'i32',
    domain: 'u8',
    bytes: 'f64',
    exactBytes: 'f64',
    blocks: 'f64',
    samples: 'f64',
    variance: 'f64',
    resident: 'f64',
  },
  churn: {
    process: 'i32',
    stack: 'i32',
    domain: 'u8',
    allocated: 'f64',
    exactAllocated: 'f64',
    freed: 'f64',
    blocks: 'f64',
    samples: 'f64',
    variance: 'f64',
  },
  lifetimes: {
    process: 'i32',
    stack: 'i32',
    domain: 'u8',
    birth: 'i32',
    death: 'i32',
    bytes: 'f64',
    exactBytes: 'f64',
    blocks: 'f64',
    samples: 'f64',
    variance: 'f64',
    resident: 'f64',
  },
  sources: { file: 'i32', line: 'i32', text: 'i32' },
  imports: {
    process: 'i32',
    stack: 'i32',
    parent: 'i32',
    first: 'f64',
    time: 'f64',
    timeLow: 'f64',
    timeHigh: 'f64',
  },
  failed: {
    process: 'i32',
    time: 'f64',
    stack: 'i32',
    domain: 'u8',
    bytes: 'f64',
    addressSpace: 'f64',
    resident: 'f64',
    data: 'f64',
    addressSpaceLimit: 'f64',
    dataLimit: 'f64',
  },
} as const satisfies Schema;

/** Columns that came later without a new version: older readers pass over them, and a file that lacks them means zeros,
 * or NaN where that stands for "not measured". */
export const LATER_COLUMNS: ReadonlySet<string> = new Set([
  'frames.kind',
  'samples.pssFile',
  'samples.pssShmem',
  'activity.mallocLive',
  'activity.pythonLive',
  'areas.trimmable',
]);

/** Likewise of whole tables: a file that lacks them means empty ones. */
export const LATER_TABLES: ReadonlySet<string> = new Set(['areas', 'files', 'lifetimes', 'imports', 'failed']);

export const TABLE_NAMES = Object.keys(SCHEMA) as readonly TableName[];
export type { TableName };
