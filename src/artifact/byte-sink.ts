// How bytes go out. The implementation over a file lives where the machine may be touched.
export interface ByteSink {
  /** All of them, before it returns: the caller writes into the same memory again. */
  write(bytes: Uint8Array): void;
}

/** Into memory: tests, and pickles that are written to be looked at. */
export class MemorySink implements ByteSink {
  readonly #parts: Uint8Array[] = [];

  write(bytes: Uint8Array): void {
    this.#parts.push(bytes.slice());
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** Passes everything on, and knows how much it was. */
export class CountingSink implements ByteSink {
  length = 0;
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): void {
    this.#sink.write(bytes);
    this.length += bytes.length;
  }
}
