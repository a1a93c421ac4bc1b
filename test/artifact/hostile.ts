// Damaged pickles, and what a reader may do with them: come to an end, or throw one Damage that names a byte of the file. Each
// case follows from its seed alone.

import { MemorySink } from '../../src/artifact/byte-sink.ts';
import { MemorySource } from '../../src/artifact/byte-source.ts';
import { Damage } from '../../src/artifact/damage.ts';
import { hashGraph } from '../../src/artifact/pickle/graph-hash.ts';
import { readMemoUse } from '../../src/artifact/pickle/memo-use.ts';
import { OPCODES } from '../../src/artifact/pickle/opcodes.ts';
import { END, PickleScanner } from '../../src/artifact/pickle/scan.ts';
import { slimPickle } from '../../src/artifact/pickle/slim.ts';
import { findWrappedStates, NO_WRAPPED_STATES, type WrappedStates } from '../../src/artifact/pickle/slot-state.ts';

/** mulberry32: numbers from 0 to 1, the same for the same seed everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the files, changed in one to six places, or cut off. */
export function damage(files: readonly Uint8Array[], seed: number): Uint8Array {
  const random = randomFrom(seed);
  const below = (n: number) => Math.floor(random() * n);
  let bytes: Uint8Array = files[below(files.length)]!.slice();
  for (let changes = 1 + below(6); changes > 0 && bytes.length > 0; changes--) {
    bytes = CHANGES[below(CHANGES.length)]!(bytes, below, files);
  }
  return bytes;
}

type Change = (bytes: Uint8Array, below: (n: number) => number, files: readonly Uint8Array[]) => Uint8Array;

const anyOpcode = (below: (n: number) => number) => OPCODES[below(OPCODES.length)]!.code;

const CHANGES: readonly Change[] = [
  function cutOff(bytes, below) {
    return bytes.subarray(0, below(bytes.length));
  },
  function anotherByte(bytes, below) {
    bytes[below(bytes.length)] = below(256);
    return bytes;
  },
  function anotherBit(bytes, below) {
    bytes[below(bytes.length)]! ^= 1 << below(8);
    return bytes;
  },
  function anotherOpcode(bytes, below) {
    bytes[below(bytes.length)] = anyOpcode(below);
    return bytes;
  },
  function hugeNumber(bytes, below) {
    const at = below(bytes.length);
    return bytes.fill(below(2) === 0 ? 0xff : 0x7f, at, at + 1 + below(8));
  },
  function insertedOpcodes(bytes, below) {
    const more = Uint8Array.from({ length: 1 + below(6) }, () => anyOpcode(below));
    return spliceAt(bytes, below(bytes.length), 0, more);
  },
  function removed(bytes, below) {
    return spliceAt(bytes, below(bytes.length), 1 + below(8), new Uint8Array(0));
  },
  function repeated(bytes, below) {
    const from = below(bytes.length);
    return spliceAt(bytes, below(bytes.length), 0, bytes.slice(from, from + 1 + below(60)));
  },
  function mixedWithAnother(bytes, below, files) {
    const other = files[below(files.length)]!;
    return spliceAt(bytes, below(bytes.length), bytes.length, other.subarray(below(other.length)));
  },
];

function spliceAt(bytes: Uint8Array, at: number, removed: number, more: Uint8Array): Uint8Array {
  const end = Math.min(bytes.length, at + removed);
  const made = new Uint8Array(bytes.length - (end - at) + more.length);
  made.set(bytes.subarray(0, at));
  made.set(more, at);
  made.set(bytes.subarray(end), at + more.length);
  return made;
}

export interface Outcome {
  /** 'slimmed', or the message without its numbers. */
  readonly kind: string;
  /** Something that must not happen; undefined where all is well. */
  readonly wrong?: string;
}

/** Scans, hashes and slims. What slims must make the same graph as before. */
export function tryPickle(bytes: Uint8Array): Outcome {
  const outcomes = [scanAll, graphOf, slimAndCompare, slimWithSlots].map((act) => attempt(act, bytes));
  const wrong = outcomes.find((outcome) => outcome.wrong !== undefined);
  // A scan alone stumbles over the arrays of joblib.
  return wrong ?? outcomes.slice(1).find(({ kind }) => kind !== 'slimmed') ?? outcomes[1]!;
}

function attempt(act: (bytes: Uint8Array) => string | undefined, bytes: Uint8Array): Outcome {
  try {
    const wrong = act(bytes);
    return wrong === undefined ? { kind: 'slimmed' } : { kind: 'wrong', wrong };
  } catch (error) {
    if (!(error instanceof Damage)) return { kind: 'wrong', wrong: `${act.name}: ${(error as Error).stack}` };
    const { at, failure } = error;
    const isPlace = Number.isInteger(at) && at >= 0 && at <= bytes.length && failure.message.includes(`byte ${at}`);
    const kind = failure.message.replace(/\d+/g, 'N');
    return isPlace ? { kind } : { kind, wrong: `${act.name}: no byte of the file is named: ${failure.message}` };
  }
}

function scannerOf(bytes: Uint8Array): PickleScanner {
  return new PickleScanner(new MemorySource(bytes));
}

function scanAll(bytes: Uint8Array): undefined {
  const scanner = scannerOf(bytes);
  let last = -1;
  while (scanner.next() !== END) {
    if (scanner.at <= last) throw new Error('the scanner does not go forward');
    last = scanner.at;
  }
}

function graphOf(bytes: Uint8Array): undefined {
  hashGraph(scannerOf(bytes));
}

function slimAndCompare(bytes: Uint8Array): string | undefined {
  return compareWith(bytes, NO_WRAPPED_STATES);
}

/** As if every class let its attributes be set. */
function slimWithSlots(bytes: Uint8Array): string | undefined {
  const scanner = scannerOf(bytes);
  return compareWith(
    bytes,
    findWrappedStates(scanner, readMemoUse(scanner), () => true),
  );
}

function compareWith(bytes: Uint8Array, wrapped: WrappedStates): string | undefined {
  const sink = new MemorySink();
  slimPickle(scannerOf(bytes), sink, 0, { budget: 2 ** 20, wrapped });
  const slimmed = sink.bytes();
  let before: string;
  try {
    before = hashGraph(scannerOf(bytes), wrapped);
  } catch (error) {
    if (error instanceof Damage) return undefined; // a stack that does not work out: the command refuses it here
    throw error;
  }
  const after = hashGraph(scannerOf(slimmed));
  return before === after ? undefined : `the graph ${before} became ${after}`;
}
