// Writes opcodes as CPython's pickler lays them out: from protocol 4 on in frames of 64 KiB, with longer payloads between
// frames so that a loader reads them straight into the object; memo entries numbered in the order in which they are put.
// What is not yet committed can be taken back.
import type { ByteSink } from '../byte-sink.ts';
import { OP } from './opcodes.ts';
import type { PickleScanner } from './scan.ts';

const FRAME_TARGET = 64 * 1024;
/** CPython does not frame less. */
const FRAME_LEAST = 4;
const COPY_STEP = 1024 * 1024;

export class PickleWriter {
  /** Byte of the whole output that the next commit will be. */
  committed: number;
  memoLength = 0;
  readonly #sink: ByteSink;
  readonly #protocol: number;
  #buffer = new Uint8Array(64);
  #settled = 0;
  /** Behind what is in the buffer: opcodes that follow one another in the old pickle too, to be copied at once. */
  #rawWindow: Uint8Array = new Uint8Array(0);
  #rawStart = 0;
  #rawEnd = 0;

  /** `startAt`: byte of the whole output at which this pickle begins. */
  constructor(sink: ByteSink, protocol: number, startAt: number) {
    this.committed = startAt;
    this.#sink = sink;
    this.#protocol = protocol;
  }

  /** Where the next byte will stand in the open frame. */
  get pending(): number {
    return this.#settled + this.#rawEnd - this.#rawStart;
  }

  get isFrameFull(): boolean {
    return this.pending >= FRAME_TARGET;
  }

  /** The opcode at the scanner, as it is. */
  copy(scanner: PickleScanner): void {
    if (scanner.op === OP.PROTO) {
      this.commit();
      this.#direct(Uint8Array.of(OP.PROTO, scanner.value));
      return;
    }
    const bytes = scanner.position - scanner.at;
    if (!scanner.isInside || bytes > FRAME_TARGET) {
      this.copyRange(scanner, scanner.at, bytes);
      return;
    }
    const start = scanner.indexOfOpcode;
    if (start !== this.#rawEnd || scanner.window !== this.#rawWindow) {
      this.#settle();
      this.#rawWindow = scanner.window;
      this.#rawStart = start;
    }
    this.#rawEnd = start + bytes;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#settled++] = value;
  }

  /** Notes the value on top in the memo. Gives its index. */
  memoize(): number {
    const index = this.memoLength++;
    this.#reserve(12);
    if (this.#protocol >= 4) this.#buffer[this.#settled++] = OP.MEMOIZE;
    else this.#memoOpcode(index, OP.PUT, OP.BINPUT, OP.LONG_BINPUT);
    return index;
  }

  fetch(index: number): void {
    this.#reserve(12);
    this.#memoOpcode(index, OP.GET, OP.BINGET, OP.LONG_BINGET);
  }

  /** Takes back what was written since `pending` was this. */
  takeBackTo(pending: number): void {
    if (pending >= this.#settled) {
      this.#rawEnd = this.#rawStart + pending - this.#settled;
      return;
    }
    this.#rawEnd = this.#rawStart;
    this.#settled = pending;
  }

  /** Ends the frame. */
  commit(): void {
    this.#settle();
    const length = this.#settled;
    if (length === 0) return;
    if (this.#protocol >= 4 && length >= FRAME_LEAST) this.#direct(frameHead(length));
    this.#settled = 0;
    this.#direct(this.#buffer.subarray(0, length));
  }

  /** Bytes of our own outside of any frame. */
  raw(bytes: Uint8Array): void {
    this.commit();
    this.#direct(bytes);
  }

  /** Where the sink takes more: for what is written to it past this writer. */
  skipTo(committed: number): void {
    this.committed = committed;
  }

  /** Bytes of the source outside of any frame. */
  copyRange(scanner: PickleScanner, at: number, length: number): void {
    this.commit();
    for (let done = 0; done < length; done += COPY_STEP) {
      this.#direct(scanner.source.read(at + done, Math.min(COPY_STEP, length - done)));
    }
  }

  #direct(bytes: Uint8Array): void {
    this.#sink.write(bytes);
    this.committed += bytes.length;
  }

  #memoOpcode(index: number, text: number, short: number, long: number): void {
    if (this.#protocol === 0) {
      this.#buffer[this.#settled++] = text;
      for (const digit of `${index}\n`) this.#buffer[this.#settled++] = digit.charCodeAt(0);
    } else if (index < 256) {
      this.#buffer[this.#settled++] = short;
      this.#buffer[this.#settled++] = index;
    } else {
      this.#buffer[this.#settled++] = long;
      for (let shift = 0; shift < 32; shift += 8) this.#buffer[this.#settled++] = (index >>> shift) & 255;
    }
  }

  /** Room for so many bytes in the buffer, behind everything that was copied. */
  #reserve(bytes: number): void {
    this.#settle();
    if (this.#settled + bytes > this.#buffer.length) this.#grow(bytes);
  }

  #settle(): void {
    const length = this.#rawEnd - this.#rawStart;
    if (length === 0) return;
    if (this.#settled + length > this.#buffer.length) this.#grow(length);
    const window = this.#rawWindow;
    if (length < 24) {
      for (let i = 0; i < length; i++) this.#buffer[this.#settled + i] = window[this.#rawStart + i]!;
    } else this.#buffer.set(window.subarray(this.#rawStart, this.#rawEnd), this.#settled);
    this.#settled += length;
    this.#rawStart = this.#rawEnd;
  }

  #grow(bytes: number): void {
    const bigger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#settled + bytes));
    bigger.set(this.#buffer);
    this.#buffer = bigger;
  }
}

function frameHead(length: number): Uint8Array {
  const head = new Uint8Array(9);
  head[0] = OP.FRAME;
  new DataView(head.buffer).setBigUint64(1, BigInt(length), true);
  return head;
}
