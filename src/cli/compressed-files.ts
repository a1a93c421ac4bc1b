// Files that were compressed as a whole, taken apart into a file beside and put together again: zlib, gzip and zstd by Node, bz2, xz
// and lzma by a Python (python-codec.ts), lz4 by ourselves (artifact/lz4-frame.ts). What comes out is bounded as the readers
// bound it that inflate in memory.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  constants,
  createDeflate,
  createGunzip,
  createGzip,
  createInflate,
  createZstdCompress,
  createZstdDecompress,
} from 'node:zlib';
import { readAtMost } from '#artifact/byte-source.ts';
import { Damage } from '#artifact/damage.ts';
import type { Codec } from '#artifact/detect.ts';
import { SUSPECT_BYTES, SUSPECT_RATIO } from '#artifact/inflate.ts';
import { decodeLz4 } from '#artifact/lz4-frame.ts';
import { encodeLz4 } from '#artifact/lz4-writer.ts';
import { errnoOf, FailureError, messageOf, unwrap } from '#base/result.ts';
import type { Bytes } from '#base/units.ts';
import { type FileSource, openFileSource } from './file-source.ts';
import { type CodecPythons, filterByPython } from './python-codec.ts';

type Pieces = AsyncIterable<Uint8Array>;

/** The dictionary of xz -9 is 64 MiB; a decompressor may take this much, and three times the file. */
const DECOMPRESSOR_MEMORY: Bytes = 96 * 2 ** 20;
/** Of what is free on the disk: the size of what comes out is not known before. */
const SHARE_OF_DISK = 0.9;
const PIECE = 256 * 1024;

/** Throws FailureError, which names the byte. `folder`: whose disk has to have room. */
export async function decompressFile(
  from: string,
  to: string,
  codec: Codec,
  pythons: CodecPythons,
  folder: string = dirname(to),
): Promise<void> {
  const { bavail, bsize } = statfsSync(folder);
  const bounded = withinBounds(decompress(from, codec, pythons), from, SHARE_OF_DISK * bavail * bsize);
  await writeTo(to, bounded);
}

export interface Compression {
  readonly codec: Codec;
  /** As the codec counts. */
  readonly level: number;
}

/** The same compression, as strong as it was, and proved by taking it apart again. */
export async function compressFile(
  from: string,
  to: string,
  compression: Compression,
  pythons: CodecPythons,
): Promise<void> {
  await writeTo(to, compress(from, compression, pythons));
  const [before, after] = [
    await digest(createReadStream(from)),
    await digest(decompress(to, compression.codec, pythons)),
  ];
  if (before !== after) throw new Error(`highwater bug: ${to} does not hold what was compressed`);
}

function decompress(path: string, codec: Codec, pythons: CodecPythons): Pieces {
  switch (codec) {
    case 'zlib':
      return throughNode(path, createInflate());
    case 'gzip':
      return throughNode(path, createGunzip());
    case 'zstd':
      return throughNode(path, createZstdDecompress());
    case 'lz4':
      return throughLz4(path, decodeLz4);
    default: {
      const memory = DECOMPRESSOR_MEMORY + 3 * statSync(path).size;
      return filterByPython(path, { what: 'decompress', codec, memory }, pythons);
    }
  }
}

function compress(path: string, { codec, level }: Compression, pythons: CodecPythons): Pieces {
  switch (codec) {
    case 'zlib':
      return throughNode(path, createDeflate({ level }));
    case 'gzip':
      return throughNode(path, createGzip({ level }));
    case 'zstd':
      return throughNode(path, createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level } }));
    case 'lz4':
      return throughLz4(path, (source) => encodeLz4(piecesOf(source)));
    default:
      return filterByPython(path, { what: 'compress', codec, level }, pythons);
  }
}

/** What Node says of a bad stream is a word of its library; the byte is the one that it had come to. */
async function* throughNode(path: string, filter: Duplex & { readonly bytesWritten: number }): Pieces {
  const input = createReadStream(path);
  input.on('error', (error) => filter.destroy(error));
  try {
    yield* input.pipe(filter);
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (!/^(?:Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB)/.test(code)) throw error;
    const isCutOff = code === 'Z_BUF_ERROR';
    const what = isCutOff ? 'the compressed stream is cut off' : 'the compressed stream cannot be taken apart';
    const message = `${path}: ${what} (at byte ${filter.bytesWritten})`;
    throw new FailureError({ code: 'artifact-damaged', message, cause: code });
  } finally {
    input.destroy();
  }
}

async function* throughLz4(path: string, filter: (source: FileSource) => Iterable<Uint8Array>): Pieces {
  const source = unwrap(openFileSource(path));
  try {
    for (const piece of filter(source)) yield piece.slice(); // the next one is made in the same memory
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    throw new FailureError({ ...error.failure, message: `${path}: ${error.failure.message}` });
  } finally {
    source.close();
  }
}

function* piecesOf(source: FileSource): Generator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield readAtMost(source, at, PIECE);
}

async function* withinBounds(pieces: Pieces, path: string, room: Bytes): Pieces {
  const stored = statSync(path).size;
  let passed = 0;
  for await (const piece of pieces) {
    passed += piece.length;
    if (passed > SUSPECT_BYTES && passed > stored * SUSPECT_RATIO) {
      const message = `${path}: a compressed stream that inflates to more than ${SUSPECT_RATIO} times its size (at byte ${stored})`;
      throw new FailureError({ code: 'artifact-refused', message });
    }
    if (passed > room) {
      const message = `${path} inflates to more than the disk has room for`;
      throw new FailureError({ code: 'scratch-full', message });
    }
    yield piece;
  }
}

async function writeTo(path: string, pieces: Pieces): Promise<void> {
  try {
    await pipeline(pieces, createWriteStream(path));
  } catch (error) {
    if (error instanceof FailureError) throw error;
    const cause = errnoOf(error) ?? messageOf(error);
    throw new FailureError({ code: 'output-unwritable', message: `cannot write ${path}`, cause });
  }
}

async function digest(pieces: Pieces): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
