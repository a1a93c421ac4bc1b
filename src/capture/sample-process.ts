// One process as the sampler follows it: its open files of /proc, and when to look again at what it runs and has mapped.
import type { Bytes, Milliseconds } from '#base/units.ts';
import { isSameImage, type ProcessImage, readPreload, readProcessImage } from '#proc/identity.ts';
import { KernelFile, readKernelText } from '#proc/kernel-file.ts';
import { findKnownLibrary, readMappedPaths } from '#proc/maps.ts';
import type { TreeProcess } from '#proc/process-tree.ts';
import { parseStat, type Stat } from '#proc/stat.ts';
import { parseStatus, type Status } from '#proc/status.ts';

export interface ProcessReading {
  readonly status: Status;
  readonly stat: Stat;
}

const IS_PYTHON = /\/python\d[^/]*$/;
/** Part of its file's name, wherever it was built. */
const AGENT_NAME = 'highwater-agent';
/** Age at which image and mappings are first looked at again; then at twice the age, and so on. */
const FIRST_LOOK: Milliseconds = 100;
/** Within this time a new process may still run in its parent's memory (vfork). */
const YOUNG: Milliseconds = 1000;
/** Libraries cannot have come while file-backed memory stayed the same. */
const NEW_LIBRARY: Bytes = 64 * 1024;
/** Programs that write their progress into their title would fill the log. */
const MAX_IMAGES = 32;

/** How many files of /proc may be kept open at once; the processes beyond open theirs at each tick. */
export class DescriptorBudget {
  left = 256;
}

export class FollowedProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly startTicks: number;
  /** As the log numbers it. */
  readonly index: number;
  /** It was seen to have no memory any more (a zombie), and this was logged. */
  isEnded = false;
  image: ProcessImage;
  libraries: readonly string[] = [];
  readonly #status: KernelFile | undefined;
  readonly #stat: KernelFile | undefined;
  readonly #descriptors: DescriptorBudget;
  #bornAt: Milliseconds;
  #nextLook: Milliseconds;
  #images = 1;
  #comm = '';
  #hwm: Bytes = 0;
  #fileAtLook: Bytes = Number.NEGATIVE_INFINITY;

  constructor(
    member: TreeProcess,
    index: number,
    image: ProcessImage,
    now: Milliseconds,
    descriptors: DescriptorBudget,
  ) {
    this.pid = member.pid;
    this.parentPid = member.parentPid;
    this.startTicks = member.startTicks;
    this.index = index;
    this.image = image;
    this.#bornAt = now;
    this.#nextLook = now + FIRST_LOOK;
    this.#descriptors = descriptors;
    if (descriptors.left < 2) return;
    descriptors.left -= 2;
    this.#status = KernelFile.open(`/proc/${this.pid}/status`);
    this.#stat = KernelFile.open(`/proc/${this.pid}/stat`);
  }

  /** Undefined once it is gone, its pid perhaps another's. */
  read(): ProcessReading | undefined {
    const status = parseStatus(this.#text(this.#status, 'status'));
    const stat = parseStat(this.#text(this.#stat, 'stat'));
    return status && stat && stat.startTicks === this.startTicks ? { status, stat } : undefined;
  }

  isYoung(now: Milliseconds): boolean {
    return now - this.#bornAt < YOUNG;
  }

  /** True where an exec, or time, gives reason to look again at what it runs. */
  isLookDue(now: Milliseconds, status: Status): boolean {
    // VmHWM falls only when exec gives the process a new, empty memory.
    const isExec = status.hwm < this.#hwm || (this.#comm !== '' && status.name !== this.#comm);
    this.#hwm = status.hwm;
    this.#comm = status.name;
    if (isExec) this.#bornAt = now;
    if (isExec) this.#nextLook = now + FIRST_LOOK;
    return isExec || now >= this.#nextLook;
  }

  /** The new image, or undefined where it is the same as before. */
  lookAtImage(): ProcessImage | undefined {
    const image = this.#images < MAX_IMAGES ? readProcessImage(this.pid) : undefined;
    if (!image || isSameImage(image, this.image)) return undefined;
    this.#images++;
    this.image = image;
    return image;
  }

  /** True for a Python that our agent was not given to. Forked children have the environment of their parent. */
  isBare(): boolean {
    if (!IS_PYTHON.test(this.image.executable)) return false;
    const preload = readPreload(this.pid);
    return preload !== undefined && !preload.includes(AGENT_NAME);
  }

  /** All known libraries that were ever mapped, where there are more than before. */
  lookAtLibraries(now: Milliseconds, file: Bytes): readonly string[] | undefined {
    if (now < this.#nextLook) return undefined;
    this.#nextLook = now + Math.max(FIRST_LOOK, now - this.#bornAt);
    if (Math.abs(file - this.#fileAtLook) < NEW_LIBRARY) return undefined;
    this.#fileAtLook = file;
    const known = (readMappedPaths(this.pid) ?? []).filter((path) => findKnownLibrary(path));
    const all = [...new Set([...this.libraries, ...known])];
    if (all.length === this.libraries.length) return undefined;
    this.libraries = all;
    return all;
  }

  close(): void {
    if (this.#status || this.#stat) this.#descriptors.left += 2;
    this.#status?.close();
    this.#stat?.close();
  }

  #text(file: KernelFile | undefined, name: string): string {
    return (file ? file.read() : readKernelText(`/proc/${this.pid}/${name}`)) ?? '';
  }
}
