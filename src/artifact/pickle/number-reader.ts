// The numbers of a pickle, from what the scanner has just read: small ones become values without a node, floats a number in
// the table of floats.
import type { PickleGraph } from './graph.ts';
import { decodeLatin1 } from './latin1.ts';
import { OP } from './opcodes.ts';
import type { PickleScanner } from './scan.ts';
import { FALSE, immediate, MOST_PAYLOAD, TAG, TRUE, type Value } from './values.ts';
import { wrongAt } from './wrong.ts';

const LONGEST_NUMBER = 1024 * 1024;
/** Bytes of an integer that a JavaScript number holds. */
export const LONGEST_EXACT = 6;

export class NumberReader {
  readonly #scanner: PickleScanner;
  readonly #graph: PickleGraph;

  constructor(scanner: PickleScanner, graph: PickleGraph) {
    this.#scanner = scanner;
    this.#graph = graph;
  }

  integer(value: number): Value {
    if (value >= 0 && value <= MOST_PAYLOAD) return immediate(TAG.natural, value);
    if (value < 0 && -value - 1 <= MOST_PAYLOAD) return immediate(TAG.negative, -value - 1);
    return this.#graph.addWide(value);
  }

  /** Eight bytes, the most significant first. */
  float(bytes: Uint8Array, from: number): Value {
    const high = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
    const low = (bytes[from + 4]! << 24) | (bytes[from + 5]! << 16) | (bytes[from + 6]! << 8) | bytes[from + 7]!;
    return immediate(TAG.float, this.#graph.floats.add(low, high));
  }

  /** LONG1, LONG4: little-endian two's complement. */
  long(): Value {
    const { length, window, from } = this.#scanner;
    return length > LONGEST_EXACT || from < 0 ? this.#digits(length * 8) : this.longOf(window, from, length);
  }

  /** Of up to LONGEST_EXACT bytes. */
  longOf(bytes: Uint8Array, from: number, length: number): Value {
    let value = 0;
    for (let i = from + length - 1; i >= from; i--) value = value * 256 + bytes[i]!;
    if (length > 0 && bytes[from + length - 1]! >= 128) value -= 256 ** length;
    return this.integer(value);
  }

  #digits(bits: number): Value {
    return immediate(TAG.long, Math.min(MOST_PAYLOAD, Math.max(1, Math.ceil(bits / 30))));
  }

  /** INT, LONG. */
  decimal(): Value {
    const text = this.#line();
    if (this.#scanner.op === OP.INT && (text === '00' || text === '01')) return text === '01' ? TRUE : FALSE;
    const match = /^\s*([+-]?\d+)L?\s*$/.exec(text);
    if (!match) throw wrongAt(this.#scanner, `has ${JSON.stringify(text.slice(0, 40))} for a number`);
    const value = Number(match[1]);
    return Number.isSafeInteger(value) ? this.integer(value) : this.#digits(match[1]!.length * Math.log2(10));
  }

  /** FLOAT. */
  decimalFloat(): Value {
    const text = this.#line().trim();
    const value = text.includes('inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
    if (text === '' || (Number.isNaN(value) && !text.includes('nan'))) {
      throw wrongAt(this.#scanner, `has ${JSON.stringify(text.slice(0, 40))} for a number`);
    }
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return this.float(new Uint8Array(view.buffer), 0);
  }

  /** A line's text, bounded: numbers of more than a million digits are not numbers. */
  #line(): string {
    if (this.#scanner.length > LONGEST_NUMBER) throw wrongAt(this.#scanner, 'has a line too long for a number');
    return decodeLatin1(this.#scanner.readPayload());
  }
}
