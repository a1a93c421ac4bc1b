// The memory cgroup of a process: what it is charged, what it may be charged, and how often that was not enough. Page
// cache is part of the charge; `cache` tells how much of it the kernel can take back at once.
import type { Bytes } from '#base/units.ts';
import { type CgroupLocation, findCgroup } from './cgroup-location.ts';
import { KernelFile, readKernelText } from './kernel-file.ts';

export interface CgroupReading {
  readonly version: 1 | 2;
  readonly path: string;
  readonly usage: Bytes | null;
  /** Largest charge since the group was made; null before Linux 5.19 on v2 and in its root. */
  readonly peak: Bytes | null;
  /** Tightest limit over the group and its ancestors; null = none. */
  readonly limit: Bytes | null;
  /** File pages not used lately (inactive_file), of the group and those below it. */
  readonly cache: Bytes | null;
  /** Times that the charge ran into the tightest limit. */
  readonly limitHits: number;
  readonly oomKills: number;
}

interface Dialect {
  readonly usage: string;
  readonly peak: string;
  readonly limit: string;
  readonly cacheKey: string;
}

const DIALECTS: { readonly 1: Dialect; readonly 2: Dialect } = {
  1: {
    usage: 'memory.usage_in_bytes',
    peak: 'memory.max_usage_in_bytes',
    limit: 'memory.limit_in_bytes',
    cacheKey: 'total_inactive_file',
  },
  2: { usage: 'memory.current', peak: 'memory.peak', limit: 'memory.max', cacheKey: 'inactive_file' },
};

/** v1 writes "no limit" as the largest multiple of a page (2^63 - 4096); no machine has 2^60 bytes. */
const NO_LIMIT: Bytes = 2 ** 60;

export function readCgroup(pid: number | 'self', root = ''): CgroupReading | undefined {
  const location = findCgroup(pid, 'memory', root);
  return location && readCgroupAt(location, root);
}

/** Undefined where none of the group's files can be read: the controller is off there. */
export function readCgroupAt(location: CgroupLocation, root = ''): CgroupReading | undefined {
  const dialect = DIALECTS[location.version];
  const own = `${root}${location.folders[0]!}`;
  const stat = readKernelText(`${own}/memory.stat`);
  const usage = readSize(`${own}/${dialect.usage}`);
  if (stat === undefined && usage === null) return undefined;
  const tightest = findTightestLimit(location, stat ?? '', root);
  return {
    version: location.version,
    path: location.path,
    usage,
    peak: readSize(`${own}/${dialect.peak}`),
    limit: tightest.limit,
    cache: parseKeyedValue(stat ?? '', dialect.cacheKey),
    limitHits: readLimitHits(location.version, `${root}${tightest.folder}`),
    oomKills: readOomKills(location.version, own),
  };
}

function findTightestLimit(location: CgroupLocation, stat: string, root: string) {
  let folder = location.folders[0]!;
  let limit: Bytes | null = null;
  for (const candidate of location.folders) {
    const value = readSize(`${root}${candidate}/${DIALECTS[location.version].limit}`);
    if (value === null || (limit !== null && value >= limit)) continue;
    limit = value;
    folder = candidate;
  }
  // v1 also tells the limit of ancestors that a container cannot see.
  const inherited = location.version === 1 ? parseKeyedValue(stat, 'hierarchical_memory_limit') : null;
  if (inherited !== null && inherited < (limit ?? NO_LIMIT)) limit = inherited;
  return { limit, folder };
}

function readLimitHits(version: 1 | 2, folder: string): number {
  if (version === 1) return readSize(`${folder}/memory.failcnt`) ?? 0;
  return parseKeyedValue(readKernelText(`${folder}/memory.events`) ?? '', 'max') ?? 0;
}

/** v2 counts kills in the group and below it, v1 in the group alone (and not at all before Linux 4.13). */
function readOomKills(version: 1 | 2, folder: string): number {
  const file = version === 1 ? 'memory.oom_control' : 'memory.events';
  return parseKeyedValue(readKernelText(`${folder}/${file}`) ?? '', 'oom_kill') ?? 0;
}

function readSize(path: string): number | null {
  const text = readKernelText(path, 64);
  return text === undefined ? null : parseSize(text);
}

/** "max", and anything as large as v1's "no limit", is null. */
export function parseSize(text: string): number | null {
  const value = /^\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return value < NO_LIMIT ? value : null;
}

/** Of lines "key value"; null where the key is absent. */
export function parseKeyedValue(text: string, key: string): number | null {
  const at = text.startsWith(`${key} `) ? 0 : text.indexOf(`\n${key} `) + 1;
  if (at === 0 && !text.startsWith(`${key} `)) return null;
  return Number.parseInt(text.slice(at + key.length + 1, at + key.length + 24), 10);
}

/** The two figures that are sampled while a program runs, from files kept open. NaN = cannot be read. */
export class CgroupMeter {
  readonly #usage: KernelFile | undefined;
  readonly #stat: KernelFile | undefined;
  readonly #cacheKey: string;

  constructor(location: CgroupLocation | undefined, root = '') {
    const dialect = DIALECTS[location?.version ?? 2];
    const own = `${root}${location?.folders[0] ?? ''}`;
    this.#usage = location && KernelFile.open(`${own}/${dialect.usage}`);
    this.#stat = location && KernelFile.open(`${own}/memory.stat`);
    this.#cacheKey = dialect.cacheKey;
  }

  readUsage(): Bytes {
    return parseSize(this.#usage?.read() ?? '') ?? Number.NaN;
  }

  /** Costs more than the usage: the kernel first gathers the counters of all cores and groups below. */
  readCache(): Bytes {
    return parseKeyedValue(this.#stat?.read() ?? '', this.#cacheKey) ?? Number.NaN;
  }

  close(): void {
    this.#usage?.close();
    this.#stat?.close();
  }
}
