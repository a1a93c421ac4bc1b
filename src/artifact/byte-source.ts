// How bytes of a model file come in: its size, and ranges of it on request. A file of 100 GB is read in the few places that
// say what is in it; tensors are never touched. The implementation over a file lives where the machine may be touched.
import type { Bytes } from '#base/units.ts';
import { damaged } from './damage.ts';

export interface ByteSource {
  readonly size: Bytes;
  /**
   * Exactly `length` bytes from `at`. To be read only, and good for as long as it is held: sources hand out memory that
   * they do not write to again. A range that is not wholly inside throws `damaged`; so does a file that shrank meanwhile.
   */
  read(at: number, length: number): Uint8Array;
}

/** Bytes that are in memory already: tests, members of an archive that were inflated. */
export class MemorySource implements ByteSource {
  readonly size: Bytes;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  read(at: number, length: number): Uint8Array {
    checkRange(this, at, length);
    return this.#bytes.subarray(at, at + length);
  }
}

/** A part of another source, as a source: a stored member of an archive, the second pickle in a file. */
export class SliceSource implements ByteSource {
  readonly size: Bytes;
  /** Where its first byte stands in `whole`. */
  readonly start: number;
  readonly #whole: ByteSource;

  constructor(whole: ByteSource, start: number, size: Bytes) {
    checkRange(whole, start, size);
    this.#whole = whole;
    this.start = start;
    this.size = size;
  }

  read(at: number, length: number): Uint8Array {
    checkRange(this, at, length);
    return this.#whole.read(this.start + at, length);
  }
}

/** `length` bytes from `at`, or as many as there are. */
export function readAtMost(source: ByteSource, at: number, length: number): Uint8Array {
  const start = Math.min(Math.max(0, at), source.size);
  return source.read(start, Math.min(length, source.size - start));
}

export function checkRange({ size }: { readonly size: Bytes }, at: number, length: number): void {
  if (!Number.isSafeInteger(at) || !Number.isSafeInteger(length) || at < 0 || length < 0 || at + length > size) {
    throw damaged(
      Math.min(Math.max(0, at), size),
      `${length} bytes are wanted at ${at} of ${size}: the file ends before`,
    );
  }
}
