// Everything that the first screen of a report says, as facts: terminal, HTML and JSON only put it into words.
import type { Bytes, Milliseconds } from '#base/units.ts';
import { DOMAIN, type IndexIntoProcesses, type Profile } from '#profile/types.ts';
import { accountAt, type PrivateAccount } from './account.ts';
import { type Requested, requestedAt, requestedOfAll } from './account-requested.ts';
import { FAMILIES, type Family, familyOf, isLiveMemory, residentOf } from './domains.ts';
import { type FailedRequest, findFailedRequests } from './failed-requests.ts';
import { findHeadroom, type Headroom } from './headroom.ts';
import { findHugePages, type HugePages } from './huge-pages.ts';
import { computeImportTree, type ImportTree } from './import-tree.ts';
import { type ImportRow, importRows } from './imports.ts';
import type { Estimate } from './interval.ts';
import { findKernelParts, type KernelParts } from './kernel-parts.ts';
import { computeLastRise, type LastRise } from './last-rise.ts';
import { computeLines, type LineRow } from './lines.ts';
import { computeMappedBy, type MappedBy } from './mapped-by.ts';
import { type MappedFiles, mappedFilesAt, treeFilesAt } from './mapped-files.ts';
import { computeNativeCalls, type NativeCalls } from './native-calls.ts';
import { computeOwnership, type Ownership, type OwnershipOptions } from './ownership.ts';
import { findPeak, findProcessPeak, type Peak } from './peak.ts';
import { computeProcesses, heapAt, type ProcessRow } from './processes.ts';
import { computeSteps, type Step } from './steps.ts';
import { computeTicks, findPssTick, type Tick } from './ticks.ts';
import { type TreeAccount, treeAccountAt } from './tree-account.ts';

export interface Overview {
  readonly ownership: Ownership;
  readonly peak: Peak | null;
  /** The first process's own VmHWM: what the program itself would read. */
  readonly mainPeak: Peak | null;
  /** The process whose lines are shown: the one whose peak leads, or the first for a tree. */
  readonly mainProcess: number;
  /** Kernel's split at the peak; null for a tree (parts of several processes do not add up) or where never sampled. */
  readonly kernelParts: KernelParts | null;
  /** Of what was resident at the peak, in huge pages; null where none were, or the kernel did not say. */
  readonly hugePages: HugePages | null;
  /** Private memory at the peak by what it was for; null where no agent told. */
  readonly account: PrivateAccount | null;
  /** Address space by the same rows, and what the program had asked for, of a tree all processes; null where not known. */
  readonly reserved: PrivateAccount | null;
  readonly requested: Requested | null;
  /** Of the account, told from how memory changed between two looks: so much may stand in a neighbouring row. */
  readonly accountBetween: Bytes;
  /** The same of a tree, whose `account` is that of all processes together. */
  readonly tree: TreeAccount | null;
  /** Alive at the peak, with memory behind it; null where no agent was there to see it. */
  readonly heap: Estimate | null;
  /** The same by family; mapped files stand beside, with their address space. */
  readonly families: Readonly<Record<Family, Bytes>>;
  /** Of the private anonymous mappings, what libraries mapped, by library. */
  readonly mappedBy: readonly MappedBy[];
  /** Asked for and alive at the peak, but never touched: costs address space only. */
  readonly untouched: Bytes;
  /** Of `families.mapped`, in mappings that forked children share: the kernel counts it as shared memory. */
  readonly sharedMapped: Bytes;
  /** Heap that the process of the peak has from its parent since the fork; 0 for a tree, where the parent's own counts. */
  readonly inherited: Bytes;
  /** Of the heap, alive on behalf of imports; by package. */
  readonly imports: readonly ImportRow[];
  /** The same with what they imported in turn, and how long it took; time and files of the main process. */
  readonly importTree: ImportTree;
  /** Of the main process, or for a tree of all; null where it was not read. */
  readonly files: MappedFiles | null;
  readonly lines: readonly LineRow[];
  /** What `lines` did in native code. */
  readonly nativeCalls: NativeCalls;
  readonly steps: readonly Step[];
  /** Of a run that was killed, or lost a process for lack of memory; null where none was or memory did not rise. */
  readonly lastRise: LastRise | null;
  /** Requests for memory that came to nothing, in order of time. */
  readonly failed: readonly FailedRequest[];
  readonly processes: readonly ProcessRow[];
  readonly headroom: Headroom;
}

