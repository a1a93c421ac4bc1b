// One pickle rewritten, without executing it: the same opcodes in the same order, but for memo entries that nothing fetches
// and for equal constants, which become one. What is loaded from it is equal in values, types and bits, and whatever was one
// object still is; only equal strings, small bytes, floats and tuples of constants that were several are now one.
import type { Bytes } from '#base/units.ts';
import { type ByteSink, CountingSink } from '../byte-sink.ts';
import { KIND } from './constants.ts';
import { type MemoUse, readMemoUse } from './memo-use.ts';
import { OP } from './opcodes.ts';
import { PickleWriter } from './pickle-writer.ts';
import { findRepeats } from './repeats.ts';
import { PickleScanner } from './scan.ts';
import { type Insertions, SharingWalk } from './share.ts';
import { NO_WRAPPED_STATES, type WrappedStates, WrappingWalk } from './slot-state.ts';
import { NO_SPLICES, type Splice } from './splices.ts';

export interface SlimOptions {
  /** For the table of constants; when it is full, further ones are not shared. */
  readonly budget: Bytes;
  /** States to be written as (None, state); none by default. */
  readonly wrapped?: WrappedStates;
}

export interface SlimFacts {
  readonly protocol: number;
  readonly opcodes: number;
  /** Entries that the loader's memo had, and has now. */
  readonly memoBefore: number;
  readonly memoAfter: number;
  /** Constants that are now in the memo because they occur again. */
  readonly shared: SharedCounts;
  /** Arrays whose bytes stand behind their wrappers, as joblib writes them. */
  readonly splicedArrays: number;
  readonly wrappedStates: number;
  /** Not all that could be shared was: the table was full. */
  readonly isTableFull: boolean;
}

export interface SharedCounts {
  readonly text: number;
  readonly bytes: number;
  readonly float: number;
  readonly tuple: number;
}

/**
 * Reads the pickle at the scanner's position, and leaves the scanner behind it. `startAt` is the byte of the whole output at
 * which the new one begins, for what has to stand at a multiple of 16.
 */
export function slimPickle(scanner: PickleScanner, sink: ByteSink, startAt: number, options: SlimOptions): SlimFacts {
  return slimWith(scanner, sink, startAt, options, readMemoUse(scanner));
}

/** The same where the memo's use was read already. */
export function slimWith(
  scanner: PickleScanner,
  sink: ByteSink,
  startAt: number,
  options: SlimOptions,
  use: MemoUse,
): SlimFacts {
  const seed = (Math.random() * 2 ** 32) | 0;
  const filter = findRepeats(scanner, use, seed);
  const wrapping = new Wrapping(sink, options);
  const walk = new SharingWalk(scanner, use, filter, seed, options.budget, wrapping);
  walk.rehearse();
  const out = new PickleWriter(sink, use.protocol, startAt);
  walk.perform(out);
  return factsOf(use, walk, out, options, wrapping.nested);
}

/** Splices and wrapped states, while the pickle is written. */
class Wrapping implements Insertions {
  readonly #sink: ByteSink;
  readonly #options: SlimOptions;
  /** Of the pickles of arrays of objects. */
  readonly nested: SlimFacts[] = [];
  #states: WrappingWalk;

  constructor(sink: ByteSink, options: SlimOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#states = new WrappingWalk(options.wrapped ?? NO_WRAPPED_STATES);
  }

  before(scanner: PickleScanner, out: PickleWriter | undefined): void {
    const inserted = this.#states.before(scanner.op);
    if (out !== undefined && inserted >= 0) out.byte(inserted);
    if (scanner.op === OP.STOP) this.#states = new WrappingWalk(this.#options.wrapped ?? NO_WRAPPED_STATES);
  }

  splice(splice: Splice, scanner: PickleScanner, out: PickleWriter): void {
    if (splice.isPickle) {
      const counting = new CountingSink(this.#sink);
      const inner = new PickleScanner(scanner.source, splice.at);
      const options = { budget: this.#options.budget };
      this.nested.push(slimWith(inner, counting, 0, options, readMemoUse(inner, NO_SPLICES)));
      out.skipTo(out.committed + counting.length);
      return;
    }
    if (splice.alignment > 0) out.raw(paddingAt(out.committed, splice.alignment));
    else if (splice.dataAt > splice.at) out.copyRange(scanner, splice.at, splice.dataAt - splice.at);
    out.copyRange(scanner, splice.dataAt, splice.end - splice.dataAt);
  }
}

/** A byte that says how many bytes 0xff follow; behind them `at` is a multiple of the alignment. As joblib: never none. */
function paddingAt(at: number, alignment: number): Uint8Array {
  const length = alignment - ((at + 1) % alignment);
  const padding = new Uint8Array(1 + length).fill(0xff);
  padding[0] = length;
  return padding;
}

function factsOf(
  use: MemoUse,
  { table }: SharingWalk,
  out: PickleWriter,
  { wrapped }: SlimOptions,
  nested: readonly SlimFacts[],
): SlimFacts {
  const shared = { text: 0, bytes: 0, float: 0, tuple: 0 };
  for (let entry = 0; entry < table.length; entry++) {
    if (table.state.at(entry) !== 0) shared[NAME_OF_KIND[table.kindOf(entry)]!]++;
  }
  for (const inner of nested) for (const kind of KINDS_SHARED) shared[kind] += inner.shared[kind];
  return {
    protocol: use.protocol,
    opcodes: use.opcodes,
    memoBefore: use.puts,
    memoAfter: out.memoLength,
    shared,
    splicedArrays: use.splices.count,
    wrappedStates: wrapped?.count ?? 0,
    isTableFull: table.isFull || nested.some(({ isTableFull }) => isTableFull),
  };
}

const KINDS_SHARED = ['text', 'bytes', 'float', 'tuple'] as const;

const NAME_OF_KIND: Readonly<Record<number, keyof SharedCounts>> = {
  [KIND.text]: 'text',
  [KIND.textLine]: 'text',
  [KIND.quoted]: 'bytes',
  [KIND.bytes]: 'bytes',
  [KIND.byteString]: 'bytes',
  [KIND.float]: 'float',
  [KIND.floatLine]: 'float',
  [KIND.tuple]: 'tuple',
};
