// A deflated stream as a ByteSource: inflated piece by piece, of which only what was read is kept, up to a bound, so that a
// file that inflates to a thousand times its size costs time but no memory. Made for readers that go forward; going back begins anew.
import { Gunzip, Inflate, Unzlib } from 'fflate';
import { messageOf } from '#base/result.ts';
import type { Bytes } from '#base/units.ts';
import { type ByteSource, checkRange } from './byte-source.ts';
import { damaged, refused } from './damage.ts';

export type DeflateForm = 'raw' | 'zlib' | 'gzip';

/** One push of 4 KiB gives at most 4 MiB: deflate's ratio is bounded by 1032. */
const PIECE = 4 * 1024;
export const MOST_RATIO = 1032;
/** A stream beyond this size that still inflates so much is refused: walking it would take minutes a megabyte. */
export const SUSPECT_BYTES = 2 ** 26;
export const SUSPECT_RATIO = 250;
const KEPT_BEHIND = 2 ** 20;
/** Of pieces that were read from. */
const MOST_KEPT = 2 ** 26;
const MOST_AT_ONCE = 2 ** 28;
/** Each return to the start costs a whole pass. */
const MOST_RESTARTS = 100;

export class InflatedSource implements ByteSource {
  readonly size: Bytes;
  readonly #raw: ByteSource;
  readonly #form: DeflateForm;
  #stream: PieceStream;
  #restarts = 0;

  /** `size`: what an archive's directory says, and then held to; absent: found by inflating once, keeping nothing. */
  constructor(raw: ByteSource, form: DeflateForm, size?: Bytes) {
    this.#raw = raw;
    this.#form = form;
    this.size = size ?? measure(raw, form);
    this.#stream = new PieceStream(raw, form);
  }

  read(at: number, length: number): Uint8Array {
    checkRange(this, at, length);
    if (length > MOST_AT_ONCE) throw refused(at, `${length} bytes of a compressed stream at once`);
    for (;;) {
      const bytes = this.#stream.take(at, length);
      if (bytes) return bytes;
      this.#restart(at);
    }
  }

  #restart(at: number): void {
    this.#restarts++;
    if (this.#restarts > MOST_RESTARTS) throw refused(at, 'a compressed stream that has to be read again and again');
    this.#stream = new PieceStream(this.#raw, this.#form);
  }
}

function measure(raw: ByteSource, form: DeflateForm): Bytes {
  const stream = new PieceStream(raw, form);
  while (stream.advance()) stream.dropBefore(stream.end);
  return stream.end;
}

interface Pusher {
  push(chunk: Uint8Array, final?: boolean): void;
}

interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** Something was read from it, so it may be asked for again: text of names is read a second time. */
  used: boolean;
}

class PieceStream {
  /** Inflated so far. */
  end = 0;
  #pieces: Piece[] = [];
  #usedBytes = 0;
  #at = 0;
  readonly #raw: ByteSource;
  readonly #pusher: Pusher;

  constructor(raw: ByteSource, form: DeflateForm) {
    this.#raw = raw;
    const accept = (bytes: Uint8Array) => {
      if (bytes.length > 0) this.#pieces.push({ start: this.end, bytes, used: false });
      this.end += bytes.length;
    };
    this.#pusher = form === 'raw' ? new Inflate(accept) : form === 'zlib' ? new Unzlib(accept) : new Gunzip(accept);
  }

  /** Inflates one more piece; false at the end. */
  advance(): boolean {
    if (this.#at >= this.#raw.size) return false;
    const length = Math.min(PIECE, this.#raw.size - this.#at);
    const isLast = this.#at + length === this.#raw.size;
    try {
      this.#pusher.push(this.#raw.read(this.#at, length).slice(), isLast);
    } catch (error) {
      throw damaged(this.#at, `the compressed stream cannot be inflated: ${messageOf(error)}`);
    }
    this.#at += length;
    if (this.end > SUSPECT_BYTES && this.end > this.#at * SUSPECT_RATIO) {
      throw refused(this.#at, `a compressed stream that inflates to more than ${SUSPECT_RATIO} times its size`);
    }
    return true;
  }

  /** undefined: part of the range was there once, and was dropped. */
  take(at: number, length: number): Uint8Array | undefined {
    while (this.end < at + length) {
      if (!this.advance()) throw damaged(this.end, 'the compressed stream ends before what it should hold');
      this.dropBefore(at - KEPT_BEHIND);
    }
    return this.#copy(at, length);
  }

  /** Pieces that nothing was read from (the data of arrays, skipped) go first; used ones only when they are many. */
  dropBefore(at: number): void {
    const keepsUsed = this.#usedBytes <= MOST_KEPT;
    if (!this.#pieces.some(({ start, bytes, used }) => start + bytes.length <= at && !(used && keepsUsed))) return;
    this.#pieces = this.#pieces.filter(({ start, bytes, used }) => start + bytes.length > at || (used && keepsUsed));
    this.#usedBytes = this.#pieces.reduce((sum, { bytes, used }) => sum + (used ? bytes.length : 0), 0);
  }

  #copy(at: number, length: number): Uint8Array | undefined {
    const copy = new Uint8Array(length);
    let filled = at;
    for (let i = this.#find(at); i < this.#pieces.length && filled < at + length; i++) {
      const piece = this.#pieces[i]!;
      if (piece.start > filled) return undefined;
      const to = Math.min(at + length, piece.start + piece.bytes.length);
      copy.set(piece.bytes.subarray(filled - piece.start, to - piece.start), filled - at);
      if (!piece.used) this.#usedBytes += piece.bytes.length;
      piece.used = true;
      filled = to;
    }
    return filled === at + length ? copy : undefined;
  }

  /** Index of the last piece that begins at or before `at`. */
  #find(at: number): number {
    let low = 0;
    let high = this.#pieces.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#pieces[middle]!.start <= at) low = middle;
      else high = middle;
    }
    return low;
  }
}
