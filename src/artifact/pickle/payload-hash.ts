// Both lanes of the hash of a stretch of the file, however long it is and whether or not the scanner has it in memory.
import type { ByteSource } from '../byte-source.ts';
import { hashBytes } from './content-hash.ts';
import type { PickleScanner } from './scan.ts';

/** Longer than any window, so that what is in one is hashed like what is not. */
const CHUNK = 1024 * 1024;

export class PayloadHash {
  a = 0;
  b = 0;

  start(a: number, b: number): void {
    this.a = a;
    this.b = b;
  }

  addPayload({ source, window, from, length, payloadAt }: PickleScanner): void {
    if (from >= 0) this.#add(window, from, length);
    else this.addRange(source, payloadAt, length);
  }

  addRange(source: ByteSource, at: number, length: number): void {
    for (let done = 0; done < length; done += CHUNK) {
      const part = Math.min(CHUNK, length - done);
      this.#add(source.read(at + done, part), 0, part);
    }
  }

  #add(bytes: Uint8Array, from: number, length: number): void {
    this.a = hashBytes(bytes, from, length, this.a);
    this.b = hashBytes(bytes, from, length, this.b);
  }
}
