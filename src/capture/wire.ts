// The records of an agent's stream: agent/wire.h once more, for the reading side. agent/tests/golden.hws is written by C
// from that header and read by the test of this file, so the two cannot drift apart.
import { fail, ok, type Result } from '#base/result.ts';
import type { Bytes, MonotonicNs } from '#base/units.ts';

export const WIRE_VERSION = 1;
export const STREAM_NAME = /^agent-(\d{1,10})-(\d{1,6})\.hws$/;
export const STREAM_HEADER_BYTES = 4096;
const MAGIC = 'HWSTREAM';
const HEADER_FIELDS_END = 120;
const COMMAND_OFFSET = 256;

export const STREAM_FLAG = {
  cleanExit: 1,
  diskFull: 2,
  ceiling: 4,
  noStacks: 8,
  noPythonHooks: 16,
  isPython: 32,
  execed: 64,
  recordsAll: 128,
} as const;

export const KIND = {
  alloc: 1,
  free: 2,
  unmap: 3,
  stack: 4,
  code: 5,
  thread: 6,
  snapshot: 7,
  note: 8,
  mean: 9,
  exit: 10,
  resident: 11,
  areas: 12,
  failed: 13,
} as const;

/** Order of the kinds of private memory in an AREAS record (enum hw_area). */
export const AREA_KINDS = ['data', 'heaps', 'blocks', 'arenas', 'mapped', 'stacks', 'agent', 'other'] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

export const SNAPSHOT_REASON = { periodic: 1, newHigh: 2, beforeFree: 3, atExit: 4 } as const;

export const DOMAIN_MASK = 0x0f;
export const FROM_REALLOC = 0x80;
/** Flags of a STACK that is a call in native code, and of a CODE that is an ELF file. */
const STACK_NATIVE = 1;
const CODE_MODULE = 1;
const NATIVE_STACK_BYTES = 32;

export interface StreamHeader {
  readonly committed: Bytes;
  readonly start: MonotonicNs;
  /** Unix time of `start`, ns. */
  readonly startRealtime: number;
  readonly pid: number;
  readonly parentPid: number;
  readonly pageBytes: number;
  /** PY_VERSION_HEX; 0 = no Python. */
  readonly pythonVersion: number;
  readonly flags: number;
  readonly forked: boolean;
  /** 0 = never read. */
  readonly hwmBytes: Bytes;
  readonly hwmTime: MonotonicNs;
  readonly agentBytes: Bytes;
  readonly dropped: number;
  readonly mean: Bytes;
  readonly inheritedHeap: Bytes;
  /** Arguments of the process. */
  readonly command: readonly string[];
}

/** Reads the first STREAM_HEADER_BYTES of a stream. */
export function parseStreamHeader(bytes: Uint8Array): Result<StreamHeader> {
  if (bytes.length < STREAM_HEADER_BYTES) return fail('stream-truncated', 'the stream ends inside its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== MAGIC) {
    return fail('not-a-stream', 'the file is not a stream of the highwater agent');
  }
  const version = view.getUint32(8, true);
  if (version !== WIRE_VERSION) {
    return fail('stream-version', `the stream has version ${version} and this highwater reads version ${WIRE_VERSION}`);
  }
  if (view.getUint32(12, true) !== STREAM_HEADER_BYTES) return fail('stream-damaged', 'the stream header is damaged');
  const u64 = (at: number) => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  const committed = u64(16);
  if (committed < STREAM_HEADER_BYTES || committed % 8 !== 0 || committed > Number.MAX_SAFE_INTEGER) {
    return fail('stream-damaged', `the stream header says that ${committed} bytes were written`);
  }
  return ok({
    committed,
    start: u64(24),
    startRealtime: u64(32),
    pid: view.getUint32(40, true),
    parentPid: view.getUint32(44, true),
    pageBytes: view.getUint32(48, true),
    pythonVersion: view.getUint32(52, true),
    flags: view.getUint32(64, true),
    forked: view.getUint32(68, true) === 1,
    hwmBytes: u64(72),
    hwmTime: u64(80),
    agentBytes: u64(88),
    dropped: u64(96),
    mean: u64(104),
    inheritedHeap: u64(HEADER_FIELDS_END - 8),
    command: splitCommand(bytes.subarray(COMMAND_OFFSET, STREAM_HEADER_BYTES)),
  });
}

