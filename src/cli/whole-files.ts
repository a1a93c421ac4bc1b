// Files that are read again and again, whole in memory where they are not too large: read by pieces, the pieces of a dozen passes
// wait for the garbage collector and are more than the whole. One file at a time, in one and the same buffer.
import { closeSync, openSync, readSync } from 'node:fs';
import { type ByteSource, MemorySource } from '#artifact/byte-source.ts';
import type { Bytes } from '#base/units.ts';
import type { FileSource } from './file-source.ts';

const LARGEST: Bytes = 128 * 2 ** 20;

export class WholeFiles {
  #buffer: Uint8Array = new Uint8Array(0);

  /** The file, good until the next call; `file` itself where it is large, or does not fit into the buffer of the first. */
  read(path: string, file: FileSource): ByteSource {
    if (file.size > LARGEST) return file;
    if (this.#buffer.length === 0) this.#buffer = new Uint8Array(file.size);
    if (file.size > this.#buffer.length) return file;
    return readInto(this.#buffer.subarray(0, file.size), path)
      ? new MemorySource(this.#buffer.subarray(0, file.size))
      : file;
  }
}

/** False where the file has become shorter. */
function readInto(buffer: Uint8Array, path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    for (let done = 0; done < buffer.length; ) {
      const count = readSync(fd, buffer, done, buffer.length - done, done);
      if (count === 0) return false;
      done += count;
    }
    return true;
  } finally {
    closeSync(fd);
  }
}
