// Opcode after opcode of a pickle, without objects: the scanner's fields describe the one that `next` has just read. A window
// of the file is in memory; payloads larger than it are skipped and not read. Every length is held against what is left of
// the file before anything is done with it, and every error names the byte of the opcode that it is about.
import type { ByteSource } from '../byte-source.ts';
import { damaged } from '../damage.ts';
import { ARGUMENT, ARGUMENT_OF, nameOfOpcode } from './opcodes.ts';

/** What `next` gives where the file ends. */
export const END = -1;

const WINDOW = 256 * 1024;
/** Payloads up to this length are always handed out in the window. */
export const LONGEST_INSIDE = 64 * 1024;
/** An opcode and the longest of its arguments of fixed width, or its length field. */
export const LONGEST_HEAD = 9;
const LINE_FEED = 10;

export class PickleScanner {
  /** Byte of the source at which the opcode stands. */
  at = 0;
  op: number = END;
  /** The numeric argument: an integer, memo index, frame length, protocol. The length of counted arguments. */
  value = 0;
  /** Payload of counted arguments, lines (without the line feed; of two lines, with the one between) and floats. */
  length = 0;
  /** Index of the payload in `window`; -1: longer than LONGEST_INSIDE and not in memory, see `payloadAt`. */
  from = 0;
  /** Memory that `from` points into; another array after some calls of `next`. */
  window: Uint8Array = new Uint8Array(0);

  readonly source: ByteSource;
  /** Byte of the source that window[0] is. */
  base: number;
  /** Index in the window of what `next` will read, and the window's end. Who reads opcodes in place moves `index` on. */
  index = 0;
  end = 0;
  readonly #size: number;

  constructor(source: ByteSource, at = 0) {
    this.source = source;
    this.base = at;
    this.#size = source.size;
  }

  /** Byte of the source at which the next opcode stands. */
  get position(): number {
    return this.base + this.index;
  }

  /** Byte of the source at which the payload begins. */
  get payloadAt(): number {
    return this.from >= 0 ? this.base + this.from : this.position - this.length - this.#behind;
  }
  /** Bytes between a payload outside of the window and the next opcode: the line feed of a long line. */
  #behind = 0;

  /** The whole opcode is in `window`. */
  get isInside(): boolean {
    return this.base <= this.at && this.position <= this.base + this.end && this.end > 0;
  }

  /** Index of the opcode in `window`, where `isInside`. */
  get indexOfOpcode(): number {
    return this.at - this.base;
  }

  /** Goes on at another byte: behind bytes that are no opcodes. */
  moveTo(at: number): void {
    const index = at - this.base;
    if (index >= 0 && index <= this.end) {
      this.index = index;
      return;
    }
    this.base = at;
    this.index = 0;
    this.end = 0;
  }

  /** The payload, read if it is not in memory. */
  readPayload(): Uint8Array {
    return this.from >= 0
      ? this.window.subarray(this.from, this.from + this.length)
      : this.source.read(this.payloadAt, this.length);
  }

  /** The opcode, or END. Hot and flat: the arguments are read in place. */
  next(): number {
    this.fill();
    const position = this.index;
    const end = this.end;
    this.at = this.base + position;
    if (position >= end) {
      this.op = END;
      return END;
    }
    const bytes = this.window;
    const op = bytes[position]!;
    const from = position + 1;
    this.op = op;
    switch (ARGUMENT_OF[op]) {
      case ARGUMENT.none:
        this.index = from;
        return op;
      case ARGUMENT.uint1:
        if (from + 1 > end) throw this.#cutOff();
        this.value = bytes[from]!;
        this.index = from + 1;
        return op;
      case ARGUMENT.uint2:
        if (from + 2 > end) throw this.#cutOff();
        this.value = bytes[from]! | (bytes[from + 1]! << 8);
        this.index = from + 2;
        return op;
      case ARGUMENT.int4:
        if (from + 4 > end) throw this.#cutOff();
        this.value = int4(bytes, from);
        this.index = from + 4;
        return op;
      case ARGUMENT.uint4:
        if (from + 4 > end) throw this.#cutOff();
        this.value = int4(bytes, from) >>> 0;
        this.index = from + 4;
        return op;
      case ARGUMENT.float8:
        if (from + 8 > end) throw this.#cutOff();
        this.from = from;
        this.length = 8;
        this.index = from + 8;
        return op;
      case ARGUMENT.uint8:
        if (from + 8 > end) throw this.#cutOff();
        this.value = uint8(bytes, from);
        if (this.value > this.#size - this.at - 9) throw this.#tooLong('a frame');
        this.index = from + 8;
        return op;
      case ARGUMENT.counted1:
        if (from + 1 > end) throw this.#cutOff();
        return this.#counted(from + 1, bytes[from]!);
      case ARGUMENT.counted4:
        if (from + 4 > end) throw this.#cutOff();
        return this.#counted(from + 4, int4(bytes, from) >>> 0);
      case ARGUMENT.countedSigned4:
        if (from + 4 > end) throw this.#cutOff();
        if (int4(bytes, from) < 0) throw damaged(this.at, `${nameOfOpcode(op)} has a negative length`);
        return this.#counted(from + 4, int4(bytes, from));
      case ARGUMENT.counted8:
        if (from + 8 > end) throw this.#cutOff();
        return this.#counted(from + 8, uint8(bytes, from));
      case ARGUMENT.line:
        return this.#lines(1);
      case ARGUMENT.twoLines:
        return this.#lines(2);
      case ARGUMENT.decimalLine:
        this.#lines(1);
        this.value = this.#memoIndex();
        return op;
      default:
        throw damaged(this.at, `the byte ${nameOfOpcode(op)} is no opcode of pickle`);
    }
  }

  #counted(from: number, length: number): number {
    this.value = length;
    this.length = length;
    if (from + length <= this.end) {
      this.from = from;
      this.index = from + length;
      return this.op;
    }
    const at = this.base + from;
    if (length > this.#size - at) throw this.#tooLong('a payload');
    if (length <= LONGEST_INSIDE) {
      this.#load(this.at);
      this.from = at - this.at;
      this.index = this.from + length;
      return this.op;
    }
    this.#leave(at + length, 0);
    return this.op;
  }

  /** Ends the opcode at `next` with its payload not in memory. */
  #leave(next: number, behind: number): void {
    this.from = -1;
    this.#behind = behind;
    this.base = next;
    this.index = 0;
    this.end = 0;
  }

