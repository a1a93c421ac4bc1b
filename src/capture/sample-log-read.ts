// Reads the sampler's log into columns. The file may be cut anywhere (highwater was killed) or hold anything (it lies in a
// temporary folder): what is understood up to the first fault is given, and `complete` says whether that was all.
import { F64Column } from '#base/columns.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { type Bytes, KIB, type MonotonicNs } from '#base/units.ts';
import type { CgroupReading } from '#proc/cgroup.ts';
import type { ProcessImage } from '#proc/identity.ts';
import type { MachineFacts } from '#proc/machine.ts';
import type { FileResidency } from '#proc/smaps.ts';
import { parseCgroupReading, parseMachineFacts } from './sample-facts.ts';
import {
  type FileReading,
  finishSamples,
  newSampleColumns,
  type SampledProcess,
  type SampleLog,
  type SampleLogFacts,
} from './sample-log-columns.ts';
import { FileRowReader, readFileRowOfBefore } from './sample-log-files.ts';
import {
  ENTRY,
  HEADER_BYTES,
  HUGE_BIT,
  POOL_BIT,
  PSS_BIT,
  ROW_FIELDS,
  SAMPLE_LOG_MAGIC,
  SAMPLE_LOG_VERSION,
} from './sample-log-format.ts';
import { MalformedError, VarintReader } from './sample-varint.ts';

/** No log of ours has more rows (ROW_LIMIT); a forged one could fill our memory. */
const MAX_ROWS = 2_000_000;
const MAX_FILES = 200_000;

export function readSampleLog(bytes: Uint8Array): Result<SampleLog> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = Buffer.from(bytes.subarray(0, SAMPLE_LOG_MAGIC.length)).toString('latin1');
  if (bytes.length < HEADER_BYTES || magic !== SAMPLE_LOG_MAGIC) {
    return fail('sample-log-unknown', 'this is not a log of the sampler');
  }
  const version = view.getUint32(8, true);
  if (version !== SAMPLE_LOG_VERSION) {
    return fail('sample-log-version', `the sampler's log has version ${version}, known is ${SAMPLE_LOG_VERSION}`);
  }
  const start = view.getFloat64(16, true);
  if (!(start >= 0 && start < 2 ** 63)) return fail('sample-log-header', "the sampler's log has no valid start time");
  const decoder = new Decoder(view.getUint32(12, true), start);
  return ok(decoder.finish(decoder.readEntries(bytes)));
}

interface OpenProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly startTicks: number;
  readonly images: (ProcessImage & { readonly time: MonotonicNs })[];
  lastSeen: MonotonicNs;
  goneBy: MonotonicNs;
  hwm: Bytes;
  hwmTime: MonotonicNs;
  libraries: readonly string[];
  isBare: boolean;
  /** Figures of the row before, as written. */
  readonly before: Float64Array;
  /** Of hugetlbfs, KiB. */
  pool: number;
}

