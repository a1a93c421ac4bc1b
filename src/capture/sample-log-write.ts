// Writes the sampler's log. Entries gather in memory and go to the file in one write when `flush` is called; after that a
// kill of this process no longer loses them. A write that fails ends the log, never the run.
import { closeSync, openSync, writeSync } from 'node:fs';
import { errnoOf, type Failure, messageOf } from '#base/result.ts';
import { type Bytes, KIB, MIB, type MonotonicNs } from '#base/units.ts';
import type { CgroupReading } from '#proc/cgroup.ts';
import type { ProcessImage } from '#proc/identity.ts';
import type { MachineFacts } from '#proc/machine.ts';
import type { FileResidency } from '#proc/smaps.ts';
import { FileRowWriter } from './sample-log-files.ts';
import {
  ENTRY,
  HEADER_BYTES,
  HUGE_BIT,
  microsecondsAfter,
  POOL_BIT,
  PSS_BIT,
  ROW_FIELDS,
  SAMPLE_LOG_MAGIC,
  SAMPLE_LOG_VERSION,
} from './sample-log-format.ts';
import { VarintWriter } from './sample-varint.ts';

/** What a log may grow to. The sampler slows down as it fills (sample-pace.ts), so that it hardly ever comes to this. */
export const LOG_LIMIT: Bytes = 24 * MIB;
export const ROW_LIMIT = 1_000_000;
/** Kept for the last facts. */
const END_RESERVE: Bytes = 64 * KIB;
/** What readings may fill. */
export const LOG_ROOM: Bytes = LOG_LIMIT - END_RESERVE;

export interface SampleRow {
  readonly process: number;
  /** Bytes; NaN = unknown. */
  readonly rss: Bytes;
  readonly anon: Bytes;
  readonly file: Bytes;
  readonly shmem: Bytes;
  readonly swap: Bytes;
  readonly hwm: Bytes;
  readonly threads: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly hugetlb: Bytes;
  /** Absent at the ticks where smaps_rollup was not read. */
  readonly pss?: Bytes;
  readonly pssFile?: Bytes;
  readonly pssShmem?: Bytes;
  readonly privateBytes?: Bytes;
  readonly hugeAnon?: Bytes;
}

export class SampleLogWriter {
  readonly #start: MonotonicNs;
  #descriptor: number | undefined;
  #problem: Failure | undefined;
  readonly #path: string;
  readonly #pending = new VarintWriter();
  readonly #entry = new VarintWriter();
  readonly #rows = new VarintWriter();
  readonly #before: Float64Array[] = [];
  readonly #pools: Bytes[] = [];
  readonly #files = new FileRowWriter();
  #lastTick = 0;
  #written: Bytes = 0;
  #rowCount = 0;
  #isFull = false;

