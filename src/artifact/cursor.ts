// Walks a ByteSource from front to back. Every length is held against what is left before anything is read or reserved, and
// whatever does not fit is a Damage that names the byte.
import type { Bytes } from '#base/units.ts';
import { type ByteSource, readAtMost } from './byte-source.ts';
import { damaged, refused } from './damage.ts';

const WINDOW = 64 * 1024;
/** A name, a key, a text value. Longer ones are skipped or refused by who asks. */
export const MOST_TEXT: Bytes = 2 ** 20;

export class Cursor {
  /** Next byte to be read. */
  at: number;
  /** Reading stops here: the end of the source, or of a field whose length is known. */
  end: number;
  readonly #source: ByteSource;
  #window: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #windowAt = 0;
  readonly #little: boolean;

  constructor(source: ByteSource, options: { at?: number; end?: number; littleEndian?: boolean } = {}) {
    this.#source = source;
    this.at = options.at ?? 0;
    this.end = Math.min(options.end ?? source.size, source.size);
    this.#little = options.littleEndian ?? true;
    if (this.at < 0 || this.at > this.end) throw damaged(Math.max(0, this.end), `the file ends before byte ${this.at}`);
  }

  get left(): Bytes {
    return this.end - this.at;
  }

  u8(): number {
    const offset = this.#need(1);
    return this.#view.getUint8(offset);
  }

  u16(): number {
    const offset = this.#need(2);
    return this.#view.getUint16(offset, this.#little);
  }

  u32(): number {
    const offset = this.#need(4);
    return this.#view.getUint32(offset, this.#little);
  }

  i32(): number {
    const offset = this.#need(4);
    return this.#view.getInt32(offset, this.#little);
  }

  /** Sizes and offsets only: past 2^53 it can be neither. */
  u64(): number {
    const start = this.at;
    const offset = this.#need(8);
    const value = Number(this.#view.getBigUint64(offset, this.#little));
    if (!Number.isSafeInteger(value)) throw damaged(start, `the number ${value} is larger than any file`);
    return value;
  }

  i64(): bigint {
    const offset = this.#need(8);
    return this.#view.getBigInt64(offset, this.#little);
  }

  /** An unsigned little-endian number of 1 to 8 bytes. */
  uint(width: number): number {
    const start = this.at;
    let value = 0;
    for (let i = 0; i < width; i++) value += this.u8() * 256 ** i;
    if (!Number.isSafeInteger(value)) throw damaged(start, 'a number is larger than any file');
    return value;
  }

  f32(): number {
    const offset = this.#need(4);
    return this.#view.getFloat32(offset, this.#little);
  }

  f64(): number {
    const offset = this.#need(8);
    return this.#view.getFloat64(offset, this.#little);
  }

  bytes(length: number): Uint8Array {
    this.require(length);
    const bytes = this.#source.read(this.at, length);
    this.at += length;
    return bytes;
  }

  text(length: number, most: Bytes = MOST_TEXT): string {
    if (length > most) throw refused(this.at, `a name of ${length} bytes`);
    return new TextDecoder().decode(this.bytes(length));
  }

  skip(length: number): void {
    this.require(length);
    this.at += length;
  }

  /** Throws unless `length` more bytes are there. */
  require(length: number): void {
    if (!(length >= 0 && length <= this.left)) {
      throw damaged(this.at, `${length} more bytes are announced, and ${this.left} are left`);
    }
  }

  /** Throws unless `count` items of at least `least` bytes each can still follow: a count that is held in memory. */
  requireItems(count: number, least: Bytes, what: string): void {
    if (!(count >= 0 && count * least <= this.left)) {
      throw damaged(this.at, `${count} ${what} are announced, and ${this.left} bytes are left`);
    }
  }

  /** Goes on at `at`, anywhere in the source. */
  seek(at: number): void {
    if (!(at >= 0 && at <= this.end)) throw damaged(this.at, `byte ${at} is pointed to, and the file has ${this.end}`);
    this.at = at;
  }

  /** Makes the next `length` bytes present; their place in the window. */
  #need(length: number): number {
    if (this.at + length > this.end) this.require(length);
    const offset = this.at - this.#windowAt;
    if (offset < 0 || offset + length > this.#window.length) {
      this.#window = readAtMost(this.#source, this.at, Math.min(WINDOW, this.end - this.at));
      this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.byteLength);
      this.#windowAt = this.at;
    }
    this.at += length;
    return this.at - length - this.#windowAt;
  }
}
