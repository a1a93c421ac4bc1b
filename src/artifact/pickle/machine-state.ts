// What the pickle machine works on: the file as it is scanned, the stack, the memo, and the graph that comes out of it. Shared by
// the two that execute opcodes: those that make up a file, in place (hot-opcodes.ts), and all others (rare-opcodes.ts).
import type { ByteSource } from '../byte-source.ts';
import { PickleGraph } from './graph.ts';
import type { Splice } from './machine.ts';
import { Memo } from './memo.ts';
import { NumberReader } from './number-reader.ts';
import { PickleScanner } from './scan.ts';
import { TextReader } from './text-reader.ts';
import { ValueStack } from './value-stack.ts';
import type { NodeId } from './values.ts';

export class MachineState {
  readonly scanner: PickleScanner;
  readonly graph: PickleGraph;
  readonly stack: ValueStack;
  readonly memo = new Memo();
  readonly numbers: NumberReader;
  readonly texts: TextReader;
  readonly splice: Splice | undefined;
  opcodes = 0;
  /** By opcode: 1 where the pickle has it. */
  readonly seen = new Uint8Array(256);
  /** The one empty tuple, once there is one; else -1. */
  emptyTuple: NodeId = -1;
  /** Row of the global behind whose BUILD bytes are spliced in; -1: none was named. */
  spliceGlobal = -1;

  constructor(source: ByteSource, at: number, ceiling: number, splice: Splice | undefined) {
    this.scanner = new PickleScanner(source, at);
    this.graph = new PickleGraph(source, ceiling);
    this.stack = new ValueStack(this.scanner);
    this.numbers = new NumberReader(this.scanner, this.graph);
    this.texts = new TextReader(this.scanner, this.graph);
    this.splice = splice;
  }
}
