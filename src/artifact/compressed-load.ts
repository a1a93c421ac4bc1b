// How a pickle is loaded that was compressed as a whole, and what that takes beside the objects: by what opens it. Measured
// (bench/xray/compressed-loads.ts) with joblib 1.6, lz4 4.4 and zstandard 0.25 on Python 3.11.
import { type Bytes, KIB, MIB } from '#base/units.ts';
import type { Codec } from './detect.ts';

export interface Compressed {
  readonly codec: Codec;
  readonly storedBytes: Bytes;
  /** What a decompressor takes, at most. */
  readonly decompressor: Bytes;
}

interface Opener {
  /** The module that opens it. */
  readonly module: string;
  readonly call: string;
}

/** For pickle.load. Streams of zlib, lzma and lz4 are only ever written by joblib, which opens them itself. */
export const OPENERS: Readonly<Partial<Record<Codec, Opener>>> = {
  gzip: { module: 'gzip', call: "pickle.load(gzip.open(path, 'rb'))" },
  bz2: { module: 'bz2', call: "pickle.load(bz2.open(path, 'rb'))" },
  xz: { module: 'lzma', call: "pickle.load(lzma.open(path, 'rb'))" },
  zstd: { module: 'zstandard', call: "pickle.load(zstandard.open(path, 'rb'))" },
};

/** joblib puts a buffer of 1 MiB before whatever it opens. Filling it makes as much again, and some of that in pieces. */
const JOBLIB_BUFFER: Bytes = MIB;
const JOBLIB_REFILL: Bytes = 1536 * KIB;
/** Of both; pieces may stay in malloc's heap. */
export const JOBLIB_BUFFERS: Bytes = JOBLIB_BUFFER + JOBLIB_REFILL;
/** A smaller stream is at its end, with little left to fill in, before most of the objects are there. */
const LONG_STREAM: Bytes = 8 * MIB;

/** Of pieces of some 20 KiB that become one object, malloc keeps six tenths while that is copied. */
const JOINED_PIECES = 1.6;

/** Large bytes objects on their way: BZ2File and zstandard read into them, LZMAFile and GzipFile make them and copy, joblib's own join pieces first. */
function copiesOf(codec: Codec, isJoblib: boolean): number {
  if (codec === 'bz2' || codec === 'zstd') return 0;
  return isJoblib && codec !== 'xz' && codec !== 'lzma' ? JOINED_PIECES : 1;
}

/** `inside`: bytes of the stream. A history is touched as far as there is something in it. */
export function costsOf(
  { codec, decompressor }: Compressed,
  inside: Bytes,
  isJoblib: boolean,
): { readonly decompressor: Bytes; readonly copies: number } {
  const buffers = isJoblib ? JOBLIB_BUFFER + (inside >= LONG_STREAM ? JOBLIB_REFILL : 0) : 0;
  return { decompressor: Math.min(decompressor, inside) + buffers, copies: copiesOf(codec, isJoblib) };
}