export interface OverviewOptions extends OwnershipOptions {
  /** The peak of the first process leads, even where several together reached more: for comparisons in one unit. */
  readonly firstProcessOnly?: boolean;
}

export function computeOverview(profile: Profile, options: OverviewOptions = {}): Overview {
  const ownership = computeOwnership(profile, options);
  const peak = options.firstProcessOnly ? findProcessPeak(profile, 0) : findPeak(profile);
  const moment = peak?.moment ?? -1;
  const mainProcess = Math.max(0, peak?.process ?? 0);
  const isTree = peak?.unit === 'PSS';
  const tick = isTree ? findPssTick(computeTicks(profile), peak.time) : undefined;
  const tree = tick ? treeAccountAt(profile, tick) : null;
  const single = peak && !isTree ? accountAt(profile, mainProcess, peak.time, moment) : null;
  const kernelParts = peak?.unit === 'VmHWM' ? findKernelParts(profile, mainProcess, peak.time, moment) : null;
  const ofOne: { process?: number } = peak?.unit === 'VmHWM' ? { process: mainProcess } : {};
  const files = peak && filesAt(profile, mainProcess, peak.time, tick ?? kernelParts);
  const importTree = computeImportTree(profile, ownership, {
    moment,
    timed: mainProcess,
    files: isTree ? null : files,
  });
  return {
    ownership,
    peak,
    mainPeak: findProcessPeak(profile, 0),
    mainProcess,
    kernelParts,
    hugePages: peak && findHugePages(profile, mainProcess, peak.time, tick),
    account: isTree ? (tree?.rows ?? null) : (single?.rows ?? null),
    reserved: single?.reserved ?? tree?.reserved ?? null,
    requested: isTree ? requestedOfAll(profile, moment) : requestedAt(profile, mainProcess, moment),
    accountBetween: (isTree ? tree?.between : single?.between) ?? 0,
    tree,
    heap: moment < 0 ? null : heapAt(profile, moment),
    families: familiesAt(profile, moment),
    mappedBy: computeMappedBy(profile, moment, { ...ofOne, ...(tree && { shareOf: tree.mappedShare }) }),
    untouched: untouchedAt(profile, moment),
    sharedMapped: sharedMappedAt(profile, moment),
    inherited: peak?.unit === 'VmHWM' ? profile.processes.inherited[mainProcess]! : 0,
    imports: importRows(importTree),
    importTree,
    files,
    lines: computeLines(profile, ownership, { moment, by: 'user', ...ofOne }),
    nativeCalls: computeNativeCalls(profile, ownership, { moment, by: 'user', ...ofOne }),
    steps: computeSteps(profile, ownership, mainProcess),
    lastRise: computeLastRise(profile, ownership),
    failed: findFailedRequests(profile, ownership),
    processes: computeProcesses(profile),
    headroom: findHeadroom(profile, peak),
  };
}

function filesAt(
  profile: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  kernel: Tick | KernelParts | null,
): MappedFiles | null {
  if (kernel && 'pssFile' in kernel) {
    return treeFilesAt(profile, time, { files: kernel.pssFile, shared: kernel.pssShmem });
  }
  return mappedFilesAt(profile, process, time, kernel ? { files: kernel.file, shared: kernel.shmem } : undefined);
}

function familiesAt(profile: Profile, moment: number): Record<Family, Bytes> {
  const { live } = profile;
  const sums = Object.fromEntries(FAMILIES.map((family) => [family, 0])) as Record<Family, Bytes>;
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment) continue;
    const family = familyOf(live.domain[row]!);
    sums[family] += family === 'mappedFile' ? live.bytes[row]! : residentOf(live, row);
  }
  return sums;
}

function untouchedAt(profile: Profile, moment: number): Bytes {
  const { live } = profile;
  let sum = 0;
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] === moment && isLiveMemory(live.domain[row]!)) sum += live.bytes[row]! - residentOf(live, row);
  }
  return sum;
}

function sharedMappedAt(profile: Profile, moment: number): Bytes {
  const { live } = profile;
  let sum = 0;
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] === moment && live.domain[row] === DOMAIN.mmapShared) sum += residentOf(live, row);
  }
  return sum;
}
