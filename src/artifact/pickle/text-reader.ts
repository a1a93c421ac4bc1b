// Strings and bytes of a pickle: each becomes a node that knows its content by number. Strings are read, since their width
// decides their size; long bytes are not.
import { LONGEST_HASHED_BYTES, SPELLING } from './contents.ts';
import { FLAG, KIND, type PickleGraph } from './graph.ts';
import { decodeLatin1 } from './latin1.ts';
import { OP } from './opcodes.ts';
import type { PickleScanner } from './scan.ts';
import { measureBytes, measured, measureEscaped, measureUtf8, startMeasuring } from './string-shape.ts';
import type { Spike } from './timeline.ts';
import type { NodeId, Value } from './values.ts';

const MOST_CHARACTERS = 2 ** 31 - 1;
const CHUNK = 1024 * 1024;
/** Bytes shorter than this are copied within what the loader takes for its buffers. */
const LARGE = 1024 * 1024;

export class TextReader {
  /** See LoadedPickle. */
  largestBuffer: Spike = { bytes: 0, time: 0 };
  /** See LoadedPickle. */
  readonly largeBytes: Spike[] = [];
  readonly #scanner: PickleScanner;
  readonly #graph: PickleGraph;
  #emptyString: NodeId = -1;
  /** Of the content that contentOf was asked for last. */
  characters = 0;
  width = 0;

  constructor(scanner: PickleScanner, graph: PickleGraph) {
    this.#scanner = scanner;
    this.#graph = graph;
  }

  /** Content of a text that stands in the window. */
  contentOf(from: number, length: number): number {
    const { window, base } = this.#scanner;
    startMeasuring();
    measureUtf8(window, from, from + length);
    this.characters = measured.characters;
    this.width = measured.width;
    return this.#graph.contents.add(base + from, length, SPELLING.utf8, measured.hash, measured.check);
  }

  /** Of bytes. */
  bytesContentOf(from: number, length: number): number {
    const { window, base } = this.#scanner;
    startMeasuring();
    measureBytes(window, from, from + length);
    return this.#graph.contents.add(base + from, length, SPELLING.bytes, measured.hash, measured.check);
  }

  /** Text with its length before it: UTF-8, or the bytes of Python 2. */
  string(): Value {
    const { length, window, from, op } = this.#scanner;
    if (length === 0) return this.#sharedEmptyString();
    startMeasuring();
    if (from >= 0) measureUtf8(window, from, from + length);
    else this.#measureOutside();
    return this.#addString(this.#scanner.payloadAt, length, op === OP.BINSTRING || op === OP.SHORT_BINSTRING);
  }

  #measureOutside(): void {
    const { length, payloadAt, source } = this.#scanner;
    for (let done = 0; done < length; done += CHUNK) {
      const part = source.read(payloadAt + done, Math.min(CHUNK, length - done));
      measureUtf8(part, 0, part.length);
    }
    if (length >= this.largestBuffer.bytes) this.largestBuffer = { bytes: length, time: this.#graph.nodeCount + 1 };
  }

  #addString(at: number, length: number, isOld: boolean): NodeId {
    const spelling = isOld ? SPELLING.bytes : SPELLING.utf8;
    const content = this.#graph.contents.add(at, length, spelling, measured.hash, measured.check);
    const characters = Math.min(MOST_CHARACTERS, measured.characters);
    return this.#graph.add(KIND.string, content, characters, measured.width << FLAG.widthShift);
  }

  /** A line of protocol 0. */
  escaped(isUnicode: boolean): NodeId {
    const payload = this.#scanner.readPayload();
    const at = this.#scanner.payloadAt;
    startMeasuring();
    measureUtf8(payload, 0, payload.length);
    const inner = isUnicode ? payload : payload.subarray(1, Math.max(1, payload.length - 1));
    const spelling = isUnicode ? SPELLING.rawUnicodeEscape : SPELLING.quoted;
    const { hash, check } = measured;
    measureEscaped(decodeLatin1(inner));
    const content = this.#graph.contents.add(at + (isUnicode ? 0 : 1), inner.length, spelling, hash, check);
    return this.#graph.add(KIND.string, content, measured.characters, measured.width << FLAG.widthShift);
  }

  /** KIND.bytes or KIND.bytearray. */
  bytes(kind: number): Value {
    const { length, window, from, payloadAt } = this.#scanner;
    const contents = this.#graph.contents;
    if (length >= LARGE) this.largeBytes.push({ bytes: length, time: this.#graph.nodeCount + 1 });
    if (from < 0 || length > LONGEST_HASHED_BYTES) {
      return this.#graph.add(kind, contents.addUnread(payloadAt, length, SPELLING.bytes), 0);
    }
    startMeasuring();
    measureBytes(window, from, from + length);
    return this.#graph.add(kind, contents.add(payloadAt, length, SPELLING.bytes, measured.hash, measured.check), 0);
  }

  #sharedEmptyString(): NodeId {
    if (this.#emptyString < 0) {
      startMeasuring();
      this.#emptyString = this.#addString(this.#scanner.payloadAt, 0, false);
    }
    return this.#emptyString;
  }
}