  #lines(count: 1 | 2): number {
    const start = this.at + 1;
    let end = this.#findLineEnd(start);
    if (count === 2) end = this.#findLineEnd(end + 1);
    this.length = end - start;
    if (this.length > LONGEST_INSIDE) {
      this.#leave(end + 1, 1);
      return this.op;
    }
    if (end + 1 > this.base + this.end) this.#load(this.at);
    this.from = start - this.base;
    this.index = this.from + this.length + 1;
    return this.op;
  }

  /** Byte of the source with the next line feed. */
  #findLineEnd(start: number): number {
    const index = start - this.base;
    if (index < this.end) {
      const found = this.window.indexOf(LINE_FEED, index);
      if (found >= 0 && found < this.end) return this.base + found;
    }
    for (let at = Math.max(start, this.base + this.end); at < this.#size; at += WINDOW) {
      const found = this.source.read(at, Math.min(WINDOW, this.#size - at)).indexOf(LINE_FEED);
      if (found >= 0) return at + found;
    }
    throw damaged(this.at, `${nameOfOpcode(this.op)} has a line that does not end`);
  }

  #memoIndex(): number {
    let value = 0;
    const end = this.from + this.length;
    if (this.from < 0 || this.length === 0 || this.length > 10) throw this.#noIndex();
    for (let i = this.from; i < end; i++) {
      const digit = this.window[i]! - 48;
      if (digit < 0 || digit > 9) return this.#oddIndex();
      value = value * 10 + digit;
    }
    return value;
  }

  /** As Python's int() reads it: spaces around, a plus, underscores between digits. No pickler writes that. */
  #oddIndex(): number {
    const text = String.fromCharCode(...this.window.subarray(this.from, this.from + this.length));
    if (!/^\s*\+?\d+(?:_\d+)*\s*$/.test(text)) throw this.#noIndex();
    return Number(text.replaceAll('_', ''));
  }

  /** Makes the next opcode with its length present, as far as the file goes. */
  fill(): void {
    if (this.index + LONGEST_HEAD > this.end && this.base + this.end < this.#size) this.#load(this.base + this.index);
  }

  #load(at: number): void {
    const length = Math.min(WINDOW, this.#size - at);
    this.window = this.source.read(at, length);
    this.base = at;
    this.index = 0;
    this.end = length;
  }

  #cutOff(): Error {
    return damaged(this.at, `the file ends within ${nameOfOpcode(this.op)}`);
  }

  #tooLong(what: string): Error {
    const left = this.#size - this.at;
    return damaged(this.at, `${nameOfOpcode(this.op)} asks for ${what} of ${this.value} bytes, and ${left} are left`);
  }

  #noIndex(): Error {
    return damaged(this.at, `${nameOfOpcode(this.op)} has no memo index of decimal digits`);
  }
}

function int4(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** Beyond 2^53 it loses its last bits, and is beyond every file anyhow. */
function uint8(bytes: Uint8Array, at: number): number {
  return (int4(bytes, at) >>> 0) + (int4(bytes, at + 4) >>> 0) * 2 ** 32;
}