function splitCommand(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('utf8').replace(/\0+$/, '');
  return text === '' ? [] : text.split('\0');
}

/** "3.11.7", "3.14.0b1"; "" for 0. */
export function formatPythonVersion(hex: number): string {
  if (hex === 0) return '';
  const level = (hex >>> 4) & 0xf;
  const serial = hex & 0xf;
  const suffix = level === 0xf ? '' : `${{ 10: 'a', 11: 'b', 12: 'rc' }[level] ?? '?'}${serial}`;
  return `${hex >>> 24}.${(hex >>> 16) & 0xff}.${(hex >>> 8) & 0xff}${suffix}`;
}

/** -1 in numbers that the agent did not measure (HW_UNKNOWN). */
export const UNKNOWN = -1;

/** What happens with the records of a stream, in file order. Plain arguments: millions of calls make no objects. */
export interface RecordVisitor {
  /** `offset` is where the record begins in the file. Returning true ends the reading. */
  before?(offset: number): boolean | undefined;
  alloc?(
    time: MonotonicNs,
    address: number,
    bytes: Bytes,
    weight: Bytes,
    stack: number,
    mean: Bytes,
    flag: number,
    thread: number,
  ): void;
  free?(time: MonotonicNs, address: number, flag: number): void;
  unmap?(time: MonotonicNs, address: number, bytes: Bytes): void;
  stack?(id: number, parent: number, code: number, line: number): void;
  code?(id: number, file: string, name: string): void;
  /** A call in native code: a stack like any other. `offset` as the module's own symbols count. */
  native?(id: number, parent: number, module: number, offset: number): void;
  /** An ELF file: ids are those of codes. `path` "": code without a file. `buildId` in hexadecimal, may be "". */
  module?(id: number, path: string, buildId: string): void;
  thread?(index: number, tid: number, name: string): void;
  snapshot?(snapshot: Snapshot, offset: number): void;
  note?(code: number, text: string): void;
  mean?(time: MonotonicNs, mean: Bytes): void;
  exit?(time: MonotonicNs, hwm: Bytes): void;
  resident?(address: number, bytes: Bytes, residentBytes: Bytes): void;
  areas?(areas: Areas): void;
  failed?(request: FailedRequest): void;
}

/** All private memory of a process by what it is for; the SNAPSHOT of the same time follows. */
export interface Areas {
  readonly time: MonotonicNs;
  readonly reserved: Readonly<Record<AreaKind, Bytes>>;
  readonly resident: Readonly<Record<AreaKind, Bytes>>;
  /** Of the large blocks that are alive in `heaps`: pages without memory. */
  readonly untouched: Bytes;
  /** UNKNOWN where it was not looked for. */
  readonly trimmable: Bytes;
  /** Of all that is resident, in huge pages; UNKNOWN where the kernel does not say. */
  readonly huge: Bytes;
}

/** A request for memory that came to nothing, and how the process stood then. */
export interface FailedRequest {
  readonly time: MonotonicNs;
  readonly domain: number;
  readonly bytes: Bytes;
  readonly virtualBytes: Bytes;
  readonly residentBytes: Bytes;
  /** Private writable mappings, and stacks. */
  readonly dataBytes: Bytes;
  /** RLIMIT_AS and RLIMIT_DATA then; UNKNOWN = none. */
  readonly virtualLimit: Bytes;
  readonly dataLimit: Bytes;
  readonly stack: number;
}

