// THE OBJECT GRAPH of a pickle, as the pickle machine leaves it: one row of typed columns for each object, no JavaScript
// object for any of them. Nodes are in the order in which loading creates them, so a child built before its parent has the
// smaller number; cycles exist only through what is put in later (items, state).
//
// Edges are one array of segments. A segment is what one opcode put into a node:
//
//     edges[s] = count << 3 | SEGMENT      edges[s + 1] = the node's segment before it, or -1      then `count` entries
//
// An entry is a value; a run stands for several. STATE has two entries: the state, and, no value, how many nodes there were
// when it was applied.
import type { Bytes } from '#base/units.ts';
import type { ByteSource } from '../byte-source.ts';
import { refused } from '../damage.ts';
import { lengthen, lengthenBytes, roomFor } from './columns.ts';
import { ContentTable } from './contents.ts';
import { FloatTable } from './floats.ts';
import { GlobalTable } from './globals.ts';
import { RunTable, SHORTEST_RUN } from './runs.ts';
import { immediate, isPlain, type NodeId, payloadOf, TAG, tagOf, type Value } from './values.ts';

export const KIND = {
  /** aux: content; length: characters; WIDTH flags. */
  string: 1,
  /** aux: content. */
  bytes: 2,
  bytearray: 3,
  tuple: 4,
  list: 5,
  dict: 6,
  set: 7,
  frozenset: 8,
  /** aux: row of GlobalTable. */
  global: 9,
  /** aux: what was called (a node); how in MADE flags. */
  object: 10,
  /** An immediate value that something may share. aux: the value. */
  atom: 11,
  /** aux: the persistent id (a value). */
  persistent: 12,
  /** aux: the code. */
  extension: 13,
  /** A buffer from outside the stream. */
  buffer: 14,
} as const;

export const SEGMENT = {
  /** Items of a tuple, list or set, or appended to an object. */
  items: 0,
  /** Keys and values of a dict, or set on an object. */
  pairs: 1,
  /** Argument of a call: the tuple; of NEWOBJ_EX the tuple and the dict. */
  args: 2,
  /** BUILD: the state, and the time. */
  state: 3,
} as const;

export const FLAG = {
  /** The memo held it at some time. */
  memoized: 1,
  /** All keys of a dict, or of the pairs that were set on an object, are strings. */
  stringKeys: 2,
  /** Bits 2 and 3: bytes for each character, 0 ASCII, 1 Latin-1, 2 two bytes, 3 four. */
  widthShift: 2,
  /** Bits 4 and 5 of an object: how it was made. */
  madeShift: 4,
  /** It was in the memo when loading ended. */
  keptByMemo: 64,
  /** The memo handed it out again. */
  fetched: 128,
  /** Of a global: something called it. */
  called: 16,
} as const;

export const MADE = { reduce: 0, newobj: 1, newobjEx: 2, instance: 3 } as const;

/** Zero, as fresh memory is: what is not written needs no page. */
export const NO_SEGMENT = 0;
/** kind, flags, aux, length, head. */
const NODE_BYTES = 14;
/** Of a node, once it is asked what is alive and what loading it takes: effects, marks, a place on a stack. */
const LEAST_FINDINGS: Bytes = 12;
/** The same with paths and sums along them. */
export const ALL_FINDINGS: Bytes = 26;
/** What fits into a reference of LoadEffects. */
const MOST_NODES = 2 ** 29;
/** Room at first: a file may hold ten thousand small pickles. */
const FIRST_NODES = 16;
const FIRST_EDGES = 64;

export class PickleGraph {
  kind = new Uint8Array(FIRST_NODES);
  flags = new Uint8Array(FIRST_NODES);
  aux = new Int32Array(FIRST_NODES);
  length = new Int32Array(FIRST_NODES);
  /** The node's newest segment. */
  head = new Int32Array(FIRST_NODES);
  edges = new Int32Array(FIRST_EDGES);
  nodeCount = 0;
  /** Index 0 is no segment. */
  edgeCount = 1;
  /** How much of the file was read when the columns last had to grow, for a guess at how large they will be. */
  share = 0;

  readonly contents = new ContentTable();
  readonly floats = new FloatTable();
  readonly globals = new GlobalTable();
  readonly runs = new RunTable();
  /** Integers of 29 to 53 bits that are not in runs. */
  wide = new Float64Array(0);
  wideCount = 0;
  readonly source: ByteSource;
  readonly #ceiling: Bytes;

  /** More than `ceiling` bytes of tables are refused. */
  constructor(source: ByteSource, ceiling: Bytes) {
    this.source = source;
    this.#ceiling = ceiling;
  }

  add(kind: number, aux: number, length: number, flags = 0): NodeId {
    if (this.nodeCount === this.kind.length) this.reserveNodes(1);
    const node = this.nodeCount++;
    this.kind[node] = kind;
    this.flags[node] = flags;
    this.aux[node] = aux;
    this.length[node] = length;
    return node;
  }

