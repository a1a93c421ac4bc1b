// A model file as a ByteSource: opened once, read by ranges, small ones out of blocks that are kept for a while.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type ByteSource, checkRange } from '#artifact/byte-source.ts';
import { Damage } from '#artifact/damage.ts';
import { errnoOf, fail, messageOf, ok, type Result } from '#base/result.ts';
import type { Bytes } from '#base/units.ts';

/** Small reads come out of blocks that begin at multiples of this; text is read here and there, so several are kept. */
const BLOCK = 128 * 1024;
const KEPT_BLOCKS = 32;

export class FileSource implements ByteSource {
  readonly size: Bytes;
  readonly #fd: number;
  /** By number; the one used last stands last. */
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(fd: number, size: Bytes) {
    this.#fd = fd;
    this.size = size;
  }

  read(at: number, length: number): Uint8Array {
    checkRange(this, at, length);
    const number = Math.floor(at / BLOCK);
    const offset = at - number * BLOCK;
    if (offset + length > BLOCK) return this.#readNew(at, length);
    return this.#block(number).subarray(offset, offset + length);
  }

  #block(number: number): Uint8Array {
    let block = this.#blocks.get(number);
    if (block) this.#blocks.delete(number);
    else block = this.#readNew(number * BLOCK, Math.min(BLOCK, this.size - number * BLOCK));
    this.#blocks.set(number, block);
    if (this.#blocks.size > KEPT_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value!);
    return block;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #readNew(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#fd, bytes, done, length - done, at + done);
      if (count === 0) throw new Damage('artifact-damaged', at + done, 'the file became shorter while it was read');
      done += count;
    }
    return bytes;
  }
}

/** Regular files only: a pipe has no places to go back to, and opening one would wait. */
export function openFileSource(path: string): Result<FileSource> {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return fail('model-folder', `${path} is a folder`);
    if (!stat.isFile()) return fail('model-unreadable', `${path} is no regular file`);
    if (stat.size === 0) return fail('model-empty', `${path} is empty`);
    return ok(new FileSource(openSync(path, 'r'), stat.size));
  } catch (error) {
    const errno = errnoOf(error);
    const code = errno === 'ENOENT' || errno === 'ENOTDIR' ? 'model-missing' : 'model-unreadable';
    return fail(code, `cannot open ${path}`, errno ?? messageOf(error));
  }
}
