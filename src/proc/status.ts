// /proc/PID/status: resident memory, its parts, and VmHWM, the exact high-water mark of the running image. Read at every
// tick of the sampler (about 10 us), so the parser walks the text once, in the order in which the kernel writes it.
import { type Bytes, KIB } from '#base/units.ts';
import { readKernelText } from './kernel-file.ts';

export interface Status {
  /** comm, as the kernel escapes it (\n, \\). Latin-1 of its bytes. */
  readonly name: string;
  /** 'R', 'S', 'D', 'T', 't', 'Z', 'X', 'I'. */
  readonly state: string;
  /** False for zombies and kernel threads: they have no memory of their own, and the sizes below are NaN. */
  readonly hasMemory: boolean;
  /** VmHWM: largest resident size since the last exec. */
  readonly hwm: Bytes;
  readonly rss: Bytes;
  /** The three parts of rss; NaN before Linux 4.5. */
  readonly anon: Bytes;
  readonly file: Bytes;
  readonly shmem: Bytes;
  /** VmSwap; NaN where the kernel was built without swap. */
  readonly swap: Bytes;
  readonly threads: number;
  /** HugetlbPages: of the pool of huge pages, part of none of the above; 0 where the kernel has none. */
  readonly hugetlb: Bytes;
}

export function readStatus(pid: number, root = ''): Status | undefined {
  const text = readKernelText(`${root}/proc/${pid}/status`);
  return text === undefined ? undefined : parseStatus(text);
}

/** Gives undefined for text that is not a status file. */
export function parseStatus(text: string): Status | undefined {
  if (!text.startsWith('Name:\t')) return undefined;
  const nameEnd = text.indexOf('\n');
  const stateAt = text.indexOf('\nState:\t', nameEnd);
  if (nameEnd < 0 || stateAt < 0) return undefined;
  const hwmAt = text.indexOf('\nVmHWM:', stateAt);
  const from = hwmAt < 0 ? stateAt : hwmAt;
  const rss = sizeAfter(text, '\nVmRSS:', from);
  return {
    name: text.slice(6, nameEnd),
    state: text.charAt(stateAt + 8),
    hasMemory: !Number.isNaN(rss),
    hwm: sizeAfter(text, '\nVmHWM:', from),
    rss,
    anon: sizeAfter(text, '\nRssAnon:', from),
    file: sizeAfter(text, '\nRssFile:', from),
    shmem: sizeAfter(text, '\nRssShmem:', from),
    swap: sizeAfter(text, '\nVmSwap:', from),
    threads: numberAfter(text, '\nThreads:', from),
    hugetlb: sizeAfter(text, '\nHugetlbPages:', from) || 0,
  };
}

function sizeAfter(text: string, key: string, from: number): Bytes {
  return numberAfter(text, key, from) * KIB;
}

/** The decimal number behind the key and its blanks; NaN where the key is absent. */
function numberAfter(text: string, key: string, from: number): number {
  const at = text.indexOf(key, from);
  if (at < 0) return Number.NaN;
  const end = text.indexOf('\n', at + key.length);
  return Number.parseInt(text.slice(at + key.length, end < 0 ? undefined : end), 10);
}
