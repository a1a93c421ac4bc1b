// A process and all its descendants, those included whose parent has ended since. The kernel tells children in
// /proc/PID/task/TID/children where it was built so; elsewhere every pid that was not there before is asked for its parent.
import { listKernelFolder, readKernelText } from './kernel-file.ts';
import { readStat, type Stat } from './stat.ts';

export interface TreeProcess {
  readonly pid: number;
  /** As it was when first seen; an orphan's parent is by then another process. */
  readonly parentPid: number;
  readonly startTicks: number;
}

/** After so many walks strangers are asked again, in case a pid of theirs has come round to one of ours. */
const WALKS_PER_AMNESTY = 256;
/** Where children are told by the kernel, orphans are looked for at each so manieth walk only. */
const WALKS_PER_ORPHAN_SEARCH = 16;
const ENDED_LIMIT = 4096;

export class ProcessTree {
  readonly #root: string;
  readonly #members = new Map<number, TreeProcess>();
  /** Pids of members that ended, to know an orphan by its process group or session. Oldest first. */
  readonly #ended = new Map<number, TreeProcess>();
  #strangers = new Set<number>();
  readonly #hasChildrenFiles: boolean;
  #walks = 0;

  constructor(rootPid: number, root = '') {
    this.#root = root;
    this.#hasChildrenFiles = readKernelText(`${root}/proc/${rootPid}/task/${rootPid}/children`) !== undefined;
    this.follow(rootPid);
  }

  get members(): ReadonlyMap<number, TreeProcess> {
    return this.#members;
  }

  /** Takes in a process found by other means; undefined where it has ended or is a member already. */
  follow(pid: number): TreeProcess | undefined {
    if (this.#members.has(pid)) return undefined;
    const stat = readStat(pid, this.#root);
    return stat && this.#admit(stat);
  }

  /** To be told when a member has ended, so that its pid may come to mean another process. */
  forget(pid: number): void {
    const member = this.#members.get(pid);
    if (!member) return;
    this.#members.delete(pid);
    this.#ended.set(pid, member);
    if (this.#ended.size > ENDED_LIMIT) this.#ended.delete(this.#ended.keys().next().value!);
  }

  /** Members that were not known before, parents before their children. */
  discover(): TreeProcess[] {
    this.#walks++;
    if (!this.#hasChildrenFiles) return this.#searchAll();
    const found = this.#descend();
    return this.#walks % WALKS_PER_ORPHAN_SEARCH === 0 ? [...found, ...this.#searchAll()] : found;
  }

  #admit(stat: Stat): TreeProcess {
    const member = { pid: stat.pid, parentPid: stat.parentPid, startTicks: stat.startTicks };
    this.#members.set(stat.pid, member);
    this.#strangers.delete(stat.pid);
    return member;
  }

  #descend(): TreeProcess[] {
    const found: TreeProcess[] = [];
    const queue = [...this.#members.keys()];
    for (let i = 0; i < queue.length; i++) {
      for (const child of readChildren(queue[i]!, this.#root)) {
        const member = this.follow(child);
        if (!member) continue;
        found.push(member);
        queue.push(child);
      }
    }
    return found;
  }

  #searchAll(): TreeProcess[] {
    if (this.#walks % WALKS_PER_AMNESTY === 0) this.#strangers.clear();
    const pids = listPids(this.#root);
    const candidates: Stat[] = [];
    const strangers = new Set<number>();
    for (const pid of pids) {
      if (this.#members.has(pid)) continue;
      if (this.#strangers.has(pid)) strangers.add(pid);
      else this.#consider(pid, candidates);
    }
    this.#strangers = strangers;
    return this.#admitRelatives(candidates);
  }

  #consider(pid: number, candidates: Stat[]): void {
    const stat = readStat(pid, this.#root);
    if (stat) candidates.push(stat);
  }

  /** Pids wrap round, so a child may be listed before its parent: repeated until nothing is added. */
  #admitRelatives(candidates: readonly Stat[]): TreeProcess[] {
    const found: TreeProcess[] = [];
    let left = candidates;
    for (let before = -1; before !== found.length; ) {
      before = found.length;
      const rest: Stat[] = [];
      for (const stat of left) {
        if (this.#isRelative(stat)) found.push(this.#admit(stat));
        else rest.push(stat);
      }
      left = rest;
    }
    for (const stat of left) {
      this.#strangers.add(stat.pid);
      this.#ended.delete(stat.pid);
    }
    return found;
  }

  /**
   * A child, or an orphan in a process group or session that a member founded: the kernel gives out no pid that still
   * names a group, so the founder was ours.
   */
  #isRelative(stat: Stat): boolean {
    const parent = this.#members.get(stat.parentPid);
    if (parent && parent.startTicks <= stat.startTicks) return true;
    return this.#isFoundedByMember(stat, stat.groupId) || this.#isFoundedByMember(stat, stat.sessionId);
  }

  #isFoundedByMember(stat: Stat, founder: number): boolean {
    if (founder === stat.pid) return false;
    const member = this.#members.get(founder) ?? this.#ended.get(founder);
    return member !== undefined && member.startTicks <= stat.startTicks;
  }
}

/** Children of all threads; empty where it has ended. The kernel may leave some out while others end: ask again. */
export function readChildren(pid: number, root = ''): number[] {
  const children: number[] = [];
  for (const thread of listKernelFolder(`${root}/proc/${pid}/task`) ?? []) {
    const text = readKernelText(`${root}/proc/${pid}/task/${thread}/children`) ?? '';
    for (const word of text.split(' ')) if (/^\d+$/.test(word)) children.push(Number(word));
  }
  return children;
}

function listPids(root: string): number[] {
  const pids: number[] = [];
  for (const name of listKernelFolder(`${root}/proc`) ?? []) {
    const first = name.charCodeAt(0);
    if (first >= 48 && first <= 57) pids.push(Number(name));
  }
  return pids;
}