class Decoder {
  readonly #rootPid: number;
  readonly #start: MonotonicNs;
  readonly #processes: OpenProcess[] = [];
  readonly #samples = newSampleColumns();
  readonly #pss = { time: new F64Column(), span: new F64Column() };
  readonly #system = {
    time: new F64Column(),
    usage: new F64Column(),
    cache: new F64Column(),
    available: new F64Column(),
  };
  readonly #fileReadings: FileReading[] = [];
  readonly #fileRows = new FileRowReader();
  #fileCount = 0;
  #tickMicroseconds = 0;
  #machine: MachineFacts | null = null;
  #cgroupAtStart: CgroupReading | null = null;
  #cgroupAtEnd: CgroupReading | null = null;
  #end: SampleLogFacts['end'] = null;

  constructor(rootPid: number, start: MonotonicNs) {
    this.#rootPid = rootPid;
    this.#start = start;
  }

  /** False where it stopped before the end. */
  readEntries(bytes: Uint8Array): boolean {
    try {
      for (let at = HEADER_BYTES; at < bytes.length; ) {
        const outer = new VarintReader(bytes, at);
        const kind = outer.byte();
        const length = outer.unsigned();
        if (length > outer.left) return false;
        this.#entry(kind, new VarintReader(bytes, outer.at, outer.at + length));
        at = outer.at + length;
      }
      return true;
    } catch (thrown) {
      if (thrown instanceof MalformedError) return false;
      throw thrown;
    }
  }

  finish(understood: boolean): SampleLog {
    return {
      processes: this.#processes.map(finishProcess),
      samples: finishSamples(this.#samples),
      pssReadings: { length: this.#pss.time.length, time: this.#pss.time.finish(), span: this.#pss.span.finish() },
      system: {
        length: this.#system.time.length,
        time: this.#system.time.finish(),
        cgroupUsage: this.#system.usage.finish(),
        cgroupCache: this.#system.cache.finish(),
        available: this.#system.available.finish(),
      },
      fileReadings: this.#fileReadings,
      facts: {
        rootPid: this.#rootPid,
        start: this.#start,
        machine: this.#machine,
        cgroupAtStart: this.#cgroupAtStart,
        cgroupAtEnd: this.#cgroupAtEnd,
        end: this.#end,
      },
      complete: understood && this.#end !== null,
    };
  }

  /** Kinds that are not known are passed over: a later version may add some. */
  #entry(kind: number, entry: VarintReader): void {
    if (kind === ENTRY.tick) this.#tick(entry);
    else if (kind === ENTRY.system) this.#systemRow(entry);
    else if (kind === ENTRY.process) this.#process(entry);
    else if (kind === ENTRY.image) this.#image(entry);
    else if (kind === ENTRY.libraries) this.#libraries(entry);
    else if (kind === ENTRY.files) this.#files(entry, () => this.#fileRows.read(entry));
    else if (kind === ENTRY.filesOfBefore) this.#files(entry, () => readFileRowOfBefore(entry));
    else if (kind === ENTRY.bare) this.#known(entry.unsigned()).isBare = true;
    else if (kind === ENTRY.ended) this.#ended(entry);
    else if (kind === ENTRY.machine) this.#machineFacts(entry);
    else if (kind === ENTRY.cgroup) this.#cgroupFacts(entry);
    else if (kind === ENTRY.end) this.#theEnd(entry);
  }

  #time(entry: VarintReader): MonotonicNs {
    return this.#start + entry.unsigned() * 1000;
  }

  #known(index: number): OpenProcess {
    const process = this.#processes[index];
    if (!process) throw new MalformedError('a process that was not announced');
    return process;
  }

  #process(entry: VarintReader): void {
    const time = this.#time(entry);
    const [pid, parentPid, startTicks] = [entry.unsigned(), entry.unsigned(), entry.unsigned()];
    this.#processes.push({
      pid,
      parentPid,
      startTicks,
      images: [{ ...readImage(entry), time }],
      lastSeen: time,
      goneBy: Number.NaN,
      hwm: Number.NaN,
      hwmTime: Number.NaN,
      libraries: [],
      isBare: false,
      before: new Float64Array(ROW_FIELDS),
      pool: 0,
    });
  }

  #image(entry: VarintReader): void {
    const time = this.#time(entry);
    const process = this.#known(entry.unsigned());
    process.images.push({ ...readImage(entry), time });
  }

  #libraries(entry: VarintReader): void {
    const process = this.#known(entry.unsigned());
    const paths: string[] = [];
    for (let left = entry.unsigned(); left > 0; left--) paths.push(entry.text());
    process.libraries = paths;
  }

  #files(entry: VarintReader, next: () => FileResidency): void {
    const time = this.#time(entry);
    const process = entry.unsigned();
    this.#known(process);
    const files: FileResidency[] = [];
    for (let left = entry.unsigned(); left > 0; left--) files.push(next());
    this.#fileCount += files.length;
    if (this.#fileCount > MAX_FILES) throw new MalformedError('more files than any log of ours has');
    this.#fileReadings.push({ time, process, files });
  }

  #ended(entry: VarintReader): void {
    const time = this.#time(entry);
    this.#known(entry.unsigned()).goneBy = time;
  }

  #tick(entry: VarintReader): void {
    this.#tickMicroseconds += entry.unsigned();
    const time = this.#start + this.#tickMicroseconds * 1000;
    const span = entry.unsigned();
    let index = -1;
    for (let left = entry.unsigned(); left > 0; left--) {
      index += 1 + entry.unsigned();
      this.#row(time, index, entry);
    }
    if (span === 0) return;
    this.#pss.time.push(time);
    this.#pss.span.push((span - 1) * 1000);
  }

  /** The whole row is understood before any of it is kept. */
  #row(time: MonotonicNs, index: number, entry: VarintReader): void {
    const process = this.#known(index);
    const before = process.before;
    const mask = entry.unsigned();
    for (let field = 0; field < ROW_FIELDS; field++) {
      if (!hasBit(mask, 2 ** field)) continue;
      before[field]! += entry.signed();
      if (!(before[field]! >= -1 && before[field]! <= Number.MAX_SAFE_INTEGER))
        throw new MalformedError('a wild figure');
    }
    const hasPss = hasBit(mask, PSS_BIT);
    const pss = Array.from({ length: 4 }, () => (hasPss ? entry.unsigned() - 1 : -1));
    const hasHuge = hasBit(mask, HUGE_BIT);
    const huge = hasHuge ? entry.unsigned() - 1 : -1;
    if (hasBit(mask, POOL_BIT)) process.pool = entry.unsigned();
    if (this.#samples.time.length >= MAX_ROWS) throw new MalformedError('more rows than any log of ours');
    this.#keepRow(time, index, before, [...pss, huge, process.pool]);
    noteReading(process, time, fromKib(before[5]!));
  }

  #keepRow(time: MonotonicNs, index: number, figures: Float64Array, pss: readonly number[]): void {
    const to = this.#samples;
    to.process.push(index);
    to.time.push(time);
    to.rss.push(fromKib(figures[0]!));
    to.anon.push(fromKib(figures[1]!));
    to.file.push(fromKib(figures[2]!));
    to.shmem.push(fromKib(figures[3]!));
    to.swap.push(fromKib(figures[4]!));
    to.threads.push(figures[6]!);
    to.minorFaults.push(countOrUnknown(figures[7]!));
    to.majorFaults.push(countOrUnknown(figures[8]!));
    to.pss.push(fromKib(pss[0]!));
    to.privateBytes.push(fromKib(pss[1]!));
    to.pssFile.push(fromKib(pss[2]!));
    to.pssShmem.push(fromKib(pss[3]!));
    to.hugeAnon.push(fromKib(pss[4]!));
    to.hugetlb.push(fromKib(pss[5]!));
  }

  #systemRow(entry: VarintReader): void {
    const time = this.#time(entry);
    const [usage, cache, available] = [entry.unsigned(), entry.unsigned(), entry.unsigned()];
    this.#system.time.push(time);
    this.#system.usage.push(fromKib(usage - 1));
    this.#system.cache.push(fromKib(cache - 1));
    this.#system.available.push(fromKib(available - 1));
  }

  #machineFacts(entry: VarintReader): void {
    this.#time(entry);
    this.#machine = parseMachineFacts(entry.text()) ?? this.#machine;
  }

  #cgroupFacts(entry: VarintReader): void {
    this.#time(entry);
    const reading = parseCgroupReading(entry.text()) ?? null;
    this.#cgroupAtStart ??= reading;
    this.#cgroupAtEnd = reading ?? this.#cgroupAtEnd;
  }

  #theEnd(entry: VarintReader): void {
    this.#end = { time: this.#time(entry), ticks: entry.unsigned(), cpuMs: entry.unsigned() / 1000 };
  }
}

function finishProcess(process: OpenProcess): SampledProcess {
  const { before: _, pool: __, ...facts } = process;
  const { comm, command, executable } = process.images.at(-1)!;
  return { ...facts, comm, command, executable, firstSeen: process.images[0]!.time };
}

/** VmHWM falls at an exec, so the largest is not always the last. */
function noteReading(process: OpenProcess, time: MonotonicNs, hwm: Bytes): void {
  process.lastSeen = Math.max(process.lastSeen, time);
  if (Number.isNaN(hwm) || process.hwm >= hwm) return;
  process.hwm = hwm;
  process.hwmTime = time;
}

function readImage(entry: VarintReader): ProcessImage {
  return { comm: entry.text(), command: entry.text(), executable: entry.text() };
}

/** A damaged mask may be larger than 32 bits. */
function hasBit(mask: number, bit: number): boolean {
  return Math.floor(mask / bit) % 2 === 1;
}

function fromKib(kib: number): Bytes {
  return kib < 0 ? Number.NaN : kib * KIB;
}

function countOrUnknown(count: number): number {
  return count < 0 ? Number.NaN : count;
}
