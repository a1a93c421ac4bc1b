// THE SYMBOLIC PICKLE MACHINE: runs a pickle's opcodes on a stack of numbers and builds the graph of what loading would
// make, without making any of it: nothing is imported, called or allocated on the file's word. A real stack and a real memo,
// as CPython has them: what a name resolves to, and what an argument is, is what the loader would see.
//
// Most opcodes are executed in batches by hot-opcodes.ts; the last bytes of a file, and whatever is not ordinary, one by one.
import type { ByteSource } from '../byte-source.ts';
import { Damage, damaged } from '../damage.ts';
import { FLAG, type PickleGraph } from './graph.ts';
import { runHotOpcodes } from './hot-opcodes.ts';
import { MachineState } from './machine-state.ts';
import type { Memo } from './memo.ts';
import { OP, WIDTH_OF } from './opcodes.ts';
import { RareOpcodes } from './rare-opcodes.ts';
import { END, LONGEST_HEAD } from './scan.ts';
import type { Spike } from './timeline.ts';
import type { NodeId, Value } from './values.ts';

export interface MachineOptions {
  /** Bytes of tables above which the file is refused. */
  readonly ceiling: number;
  /** Where some writers splice in bytes that are no pickle, behind the BUILD of an object of the class named. */
  readonly splice?: Splice;
}

export interface Splice {
  /** `name` is `module.name` of a class. */
  isBehind(name: string): boolean;
  /** `at` is the first byte behind BUILD; gives the first byte of the pickle's next opcode. */
  skip(graph: PickleGraph, node: NodeId, at: number): number;
}

/** One pickle as it was loaded symbolically. */
export interface LoadedPickle {
  readonly graph: PickleGraph;
  readonly root: Value;
  readonly memo: Memo;
  /** First and last byte but one of the pickle in the source. */
  readonly start: number;
  readonly end: number;
  readonly opcodes: number;
  /** Highest protocol that it says it has; 0 where it says none. */
  readonly protocol: number;
  /** Most values that ever stood on the stack. */
  readonly deepestStack: number;
  /** The longest string that is read into a buffer of its own before it becomes an object, and the nodes that exist then. */
  readonly largestBuffer: Spike;
  /** Bytes objects of 1 MiB and more: a file object that cannot read into them hands over a copy. */
  readonly largeBytes: readonly Spike[];
  readonly usesBuffers: boolean;
  /** By opcode: 1 where the pickle has it. */
  readonly opcodesSeen: Uint8Array;
}

/** Bytes that are executed between two looks at the room that is left, and at how much the tables hold. */
const BATCH = 16_384;
/** Of a pickle that has just begun. */
const FIRST_BATCH = 8;
/** Nodes beyond one for each byte: INST makes three. */
const MORE_NODES = 4;
/** Names that are told of a pickle that is damaged further on. */
const MOST_NAMED = 1000;

/** Runs the pickle at `at` to its STOP. Throws Damage. */
export function runPickle(source: ByteSource, at: number, options: MachineOptions): LoadedPickle {
  const machine = new PickleMachine(source, at, options);
  try {
    return machine.run();
  } catch (error) {
    if (error instanceof Damage) error.named.push(...machine.named());
    throw error;
  }
}

class PickleMachine {
  readonly #state: MachineState;
  readonly #rare: RareOpcodes;
  readonly #start: number;

  constructor(source: ByteSource, at: number, { ceiling, splice }: MachineOptions) {
    this.#state = new MachineState(source, at, ceiling, splice);
    this.#rare = new RareOpcodes(this.#state);
    this.#start = at;
  }

  /** What the pickle has named and called so far. */
  named() {
    this.#markCalled();
    return this.#state.graph.globals.rows.slice(0, MOST_NAMED);
  }

  run(): LoadedPickle {
    const state = this.#state;
    const { scanner } = state;
    for (;;) {
      const bytes = this.#makeRoom();
      const limit = scanner.index + bytes;
      if (bytes > 0) runHotOpcodes(state, limit);
      if (bytes > 0 && scanner.index >= limit) continue;
      const op = scanner.next();
      if (op === END) throw damaged(scanner.source.size, 'the pickle ends without STOP');
      state.seen[op] = 1;
      state.opcodes++;
      if (op === OP.STOP) return this.#finish();
      this.#rare.run(op);
    }
  }

  /** Room for every opcode that begins in the next bytes, in the window and in all tables; how many bytes those are. */
  #makeRoom(): number {
    const { scanner, graph, stack, memo } = this.#state;
    const { size } = scanner.source;
    const done = scanner.position - this.#start;
    scanner.fill();
    const bytes = Math.min(BATCH, Math.max(FIRST_BATCH, done), this.#wholeHeads());
    graph.share = done / (size - this.#start);
    graph.checkCeiling(scanner.position, memo.heldBeyond);
    const room = bytes + MORE_NODES;
    graph.reserveNodes(room);
    // No opcode adds more than four words for each of its bytes, beside the values that it takes off the stack.
    graph.reserveEdges(5 * room + stack.top);
    stack.reserve(room, graph.share);
    memo.reserve(memo.filled + room, graph.share);
    return bytes;
  }

  /** Bytes from here on at which an opcode may begin without reaching out of the file with the fixed part of its argument. */
  #wholeHeads(): number {
    const { end, index, window } = this.#state.scanner;
    const left = end - index;
    if (left >= LONGEST_HEAD) return left - LONGEST_HEAD + 1;
    return left > 0 && left > WIDTH_OF[window[index]!]! ? 1 : 0;
  }

  #markCalled(): void {
    const { globals, flags } = this.#state.graph;
    for (const row of globals.rows) row.called = (flags[row.node]! & FLAG.called) !== 0;
  }

  #finish(): LoadedPickle {
    const { graph, stack, memo, scanner, texts, opcodes, seen } = this.#state;
    const root = stack.values[stack.below(1)]!;
    graph.checkCeiling(scanner.at, memo.heldBeyond);
    memo.mark(graph.flags, FLAG.keptByMemo);
    this.#markCalled();
    return {
      graph,
      root,
      memo,
      start: this.#start,
      end: scanner.position,
      opcodes,
      protocol: this.#rare.protocol,
      deepestStack: Math.max(stack.deepest, stack.top),
      largestBuffer: texts.largestBuffer,
      largeBytes: texts.largeBytes,
      usesBuffers: this.#rare.usesBuffers,
      opcodesSeen: seen,
    };
  }
}