export interface Snapshot {
  readonly time: MonotonicNs;
  readonly thread: number;
  readonly reason: number;
  readonly residentBytes: Bytes;
  readonly sharedBytes: Bytes;
  readonly hwmBytes: Bytes;
  /** Alive in malloc's blocks and in pymalloc's, exactly, with what each adds to its blocks; UNKNOWN where not counted then. */
  readonly heapLive: Bytes;
  /** Where pythonHeld is not known: the last exact count and what samples say has come and gone since. */
  readonly pythonLive: Bytes;
  /** Pages of pymalloc's arenas that were handed out once, less the blocks in use. UNKNOWN as above. */
  readonly pythonHeld: Bytes;
  /** Asked for since the image began. */
  readonly allocated: Bytes;
  /** How far the end of malloc's first heap has moved since the first record; UNKNOWN in streams of before. */
  readonly heapGrown: Bytes;
  readonly stack: number;
}

/** Least size of each kind, so that no field is read past its record. Records may grow at their end. */
const LEAST_BYTES: Readonly<Record<number, number>> = {
  [KIND.alloc]: 48,
  [KIND.free]: 24,
  [KIND.unmap]: 32,
  [KIND.stack]: 24,
  [KIND.code]: 24,
  [KIND.thread]: 24,
  [KIND.snapshot]: 104,
  [KIND.note]: 24,
  [KIND.mean]: 24,
  [KIND.exit]: 56,
  [KIND.resident]: 40,
  [KIND.areas]: 160,
  [KIND.failed]: 72,
};

/** Those of before are shorter. */
const AREAS_WITH_HUGE = 168;
const SNAPSHOT_WITH_BREAK = 112;

/** Reads whole records out of a buffer that begins at a record. One flat switch: this is the hot loop of every report. */
export class RecordReader {
  readonly #visitor: RecordVisitor;
  /** Set when the stream contradicts itself or the visitor has seen enough; reading then ends. */
  problem: string | undefined;
  stopped = false;

  constructor(visitor: RecordVisitor) {
    this.#visitor = visitor;
  }

  /**
   * Visits the whole records among the first `end` bytes. `fileOffset` is where `bytes` begins in the file.
   * Gives the number of bytes that were consumed. `bytes` must be aligned to 8 in its buffer.
   */
  read(bytes: Uint8Array, end: number, fileOffset: number): number {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    const visitor = this.#visitor;
    let at = 0;
    while (at + 8 <= end) {
      const w = at >> 2;
      const head = words[w]!;
      const kind = head & 0xff;
      const flag = (head >>> 8) & 0xff;
      const size = head >>> 16;
      if (size < 8 || (size & 7) !== 0 || size < (LEAST_BYTES[kind] ?? 8)) {
        this.problem = `record of kind ${kind} and size ${size} at offset ${fileOffset + at}`;
        break;
      }
      if (at + size > end) break;
      if (visitor.before?.(fileOffset + at) === true) {
        this.stopped = true;
        break;
      }
      switch (kind) {
        case KIND.alloc:
          visitor.alloc?.(
            u64(words, w + 2),
            u64(words, w + 4),
            u64(words, w + 6),
            u64(words, w + 8),
            words[w + 10]!,
            words[w + 11]!,
            flag,
            words[w + 1]!,
          );
          break;
        case KIND.free:
          visitor.free?.(u64(words, w + 2), u64(words, w + 4), flag);
          break;
        case KIND.unmap:
          visitor.unmap?.(u64(words, w + 2), u64(words, w + 4), u64(words, w + 6));
          break;
        case KIND.stack:
          if ((flag & STACK_NATIVE) === 0) {
            visitor.stack?.(words[w + 2]!, words[w + 3]!, words[w + 4]!, words[w + 5]! | 0);
          } else {
            const offset = size < NATIVE_STACK_BYTES ? 0 : u64(words, w + 6);
            visitor.native?.(words[w + 2]!, words[w + 3]!, words[w + 4]!, offset);
          }
          break;
        default:
          this.#readRare(kind, flag, words, w, bytes.subarray(at, at + size), fileOffset + at);
      }
      at += size;
    }
    return at;
  }

