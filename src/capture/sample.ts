// The sampler: reads from outside, beside the running program, what the kernel says about each process of its tree. It
// works in short ticks on the event loop, judges its own cost and slows down by it, and writes what it sees to a log that
// outlives a kill. Nothing that it meets may disturb the run.
import { type Failure, messageOf } from '#base/result.ts';
import { type Bytes, MIB, type Milliseconds, type MonotonicNs } from '#base/units.ts';
import { readSmapsRollup } from '#proc/smaps-rollup.ts';
import { readStatus } from '#proc/status.ts';
import { readCpu, TickCost } from './sample-cost.ts';
import { FileSampler } from './sample-files.ts';
import { SampleLogWriter } from './sample-log-write.ts';
import { Pace } from './sample-pace.ts';
import { PssBudget } from './sample-pss-budget.ts';
import { SystemSampler } from './sample-system.ts';
import { SampledTree, type SeenProcess } from './sample-tree.ts';

export interface SamplerOptions {
  readonly rootPid: number;
  readonly logPath: string;
  /** Milliseconds between ticks, as long as they are cheap; 20 unless given. */
  readonly intervalMs?: number;
}

export interface Sampler {
  /** Adds a process found by other means (an agent's stream), with all its descendants. */
  follow(pid: number): void;
  /** Takes a last reading and closes the log. Further calls do nothing. */
  stop(): void;
  /** Why the log is shorter than the run; undefined while all is well. */
  readonly problem: Failure | undefined;
}

/** A kill of highwater loses no more than this. */
const FLUSH_WITHIN: Milliseconds = 250;

/** A change of the tree's resident memory that is worth a closer look. */
const MOVE: Bytes = MIB / 4;

/** The smallest page there is: a fault brings at least so much. */
const PAGE: Bytes = 4096;

/** Takes the first reading before it returns. Its timer does not keep the process alive. */
export function startSampler(options: SamplerOptions): Sampler {
  return new TreeSampler(options);
}

class TreeSampler implements Sampler {
  readonly #start: MonotonicNs = monotonicNow();
  readonly #log: SampleLogWriter;
  readonly #tree: SampledTree;
  readonly #system: SystemSampler;
  readonly #pace: Pace;
  readonly #pss = new PssBudget(this.#start / 1e6);
  readonly #files: FileSampler;
  #timer: NodeJS.Timeout | undefined;
  #pendingSince: Milliseconds | undefined;
  readonly #cost = new TickCost();
  #ticks = 0;
  #rss: Bytes = 0;
  #isMoving = true;
  #stopped = false;
  #problem: Failure | undefined;

  constructor(options: SamplerOptions) {
    this.#pace = new Pace(options.intervalMs ?? 20);
    this.#log = new SampleLogWriter(options.logPath, options.rootPid, this.#start);
    this.#tree = new SampledTree(options.rootPid, this.#log, this.#start);
    this.#files = new FileSampler(this.#log, this.#start);
    this.#system = new SystemSampler(options.rootPid, this.#log, this.#start);
    this.#runTick();
    this.#guard(() => this.#system.addMachine(monotonicNow()));
    this.#log.flush();
  }

  get problem(): Failure | undefined {
    return this.#problem ?? this.#log.problem;
  }

  follow(pid: number): void {
    if (!this.#stopped) this.#guard(() => this.#tree.follow(pid, monotonicNow()));
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#guard(() => {
      this.#tick();
      this.#system.finish(monotonicNow());
      this.#log.addEnd(monotonicNow(), this.#ticks, this.#cost.total * 1000);
    });
    this.#tree.close();
    this.#log.close();
  }

  /** One tick, then the timer for the next: they never overlap. */
  #runTick(): void {
    this.#guard(() => {
      const cost = this.#tick();
      const now = monotonicNow() / 1e6;
      const interval = this.#pace.nextInterval({
        elapsed: now - this.#start / 1e6,
        cost,
        isMoving: this.#isMoving,
        logBytes: this.#log.bytes,
        logRows: this.#log.rowCount,
      });
      this.#flushBefore(now, now + interval);
      this.#timer = setTimeout(() => this.#runTick(), interval).unref();
    });
  }

  /** Gives its own CPU time, that of PSS and of files apart: they have accounts of their own. */
  #tick(): Milliseconds {
    this.#cost.begin();
    const time = monotonicNow();
    this.#ticks++;
    const apart = this.#readTree(time);
    this.#system.read(time);
    return this.#cost.end() - apart;
  }

  /** Gives what PSS and files cost. */
  #readTree(time: MonotonicNs): Milliseconds {
    const seen = this.#tree.read(time);
    const rss = seen.reduce((sum, one) => sum + one.row.rss, 0);
    this.#isMoving = Math.abs(rss - this.#rss) >= MOVE;
    this.#rss = rss;
    if (seen.length === 0) return 0;
    const faults = seen.reduce((sum, one) => sum + one.row.minorFaults, 0);
    const isPssDue = this.#pss.isDue(time / 1e6, seen.length, rss, faults * PAGE);
    const before = isPssDue ? readCpu() : 0;
    const begin = monotonicNow();
    const read = isPssDue ? seen.map(withPss) : seen;
    const rows = read.map(({ row }) => row);
    this.#log.addTick(time, rows, isPssDue ? monotonicNow() - begin : undefined);
    const cost = isPssDue ? readCpu() - before : 0;
    if (isPssDue) this.#pss.noteReading(time / 1e6, seen.length, rss, cost);
    return cost + this.#files.read(time, read);
  }

  /** Writes now what would otherwise wait too long for the next tick. */
  #flushBefore(now: Milliseconds, nextTick: Milliseconds): void {
    if (!this.#log.hasPending) return;
    this.#pendingSince ??= now;
    if (nextTick - this.#pendingSince < FLUSH_WITHIN) return;
    this.#log.flush();
    this.#pendingSince = undefined;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#problem ??= { code: 'sampler-failed', message: `the sampler stopped: ${messageOf(thrown)}` };
    }
  }
}

function monotonicNow(): MonotonicNs {
  return Number(process.hrtime.bigint());
}

/** One that has ended since its first figures were read has no share left: it must not spoil the sum of the others. */
function withPss({ pid, row }: SeenProcess): SeenProcess {
  const { pss, pssFile, pssShmem, privateBytes, hugeAnon } = readSmapsRollup(pid) ?? unread(pid);
  return { pid, row: { ...row, pss, pssFile, pssShmem, privateBytes, hugeAnon } };
}

function unread(pid: number) {
  const bytes = readStatus(pid)?.hasMemory === true ? Number.NaN : 0;
  return { pss: bytes, pssFile: bytes, pssShmem: bytes, privateBytes: bytes, hugeAnon: bytes };
}
