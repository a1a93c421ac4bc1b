// A stream in which every block was recorded, summed up block by block: what the heap held at its largest, by line.
import { AddressMap } from '#capture/address-map.ts';
import { NativePlaces } from '#capture/native-places.ts';
import { readStream } from '#capture/stream-file.ts';
import { type StreamSurvey, surveyStream } from '#capture/stream-survey.ts';
import { DOMAIN_MASK, type RecordVisitor } from '#capture/wire.ts';
import { DOMAIN } from '#profile/types.ts';

const GLIBC_MAP_FROM = 128 * 1024;
const PAGE = 4096;

/**
 * What a block takes in its allocator: pymalloc gives multiples of 16 bytes (Objects/obmalloc.c); glibc chunks of multiples
 * of 16 bytes with a head of 8 in them, and large ones whole pages with a head of 16 (malloc/malloc.c).
 */
function roundUp(bytes: number, domain: number): number {
  if (domain === DOMAIN.python) return Math.ceil(bytes / 16) * 16;
  if (bytes >= GLIBC_MAP_FROM) return Math.ceil((bytes + 16) / PAGE) * PAGE;
  return Math.max(32, Math.ceil((bytes + 8) / 16) * 16);
}

/** When resident memory stood highest. */
export function survey(path: string): StreamSurvey {
  return surveyStream(path, 0, [], new NativePlaces());
}

export class FullRecording implements RecordVisitor {
  /** Rounded up as the allocators do: the largest sum at any time. */
  largestHeap = 0;
  /** As requested at that time; and by line. */
  requestedAtPeak = 0;
  readonly linesAtPeak = new Map<string, number>();
  allocated = 0;

  readonly #peakOffset: number;
  readonly #lineOf: string[] = [''];
  readonly #codes = new Map<number, string>();
  // Live blocks: address -> row in these columns; rows of dead blocks are used again.
  readonly #live = new AddressMap();
  readonly #bytes: number[] = [];
  readonly #rounded: number[] = [];
  readonly #stack: number[] = [];
  readonly #unused: number[] = [];
  #heap = 0;
  #isPast = false;
  #offset = 0;
  /** Offset of the record that made the heap its largest. */
  #largestAt = 0;

  /** Twice: when the heap was at its largest is known only at the end. */
  static read(path: string): FullRecording {
    const first = new FullRecording(Number.POSITIVE_INFINITY);
    readStream(path, first);
    const recording = new FullRecording(first.#largestAt);
    readStream(path, recording);
    recording.#takePeak();
    return recording;
  }

  private constructor(peakOffset: number) {
    this.#peakOffset = peakOffset;
  }

  before(offset: number): undefined {
    this.#offset = offset;
    if (offset > this.#peakOffset) this.#takePeak();
  }

  code(id: number, file: string): void {
    this.#codes.set(id, file);
  }

  stack(id: number, _parent: number, code: number, line: number): void {
    this.#lineOf[id] = `${this.#codes.get(code)}:${line > 0 ? line : -1}`;
  }

  alloc(_: number, address: number, bytes: number, weight: number, stack: number, mean: number, flag: number): void {
    const domain = flag & DOMAIN_MASK;
    if (domain === DOMAIN.mmap || domain === DOMAIN.mmapFile || domain === DOMAIN.mmapShared) return;
    if (mean !== 0 || weight !== bytes) throw new Error('this is no full recording');
    this.free(0, address);
    const block = this.#unused.pop() ?? this.#bytes.length;
    this.#bytes[block] = bytes;
    this.#rounded[block] = roundUp(bytes, domain);
    this.#stack[block] = stack;
    this.#live.set(address, block);
    this.allocated += bytes;
    this.#heap += this.#rounded[block]!;
    if (this.#heap <= this.largestHeap) return;
    this.largestHeap = this.#heap;
    this.#largestAt = this.#offset;
  }

  free(_: number, address: number): void {
    const block = this.#live.delete(address);
    if (block < 0) return;
    this.#heap -= this.#rounded[block]!;
    this.#rounded[block] = -1; // dead
    this.#unused.push(block);
  }

  #takePeak(): void {
    if (this.#isPast) return;
    this.#isPast = true;
    for (let block = 0; block < this.#bytes.length; block++) {
      if (this.#rounded[block]! < 0) continue;
      const line = this.#lineOf[this.#stack[block]!] ?? '';
      this.requestedAtPeak += this.#bytes[block]!;
      this.linesAtPeak.set(line, (this.linesAtPeak.get(line) ?? 0) + this.#bytes[block]!);
    }
  }
}