  #readRare(kind: number, flag: number, words: Uint32Array, w: number, record: Uint8Array, offset: number): void {
    const visitor = this.#visitor;
    switch (kind) {
      case KIND.code: {
        const fileBytes = words[w + 4]! & 0xffff;
        const nameBytes = words[w + 4]! >>> 16;
        const text = textOf(record, 24, fileBytes);
        const name = textOf(record, 24 + fileBytes, nameBytes);
        if ((flag & CODE_MODULE) === 0) visitor.code?.(words[w + 2]!, text, name);
        else visitor.module?.(words[w + 2]!, text, name);
        return;
      }
      case KIND.thread:
        visitor.thread?.(words[w + 1]!, words[w + 4]!, textOf(record, 24, words[w + 5]! & 0xffff));
        return;
      case KIND.snapshot:
        visitor.snapshot?.(
          {
            time: u64(words, w + 2),
            thread: words[w + 1]!,
            reason: flag,
            residentBytes: measured(words, w + 6),
            sharedBytes: measured(words, w + 8),
            hwmBytes: measured(words, w + 10),
            heapLive: measured(words, w + 12),
            pythonLive: measured(words, w + 14),
            pythonHeld: measured(words, w + 22),
            allocated: measured(words, w + 24),
            heapGrown: record.length < SNAPSHOT_WITH_BREAK ? UNKNOWN : measured(words, w + 26),
            stack: words[w + 20]!,
          },
          offset,
        );
        return;
      case KIND.note:
        visitor.note?.(flag, textOf(record, 24, words[w + 4]! & 0xffff));
        return;
      case KIND.mean:
        visitor.mean?.(u64(words, w + 2), u64(words, w + 4));
        return;
      case KIND.exit:
        visitor.exit?.(u64(words, w + 2), u64(words, w + 4));
        return;
      case KIND.resident:
        visitor.resident?.(u64(words, w + 4), u64(words, w + 6), u64(words, w + 8));
        return;
      case KIND.areas:
        visitor.areas?.({
          time: u64(words, w + 2),
          reserved: areasFrom(words, w + 4),
          resident: areasFrom(words, w + 4 + 2 * AREA_KINDS.length),
          untouched: u64(words, w + 4 + 4 * AREA_KINDS.length),
          trimmable: measured(words, w + 6 + 4 * AREA_KINDS.length),
          huge: record.length < AREAS_WITH_HUGE ? UNKNOWN : measured(words, w + 8 + 4 * AREA_KINDS.length),
        });
        return;
      case KIND.failed:
        visitor.failed?.({
          time: u64(words, w + 2),
          domain: flag & DOMAIN_MASK,
          bytes: u64(words, w + 4),
          virtualBytes: u64(words, w + 6),
          residentBytes: u64(words, w + 8),
          dataBytes: u64(words, w + 10),
          virtualLimit: measured(words, w + 12),
          dataLimit: measured(words, w + 14),
          stack: words[w + 16]!,
        });
        return;
      default:
        return; // a kind of a later agent: skipped by its size
    }
  }
}

function areasFrom(words: Uint32Array, w: number): Record<AreaKind, Bytes> {
  return Object.fromEntries(AREA_KINDS.map((kind, i) => [kind, u64(words, w + 2 * i)])) as Record<AreaKind, Bytes>;
}

function u64(words: Uint32Array, w: number): number {
  return words[w]! + words[w + 1]! * 4294967296;
}

function measured(words: Uint32Array, w: number): number {
  return words[w] === 0xffffffff && words[w + 1] === 0xffffffff ? UNKNOWN : u64(words, w);
}

/** A text field, cut to its record whatever its length says. */
function textOf(record: Uint8Array, from: number, length: number): string {
  return Buffer.from(record.subarray(from, Math.min(from + length, record.length))).toString('utf8');
}
