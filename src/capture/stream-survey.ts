// First pass over a stream: when was resident memory at its highest, and where in the file is that; where in the file do
// chosen times lie. Only then is it known at which points the replay must say what was alive.
import type { Bytes, MonotonicNs } from '#base/units.ts';
import { NOT_COUNTED } from '#profile/types.ts';
import type { NativePlaces } from './native-places.ts';
import { readStream } from './stream-file.ts';
import { FROM_REALLOC, type RecordVisitor, SNAPSHOT_REASON, type Snapshot, UNKNOWN } from './wire.ts';

export interface StreamSurvey {
  /** The snapshot with the most resident memory, or the most telling of several alike; resident = 0 where there was none. */
  readonly peak: {
    readonly offset: number;
    readonly time: MonotonicNs;
    readonly resident: Bytes;
    readonly shared: Bytes;
    readonly counters: Counters;
  };
  /** For each asked time the offset of the first record that is later; Infinity where none is. */
  readonly offsets: readonly number[];
  /** VmHWM as the process read it in its exit handlers; 0 = it did not get there. */
  readonly exitHwm: Bytes;
  /** Of the last snapshot. */
  readonly lastCounters: Counters;
  readonly firstTime: MonotonicNs;
  readonly lastTime: MonotonicNs;
  readonly problem: string | undefined;
}

/** Alive by the allocators' own count, and where malloc's first heap ends; NaN = not counted. Columns of the profile's moments. */
export interface Counters {
  readonly mallocLive: Bytes;
  readonly pythonLive: Bytes;
  readonly pythonHeld: Bytes;
  readonly allocated: Bytes;
  readonly heapGrown: Bytes;
}

export function countersOf({ heapLive, pythonLive, pythonHeld, allocated, heapGrown }: Snapshot): Counters {
  const known = (bytes: Bytes) => (bytes === UNKNOWN ? Number.NaN : bytes);
  return {
    mallocLive: known(heapLive),
    pythonLive: known(pythonLive),
    pythonHeld: known(pythonHeld),
    allocated: known(allocated),
    heapGrown: known(heapGrown),
  };
}

/**
 * `start`: when the stream was begun, which is all that one without records tells. `places` gathers the native code that the
 * stream speaks of.
 */
export function surveyStream(
  path: string,
  start: MonotonicNs,
  times: readonly MonotonicNs[],
  places: NativePlaces,
): StreamSurvey {
  const surveyor = new Surveyor(start, times, places);
  const end = readStream(path, surveyor);
  const problem = end.ok ? end.value.problem : end.error.message;
  const { peak, offsets, exitHwm, lastCounters, firstTime, lastTime } = surveyor;
  return { peak, offsets, exitHwm, lastCounters, firstTime, lastTime, problem };
}

/**
 * Readings that differ by no more, or by one percent, stand for the same peak: what a program holds on its plateau says
 * more than what little the interpreter adds while it shuts down.
 */
const ALIKE: Bytes = 256 * 1024;

/** After more deaths than this, what was alive at a peak is not what is alive now, though resident memory stands. */
const FEW_FREES = 64;

export class Surveyor implements RecordVisitor {
  peak: StreamSurvey['peak'];
  exitHwm = 0;
  lastCounters = NOT_COUNTED;
  readonly firstTime: MonotonicNs;
  lastTime: MonotonicNs;
  readonly offsets: number[];
  readonly #times: readonly MonotonicNs[];
  readonly #places: NativePlaces;
  #offset = 0;
  #isSettled = false;
  /** Recorded deaths since the peak so far, and the bytes of large blocks among them. */
  #freesSince = 0;
  #goneSince = 0;
  /** Large blocks that are alive: address -> bytes. */
  readonly #large = new Map<number, Bytes>();

  constructor(start: MonotonicNs, times: readonly MonotonicNs[], places: NativePlaces) {
    this.#places = places;
    places.beginStream();
    this.peak = { offset: Number.POSITIVE_INFINITY, time: start, resident: 0, shared: 0, counters: NOT_COUNTED };
    this.firstTime = start;
    this.lastTime = start;
    this.#times = times;
    this.offsets = times.map(() => Number.POSITIVE_INFINITY);
  }

  before(offset: number): undefined {
    this.#offset = offset;
  }

  alloc(
    time: MonotonicNs,
    address: number,
    bytes: Bytes,
    _weight: Bytes,
    _stack: number,
    mean: Bytes,
    flag: number,
  ): void {
    this.#pass(time);
    if (mean !== 0 || bytes < ALIKE) return;
    this.#large.set(address, bytes);
    if ((flag & FROM_REALLOC) !== 0) this.#goneSince = Math.max(0, this.#goneSince - bytes);
  }

  module(id: number, path: string, buildId: string): void {
    this.#places.module(id, path, buildId);
  }

  native(_id: number, _parent: number, module: number, offset: number): void {
    this.#places.native(module, offset);
  }

  free(time: MonotonicNs, address: number): void {
    this.#freesSince++;
    this.#goes(address);
    this.#pass(time);
  }

  unmap(time: MonotonicNs, address: number): void {
    this.#goes(address);
    this.#pass(time);
  }

  #goes(address: number): void {
    this.#goneSince += this.#large.get(address) ?? 0;
    this.#large.delete(address);
  }

  snapshot(snapshot: Snapshot, offset: number): void {
    this.#pass(snapshot.time);
    this.lastCounters = countersOf(snapshot);
    const alike = Math.max(ALIKE, this.peak.resident / 100);
    const rises = snapshot.residentBytes > this.peak.resident + alike;
    // Of looks that are alike the first right before a large block goes is the best: all that is alive was measured then.
    const settles =
      snapshot.reason === SNAPSHOT_REASON.beforeFree &&
      !this.#isSettled &&
      this.#freesSince <= FEW_FREES &&
      this.#goneSince <= alike && // else it is another peak of the same height, and which of the two is told would be chance
      snapshot.residentBytes + ALIKE > this.peak.resident; // the kernel's counters are no finer
    if (!rises && !settles) return;
    this.#freesSince = 0;
    this.#goneSince = 0;
    this.#isSettled = snapshot.reason === SNAPSHOT_REASON.beforeFree;
    this.peak = {
      offset,
      time: snapshot.time,
      resident: snapshot.residentBytes,
      shared: snapshot.sharedBytes,
      counters: countersOf(snapshot),
    };
  }

  exit(time: MonotonicNs, hwm: Bytes): void {
    this.#pass(time);
    this.exitHwm = hwm;
  }

  #pass(time: MonotonicNs): void {
    this.lastTime = time;
    for (let i = 0; i < this.#times.length; i++) {
      if (time > this.#times[i]! && this.#offset < this.offsets[i]!) this.offsets[i] = this.#offset;
    }
  }
}
