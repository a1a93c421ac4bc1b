// The machine that a run had: memory, swap, cores, kernel. Read once; only MemAvailable is read again while it runs.
import { machine as architecture } from 'node:os';
import { type Bytes, GIB, KIB } from '#base/units.ts';
import { readCoreLimit } from './core-limit.ts';
import { KernelFile, readKernelText } from './kernel-file.ts';
import { readLibc } from './libc.ts';

export interface MachineFacts {
  readonly kernel: string;
  readonly architecture: string;
  readonly libc: string;
  /** Cores that this process may run on (its affinity), not those of the board. */
  readonly cores: number;
  /** Cores' worth of time that the cgroup grants; null = no limit. */
  readonly coreLimit: number | null;
  readonly memory: Bytes;
  readonly available: Bytes;
  readonly swapTotal: Bytes;
  readonly pageBytes: number;
}

export function readMachine(root = ''): MachineFacts {
  const meminfo = readKernelText(`${root}/proc/meminfo`) ?? '';
  return {
    kernel: (readKernelText(`${root}/proc/sys/kernel/osrelease`) ?? 'unknown').trim(),
    architecture: architecture(),
    libc: readLibc('self', root),
    cores: countListedCores(readKernelText(`${root}/proc/self/status`) ?? ''),
    coreLimit: readCoreLimit('self', root),
    memory: parseMeminfo(meminfo, 'MemTotal'),
    available: parseMeminfo(meminfo, 'MemAvailable'),
    swapTotal: parseMeminfo(meminfo, 'SwapTotal'),
    pageBytes: readPageBytes(root),
  };
}

/** NaN where the line is absent. */
export function parseMeminfo(text: string, key: string): Bytes {
  const at = text.startsWith(`${key}:`) ? 0 : text.indexOf(`\n${key}:`) + 1;
  if (at === 0 && !text.startsWith(`${key}:`)) return Number.NaN;
  return Number.parseInt(text.slice(at + key.length + 1, at + key.length + 40), 10) * KIB;
}

const UNKNOWN_AVAILABLE: Bytes = 4 * GIB;

/** What the kernel says could be taken without pushing others out; 4 GiB where it does not say. */
export function readAvailable(): Bytes {
  const available = parseMeminfo(readKernelText('/proc/meminfo') ?? '', 'MemAvailable');
  return Number.isNaN(available) ? UNKNOWN_AVAILABLE : available;
}

/** Of "Cpus_allowed_list:\t0-3,8,10-11" in a status file; at least 1. */
export function countListedCores(status: string): number {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '';
  let cores = 0;
  for (const range of list.split(',')) {
    const [first, last] = range.split('-').map(Number);
    if (first !== undefined && range !== '') cores += (last ?? first) - first + 1;
  }
  return Math.max(1, cores);
}

/** AT_PAGESZ (6) of the auxiliary vector, pairs of 64-bit words; 4096 where it cannot be read. */
function readPageBytes(root: string): number {
  const words = Buffer.from(readKernelText(`${root}/proc/self/auxv`) ?? '', 'latin1');
  for (let at = 0; at + 16 <= words.length; at += 16) {
    if (words.readBigUInt64LE(at) === 6n) return Number(words.readBigUInt64LE(at + 8));
  }
  return 4096;
}

/** MemAvailable over time, from a file kept open. */
export class AvailableMeter {
  readonly #meminfo: KernelFile | undefined;

  constructor(root = '') {
    this.#meminfo = KernelFile.open(`${root}/proc/meminfo`);
  }

  read(): Bytes {
    return parseMeminfo(this.#meminfo?.read() ?? '', 'MemAvailable');
  }

  close(): void {
    this.#meminfo?.close();
  }
}