  /** Room for `more` nodes. */
  reserveNodes(more: number): void {
    if (this.nodeCount + more <= this.kind.length) return;
    const rows = roomFor(this.nodeCount + more, this.share);
    this.kind = lengthenBytes(this.kind, rows);
    this.flags = lengthenBytes(this.flags, rows);
    this.aux = lengthen(this.aux, rows);
    this.length = lengthen(this.length, rows);
    this.head = lengthen(this.head, rows);
  }

  /** Room for `more` words of edges. */
  reserveEdges(more: number): void {
    const words = this.edgeCount + more;
    if (words > this.edges.length) this.edges = lengthen(this.edges, roomFor(words, this.share));
  }

  /** Room for a new segment; gives the index of its first entry. */
  openSegment(node: NodeId, segment: number, entries: number): number {
    const at = this.edgeCount;
    this.reserveEdges(2 + entries);
    this.edges[at] = (entries << 3) | segment;
    this.edges[at + 1] = this.head[node]!;
    this.head[node] = at;
    this.edgeCount = at + 2 + entries;
    return at + 2;
  }

  /** A segment from a part of the stack, with runs of integers folded. */
  addSegment(node: NodeId, segment: number, stack: Int32Array, from: number, to: number): void {
    const at = this.openSegment(node, segment, to - from);
    const edges = this.edges;
    if (to - from < SHORTEST_RUN) for (let i = from; i < to; i++) edges[at + i - from] = stack[i]!;
    else this.#closeAt(at, segment, this.#addFolded(at, stack, from, to));
  }

  #addFolded(at: number, stack: Int32Array, from: number, to: number): number {
    const edges = this.edges;
    let out = at;
    for (let i = from; i < to; ) {
      const value = stack[i]!;
      if (value >= 0 || to - i < SHORTEST_RUN || !isPlain(value)) {
        edges[out++] = value;
        i++;
        continue;
      }
      let end = i + 1;
      while (end < to && isPlain(stack[end]!)) end++;
      if (end - i < SHORTEST_RUN) while (i < end) edges[out++] = stack[i++]!;
      else {
        edges[out++] = immediate(TAG.run, this.#fold(stack, i, end));
        i = end;
      }
    }
    return out;
  }

  /** Folding left the segment shorter than it was opened for. */
  #closeAt(at: number, segment: number, end: number): void {
    this.edges[at - 2] = ((end - at) << 3) | segment;
    this.edgeCount = end;
  }

  addWide(value: number): Value {
    if (this.wideCount === this.wide.length) {
      const longer = new Float64Array(Math.max(64, this.wideCount * 2));
      longer.set(this.wide);
      this.wide = longer;
    }
    this.wide[this.wideCount] = value;
    return immediate(TAG.wide, this.wideCount++);
  }

  integerOf(value: Value): number | undefined {
    if (value >= 0) return this.kind[value] === KIND.atom ? this.integerOf(this.aux[value]!) : undefined;
    const payload = payloadOf(value);
    switch (tagOf(value)) {
      case TAG.natural:
        return payload;
      case TAG.negative:
        return -payload - 1;
      case TAG.wide:
        return this.wide[payload];
      case TAG.constant:
        return payload === 0 ? undefined : payload - 1;
      default:
        return undefined;
    }
  }

  /** Text of a string or bytes node, cut to 512 bytes; undefined for anything else. */
  readText(value: Value): string | undefined {
    if (value < 0) return undefined;
    const kind = this.kind[value];
    if (kind !== KIND.string && kind !== KIND.bytes) return undefined;
    return this.contents.readText(this.aux[value]!, this.source);
  }

  /** Bytes of all tables, as far as they are filled: pages that were never touched are no memory. */
  get held(): Bytes {
    const own = this.nodeCount * NODE_BYTES + this.edgeCount * 4;
    return own + this.contents.held + this.floats.held + this.runs.held + this.wideCount * 8;
  }

  /** With what is found out about each node. */
  heldWith(bytesANode: Bytes): Bytes {
    return this.held + this.nodeCount * bytesANode;
  }

  /** To be called now and then while the tables grow. `beside`: what else is held for this file. */
  checkCeiling(at: number, beside: Bytes): void {
    if (this.heldWith(LEAST_FINDINGS) + beside <= this.#ceiling && this.nodeCount < MOST_NODES) return;
    throw refused(at, `more objects than highwater holds for a file of this size (${this.nodeCount} so far)`);
  }

  /** Wide integers of the run are forgotten where they are the newest ones: no value stands on the stack twice. */
  #fold(stack: Int32Array, from: number, to: number): number {
    const run = this.runs.add(stack, from, to, this.wide);
    let oldest = this.wideCount;
    for (let i = to - 1; i >= from; i--) {
      const value = stack[i]!;
      if (tagOf(value) !== TAG.wide) continue;
      if (payloadOf(value) !== oldest - 1) break;
      oldest--;
    }
    this.wideCount = oldest;
    return run;
  }
}
