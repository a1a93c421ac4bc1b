// The container and the machine beside the processes: cgroup charge and MemAvailable about ten times a second, page cache
// as often as its cost allows, the full facts at the start, ever more seldom, and at the end.
import type { Fraction, Milliseconds, MonotonicNs } from '#base/units.ts';
import { CgroupMeter, readCgroupAt } from '#proc/cgroup.ts';
import { type CgroupLocation, findCgroup } from '#proc/cgroup-location.ts';
import { AvailableMeter, readMachine } from '#proc/machine.ts';
import { readCpu } from './sample-cost.ts';
import type { SampleLogWriter } from './sample-log-write.ts';

const SPACING: Milliseconds = 100;
/** Of a core, for memory.stat: cheap in a small group, milliseconds in one with many below it. */
const CACHE_SHARE: Fraction = 0.0005;
/** The next facts come when the run has lasted this many times as long. */
const FACTS_FACTOR = 1.5;

export class SystemSampler {
  readonly #log: SampleLogWriter;
  readonly #startMs: Milliseconds;
  readonly #location: CgroupLocation | undefined;
  readonly #cgroup: CgroupMeter;
  readonly #available = new AvailableMeter();
  #nextRow = Number.NEGATIVE_INFINITY;
  #nextCache = Number.NEGATIVE_INFINITY;
  #nextFacts: Milliseconds;

  constructor(rootPid: number, log: SampleLogWriter, time: MonotonicNs) {
    this.#log = log;
    this.#startMs = time / 1e6;
    this.#location = findCgroup(rootPid, 'memory');
    this.#cgroup = new CgroupMeter(this.#location);
    this.#nextFacts = this.#startMs + 1000;
    this.#addFacts(time);
  }

  /** Not part of the first tick: finding the version of libc reads 2 MiB. */
  addMachine(time: MonotonicNs): void {
    this.#log.addMachine(time, readMachine());
  }

  read(time: MonotonicNs): void {
    const now = time / 1e6;
    if (now < this.#nextRow) return;
    this.#nextRow = now + SPACING;
    this.#addRow(time);
    if (now < this.#nextFacts) return;
    this.#nextFacts = this.#startMs + (now - this.#startMs) * FACTS_FACTOR;
    this.#addFacts(time);
  }

  finish(time: MonotonicNs): void {
    this.#nextCache = Number.NEGATIVE_INFINITY;
    this.#addRow(time);
    this.#addFacts(time);
    this.#cgroup.close();
    this.#available.close();
  }

  #addRow(time: MonotonicNs): void {
    const cache = this.#readCache(time / 1e6);
    this.#log.addSystem(time, this.#cgroup.readUsage(), cache, this.#available.read());
  }

  #readCache(now: Milliseconds): number {
    if (now < this.#nextCache) return Number.NaN;
    const before = readCpu();
    const cache = this.#cgroup.readCache();
    this.#nextCache = now + (readCpu() - before) / CACHE_SHARE;
    return cache;
  }

  #addFacts(time: MonotonicNs): void {
    const reading = this.#location && readCgroupAt(this.#location);
    if (reading) this.#log.addCgroup(time, reading);
  }
}
