// /proc/PID/smaps_rollup: PSS, in which shared pages are divided among their users, so that processes can be added up.
// The kernel walks every page table for it (about 11 ms per GiB of small pages) and holds the lock of the memory map in
// the meantime: the caller must space it by what it costs.
import { type Bytes, KIB } from '#base/units.ts';
import { readKernelText } from './kernel-file.ts';

export interface SmapsRollup {
  readonly rss: Bytes;
  readonly pss: Bytes;
  /** Of `pss`, in pages of files and in shared memory; NaN before Linux 5.3. */
  readonly pssFile: Bytes;
  readonly pssShmem: Bytes;
  /** Private_Clean + Private_Dirty: what would be freed if this process ended now. */
  readonly privateBytes: Bytes;
  readonly swapPss: Bytes;
  /** Of the anonymous pages, in huge pages that the kernel made of small ones. */
  readonly hugeAnon: Bytes;
}

/** Undefined where it has ended, has no memory, is another user's, or before Linux 4.14. */
export function readSmapsRollup(pid: number, root = ''): SmapsRollup | undefined {
  const text = readKernelText(`${root}/proc/${pid}/smaps_rollup`);
  return text === undefined ? undefined : parseSmapsRollup(text);
}

export function parseSmapsRollup(text: string): SmapsRollup | undefined {
  const pss = sizeOf(text, 'Pss');
  if (Number.isNaN(pss)) return undefined;
  return {
    rss: sizeOf(text, 'Rss'),
    pss,
    pssFile: sizeOf(text, 'Pss_File'),
    pssShmem: sizeOf(text, 'Pss_Shmem'),
    privateBytes: sizeOf(text, 'Private_Clean') + sizeOf(text, 'Private_Dirty'),
    swapPss: sizeOf(text, 'SwapPss'),
    hugeAnon: sizeOf(text, 'AnonHugePages'),
  };
}

function sizeOf(text: string, key: string): Bytes {
  const at = text.indexOf(`\n${key}:`);
  return at < 0 ? Number.NaN : Number.parseInt(text.slice(at + key.length + 2, at + key.length + 40), 10) * KIB;
}