  constructor(path: string, rootPid: number, start: MonotonicNs) {
    this.#path = path;
    this.#start = start;
    try {
      this.#descriptor = openSync(path, 'w', 0o600);
      this.#write(header(rootPid, start));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Why the log stopped early. */
  get problem(): Failure | undefined {
    return this.#problem;
  }

  /** Written and waiting. */
  get bytes(): Bytes {
    return this.#written + this.#pending.length;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Nothing but last facts is taken from now on. */
  get isFull(): boolean {
    return this.#isFull;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Gives the index by which all other entries name the process. */
  addProcess(time: MonotonicNs, pid: number, parentPid: number, startTicks: number, image: ProcessImage): number {
    this.#time(time);
    this.#entry.unsigned(pid);
    this.#entry.unsigned(parentPid);
    this.#entry.unsigned(startTicks);
    this.#image(image);
    this.#finish(ENTRY.process);
    this.#pools.push(0);
    return this.#before.push(new Float64Array(ROW_FIELDS)) - 1;
  }

  addImage(time: MonotonicNs, process: number, image: ProcessImage): void {
    this.#time(time);
    this.#entry.unsigned(process);
    this.#image(image);
    this.#finish(ENTRY.image);
  }

  addLibraries(process: number, paths: readonly string[]): void {
    this.#entry.unsigned(process);
    this.#entry.unsigned(paths.length);
    for (const path of paths) this.#entry.text(path);
    this.#finish(ENTRY.libraries);
  }

  addFiles(time: MonotonicNs, process: number, files: readonly FileResidency[]): void {
    this.#time(time);
    this.#entry.unsigned(process);
    this.#entry.unsigned(files.length);
    for (const file of files) this.#files.write(this.#entry, file);
    this.#finish(ENTRY.files);
  }

  addBare(process: number): void {
    this.#entry.unsigned(process);
    this.#finish(ENTRY.bare);
  }

  addEnded(time: MonotonicNs, process: number): void {
    this.#time(time);
    this.#entry.unsigned(process);
    this.#finish(ENTRY.ended);
  }

  /** Rows in ascending order of process. `pssSpan`: from the first to the last smaps_rollup, undefined where none was read. */
  addTick(time: MonotonicNs, rows: readonly SampleRow[], pssSpan?: MonotonicNs): void {
    const now = microsecondsAfter(this.#start, time);
    this.#entry.unsigned(Math.max(0, now - this.#lastTick));
    this.#lastTick = Math.max(now, this.#lastTick);
    this.#entry.unsigned(pssSpan === undefined ? 0 : 1 + Math.round(pssSpan / 1000));
    this.#entry.unsigned(rows.length);
    let previous = -1;
    for (const row of rows) {
      this.#entry.unsigned(row.process - previous - 1);
      this.#row(row);
      previous = row.process;
    }
    this.#rowCount += rows.length;
    this.#finish(ENTRY.tick);
  }

  addSystem(time: MonotonicNs, usage: Bytes, cache: Bytes, available: Bytes): void {
    this.#time(time);
    for (const value of [usage, cache, available]) this.#entry.unsigned(kib(value) + 1);
    this.#finish(ENTRY.system);
  }

  addMachine(time: MonotonicNs, facts: MachineFacts): void {
    this.#json(ENTRY.machine, time, facts);
  }

  addCgroup(time: MonotonicNs, reading: CgroupReading): void {
    this.#json(ENTRY.cgroup, time, reading);
  }

  addEnd(time: MonotonicNs, ticks: number, cpuMicroseconds: number): void {
    this.#time(time);
    this.#entry.unsigned(ticks);
    this.#entry.unsigned(Math.round(cpuMicroseconds));
    this.#finish(ENTRY.end);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    try {
      this.#write(this.#pending.view());
    } catch (thrown) {
      this.#fail(thrown);
    }
    this.#pending.clear();
  }

  close(): void {
    this.flush();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Only the figures that changed since this process's row before. */
  #row(row: SampleRow): void {
    const before = this.#before[row.process]!;
    const now = rowFigures(row);
    let mask = row.pss === undefined ? 0 : PSS_BIT | HUGE_BIT;
    this.#rows.clear();
    for (let field = 0; field < ROW_FIELDS; field++) {
      if (now[field] === before[field]) continue;
      mask |= 1 << field;
      this.#rows.signed(now[field]! - before[field]!);
      before[field] = now[field]!;
    }
    if (row.pss !== undefined) {
      for (const bytes of [row.pss, row.privateBytes, row.pssFile, row.pssShmem, row.hugeAnon]) {
        this.#rows.unsigned(kib(bytes ?? Number.NaN) + 1);
      }
    }
    if (row.hugetlb !== this.#pools[row.process]) {
      mask |= POOL_BIT;
      this.#rows.unsigned(kib(row.hugetlb));
      this.#pools[row.process] = row.hugetlb;
    }
    this.#entry.unsigned(mask);
    this.#entry.append(this.#rows.view());
  }

  #time(time: MonotonicNs): void {
    this.#entry.unsigned(microsecondsAfter(this.#start, time));
  }

  #image(image: ProcessImage): void {
    this.#entry.text(image.comm);
    this.#entry.text(image.command);
    this.#entry.text(image.executable);
  }

  #json(kind: number, time: MonotonicNs, facts: object): void {
    this.#time(time);
    this.#entry.text(JSON.stringify(facts));
    this.#finish(kind);
  }

  #finish(kind: number): void {
    if (this.#admits(kind) && this.#descriptor !== undefined) {
      this.#pending.byte(kind);
      this.#pending.raw(this.#entry.view());
    }
    this.#entry.clear();
  }

  /** Once an entry was left out, later rows would be differences to a row that is not there: then only facts go in. */
  #admits(kind: number): boolean {
    const bytes = this.bytes + this.#entry.length;
    if (kind === ENTRY.machine || kind === ENTRY.cgroup || kind === ENTRY.end) return bytes < LOG_LIMIT;
    if (bytes > LOG_ROOM || this.#rowCount > ROW_LIMIT) {
      this.#isFull = true;
      this.#problem ??= { code: 'sample-log-full', message: `${this.#path} is full: ${bytes} bytes` };
    }
    return !this.#isFull;
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && this.#descriptor !== undefined; ) {
      at += writeSync(this.#descriptor, bytes, at);
    }
    this.#written += bytes.length;
  }

  #fail(thrown: unknown): void {
    const cause = errnoOf(thrown);
    const message = `cannot write ${this.#path}: ${messageOf(thrown)}`;
    this.#problem ??= { code: 'sample-log-write', message, ...(cause !== undefined && { cause }) };
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** In the order of the mask's bits. */
function rowFigures(row: SampleRow): number[] {
  return [
    kib(row.rss),
    kib(row.anon),
    kib(row.file),
    kib(row.shmem),
    kib(row.swap),
    kib(row.hwm),
    row.threads,
    row.minorFaults,
    row.majorFaults,
  ].map((value) => (Number.isFinite(value) ? value : -1));
}

/** -1 = unknown. The kernel counts in pages, so nothing is lost. */
function kib(bytes: Bytes): number {
  return Number.isFinite(bytes) ? Math.round(bytes / KIB) : -1;
}

function header(rootPid: number, start: MonotonicNs): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(SAMPLE_LOG_MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(SAMPLE_LOG_VERSION, 8);
  bytes.writeUInt32LE(rootPid, 12);
  bytes.writeDoubleLE(start, 16);
  return bytes;
}
