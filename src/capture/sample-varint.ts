// Whole numbers in as few bytes as they need: seven bits a byte, lowest first, the top bit set on all but the last. Signed
// ones alternate (0, -1, 1, -2, ...), so that a small difference of either sign is one byte. Exact up to 2^53.

/** Bytes that grow; the strings in it are UTF-8 with their length before them. */
export class VarintWriter {
  #bytes = Buffer.allocUnsafeSlow(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  unsigned(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(value: string): void {
    this.raw(Buffer.from(value, 'utf8'));
  }

  /** Length and bytes. */
  raw(bytes: Uint8Array): void {
    this.unsigned(bytes.length);
    this.append(bytes);
  }

  append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A view, good until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  #grow(by: number): void {
    const bigger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + by));
    this.#bytes.copy(bigger, 0, 0, this.#length);
    this.#bytes = bigger;
  }
}

/** Thrown by VarintReader where the bytes end too soon or a number is not one that the writer makes. */
export class MalformedError extends Error {}

export class VarintReader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  byte(): number {
    if (this.#at >= this.#end) throw new MalformedError('ends within an entry');
    return this.#bytes[this.#at++]!;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedError('a number over 2^53');
      if (byte < 128) return value;
    }
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  text(): string {
    return Buffer.from(this.raw()).toString('utf8');
  }

  raw(): Uint8Array {
    const length = this.unsigned();
    if (length > this.left) throw new MalformedError('a text longer than its entry');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
