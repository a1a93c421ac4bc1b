// All processes that are followed: finds new ones, reads each, notices ends, and tells the log who they are.
import type { Bytes, Milliseconds, MonotonicNs } from '#base/units.ts';
import { ForkWatch } from '#proc/fork-watch.ts';
import { readProcessImage } from '#proc/identity.ts';
import { ProcessTree, type TreeProcess } from '#proc/process-tree.ts';
import type { Status } from '#proc/status.ts';
import type { SampleLogWriter, SampleRow } from './sample-log-write.ts';
import { DescriptorBudget, FollowedProcess, type ProcessReading } from './sample-process.ts';

/** All of /proc is walked this often even if nothing seems to have been made. */
const WALK_SPACING: Milliseconds = 1000;

export interface SeenProcess {
  readonly pid: number;
  readonly row: SampleRow;
}

export class SampledTree {
  readonly #log: SampleLogWriter;
  readonly #tree: ProcessTree;
  readonly #forks = new ForkWatch();
  readonly #followed = new Map<number, FollowedProcess>();
  readonly #descriptors = new DescriptorBudget();
  #nextWalk: Milliseconds = 0;

  constructor(rootPid: number, log: SampleLogWriter, time: MonotonicNs) {
    this.#log = log;
    this.#tree = new ProcessTree(rootPid);
    for (const member of this.#tree.members.values()) this.#adopt(member, time);
  }

  follow(pid: number, time: MonotonicNs): void {
    const member = this.#tree.follow(pid);
    if (member) this.#adopt(member, time);
    this.#nextWalk = 0;
  }

  /** One row for each process that has memory of its own, in order of its number in the log. */
  read(time: MonotonicNs): SeenProcess[] {
    this.#discover(time);
    const seen: SeenProcess[] = [];
    const readings = new Map<number, Status>();
    for (const one of this.#followed.values()) {
      const reading = one.read();
      if (!reading?.status.hasMemory) this.#noteEnd(one, time, reading === undefined);
      else if (!one.isYoung(time / 1e6) || !isBorrowing(reading.status, readings.get(reading.stat.parentPid))) {
        readings.set(one.pid, reading.status);
        seen.push({ pid: one.pid, row: rowOf(one.index, reading) });
        this.#lookAgain(one, time, reading.status);
      }
    }
    return seen.sort((a, b) => a.row.process - b.row.process);
  }

  close(): void {
    this.#forks.close();
    for (const one of this.#followed.values()) one.close();
  }

  #discover(time: MonotonicNs): void {
    const now = time / 1e6;
    const forked = this.#forks.hasForked();
    if (!forked && now < this.#nextWalk) return;
    this.#nextWalk = now + WALK_SPACING;
    for (const member of this.#tree.discover()) this.#adopt(member, time);
  }

  #adopt(member: TreeProcess, time: MonotonicNs): void {
    const image = this.#log.isFull ? undefined : readProcessImage(member.pid);
    if (!image) {
      this.#tree.forget(member.pid);
      return;
    }
    const index = this.#log.addProcess(time, member.pid, member.parentPid, member.startTicks, image);
    const one = new FollowedProcess(member, index, image, time / 1e6, this.#descriptors);
    this.#followed.set(member.pid, one);
    if (one.isBare()) this.#log.addBare(index);
  }

  #noteEnd(one: FollowedProcess, time: MonotonicNs, isGone: boolean): void {
    if (!one.isEnded) this.#log.addEnded(time, one.index);
    one.isEnded = true;
    if (!isGone) return;
    one.close();
    this.#followed.delete(one.pid);
    this.#tree.forget(one.pid);
  }

  #lookAgain(one: FollowedProcess, time: MonotonicNs, status: Status): void {
    if (!one.isLookDue(time / 1e6, status)) return;
    const image = one.lookAtImage();
    if (image) this.#log.addImage(time, one.index, image);
    if (image && one.isBare()) this.#log.addBare(one.index);
    const libraries = one.lookAtLibraries(time / 1e6, status.file);
    if (libraries) this.#log.addLibraries(one.index, libraries);
  }
}

/**
 * Between vfork and exec a child runs in its parent's memory: counted as its own it would double the tree. A forked child
 * has a high-water mark of its own from the start.
 */
function isBorrowing(child: Status, parent: Status | undefined): boolean {
  return parent !== undefined && child.hwm === parent.hwm && isSame(child.anon, parent.anon);
}

function isSame(a: Bytes, b: Bytes): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function rowOf(process: number, { status, stat }: ProcessReading): SampleRow {
  return {
    process,
    rss: status.rss,
    anon: status.anon,
    file: status.file,
    shmem: status.shmem,
    swap: status.swap,
    hwm: status.hwm,
    threads: status.threads,
    minorFaults: stat.minorFaults,
    majorFaults: stat.majorFaults,
    hugetlb: status.hugetlb,
  };
}
