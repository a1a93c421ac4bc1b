// THE SYMBOLIC PICKLE MACHINE: runs a pickle's opcodes on a stack of numbers and builds the graph of what loading would
// make, without making any of it: nothing is imported, called or allocated on the file's word. A real stack and a real memo,
// as CPython has them: what a name resolves to, and what an argument is, is what the loader would see.
import type { ByteSource } from '../byte-source.ts';
import { Damage, damaged } from '../damage.ts';
import { MADE_NAME } from './globals.ts';
import { FLAG, KIND, MADE, PickleGraph, SEGMENT } from './graph.ts';
import { Memo } from './memo.ts';
import { NumberReader } from './number-reader.ts';
import { nameOfOpcode, OP } from './opcodes.ts';
import { END, PickleScanner } from './scan.ts';
import { TextReader } from './text-reader.ts';
import type { Spike } from './timeline.ts';
import { ValueStack } from './value-stack.ts';
import { ABSENT, FALSE, immediate, NONE, type NodeId, TAG, TRUE, type Value } from './values.ts';
import { wrongAt } from './wrong.ts';

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

const NEWEST_PROTOCOL = 5;
/** Opcodes between two looks at how much the tables hold. */
const CHECK_EVERY = 65_536;
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

const MAY_BE_TEXT: ReadonlySet<number> = new Set([KIND.object, KIND.global, KIND.persistent, KIND.extension]);

class PickleMachine {
  readonly #scanner: PickleScanner;
  readonly #graph: PickleGraph;
  readonly #numbers: NumberReader;
  readonly #texts: TextReader;
  readonly #memo = new Memo();
  readonly #options: MachineOptions;
  readonly #start: number;
  readonly #stack: ValueStack;
  #usesBuffers = false;
  #protocol = 0;
  readonly #opcodesSeen = new Uint8Array(256);
  #emptyTuple: NodeId = -1;
  /** By (module content, name content) of STACK_GLOBAL. */
  readonly #globalByContents = new Map<number, number>();
  #spliceGlobal = -1;

  constructor(source: ByteSource, at: number, options: MachineOptions) {
    this.#scanner = new PickleScanner(source, at);
    this.#graph = new PickleGraph(source, options.ceiling);
    this.#numbers = new NumberReader(this.#scanner, this.#graph);
    this.#texts = new TextReader(this.#scanner, this.#graph);
    this.#stack = new ValueStack(this.#scanner);
    this.#options = options;
    this.#start = at;
  }

  named() {
    return this.#graph.globals.rows.slice(0, MOST_NAMED);
  }

  /** Hot: one switch over the opcodes, which CPython's load() mirrors line by line. */
  run(): LoadedPickle {
    const scanner = this.#scanner;
    const graph = this.#graph;
    const numbers = this.#numbers;
    const texts = this.#texts;
    const seen = this.#opcodesSeen;
    let opcodes = 0;
    for (let op = scanner.next(); op !== END; op = scanner.next()) {
      if (++opcodes % CHECK_EVERY === 0) graph.checkCeiling(scanner.at, this.#memo.heldBeyond);
      if (this.#stack.top + 2 > this.#stack.values.length) this.#stack.grow();
      seen[op] = 1;
      switch (op) {
        case 0x80: // PROTO
          if (scanner.value > NEWEST_PROTOCOL) throw damaged(scanner.at, `protocol ${scanner.value} does not exist`);
          this.#protocol = Math.max(this.#protocol, scanner.value);
          break;
        case 0x95: // FRAME
          break;
        case 0x94: // MEMOIZE
          this.#put(this.#memo.filled);
          break;
        case 0x70: // PUT
        case 0x71: // BINPUT
        case 0x72: // LONG_BINPUT
          this.#put(scanner.value);
          break;
        case 0x67: // GET
        case 0x68: // BINGET
        case 0x6a: // LONG_BINGET
          this.#stack.push(this.#get(scanner.value));
          break;
        case 0x4b: // BININT1
        case 0x4d: // BININT2
          this.#stack.push(immediate(TAG.natural, scanner.value));
          break;
        case 0x4a: // BININT
          this.#stack.push(numbers.integer(scanner.value));
          break;
        case 0x4e: // NONE
          this.#stack.push(NONE);
          break;
        case 0x88: // NEWTRUE
          this.#stack.push(TRUE);
          break;
        case 0x89: // NEWFALSE
          this.#stack.push(FALSE);
          break;
        case 0x47: // BINFLOAT
          this.#stack.push(numbers.float(scanner.window, scanner.from));
          break;
        case 0x8a: // LONG1
        case 0x8b: // LONG4
          this.#stack.push(numbers.long());
          break;
        case 0x8c: // SHORT_BINUNICODE
        case 0x58: // BINUNICODE
        case 0x8d: // BINUNICODE8
        case 0x54: // BINSTRING
        case 0x55: // SHORT_BINSTRING
          this.#stack.push(texts.string());
          break;
        case 0x43: // SHORT_BINBYTES
        case 0x42: // BINBYTES
        case 0x8e: // BINBYTES8
          this.#stack.push(texts.bytes(KIND.bytes));
          break;
        case 0x96: // BYTEARRAY8
          this.#stack.push(texts.bytes(KIND.bytearray));
          break;
        case 0x28: // MARK
          this.#stack.mark();
          break;
        case 0x29: // EMPTY_TUPLE
          this.#stack.push(this.#sharedEmptyTuple());
          break;
        case 0x85: // TUPLE1
          this.#tuple(this.#stack.below(1));
          break;
        case 0x86: // TUPLE2
          this.#tuple(this.#stack.below(2));
          break;
        case 0x87: // TUPLE3
          this.#tuple(this.#stack.below(3));
          break;
        case 0x74: // TUPLE
          this.#tuple(this.#stack.popMark());
          break;
        case 0x5d: // EMPTY_LIST
          this.#stack.push(graph.add(KIND.list, 0, 0));
          break;
        case 0x7d: // EMPTY_DICT
          this.#stack.push(graph.add(KIND.dict, 0, 0, FLAG.stringKeys));
          break;
        case 0x8f: // EMPTY_SET
          this.#stack.push(graph.add(KIND.set, 0, 0));
          break;
        case 0x6c: // LIST
          this.#collect(KIND.list);
          break;
        case 0x91: // FROZENSET
          this.#collect(KIND.frozenset);
          break;
        case 0x64: // DICT
          this.#collectDict();
          break;
        case 0x61: // APPEND
          this.#fillItems(this.#stack.below(1));
          break;
        case 0x65: // APPENDS
        case 0x90: // ADDITEMS
          this.#fillItems(this.#stack.popMark());
          break;
        case 0x73: // SETITEM
          this.#fillPairs(this.#stack.below(2));
          break;
        case 0x75: // SETITEMS
          this.#fillPairs(this.#stack.popMark());
          break;
        case 0x62: // BUILD
          this.#build();
          break;
        case 0x81: // NEWOBJ
          this.#call(MADE.newobj, this.#stack.below(2));
          break;
        case 0x52: // REDUCE
          this.#call(MADE.reduce, this.#stack.below(2));
          break;
        case 0x92: // NEWOBJ_EX
          this.#call(MADE.newobjEx, this.#stack.below(3));
          break;
        case 0x6f: // OBJ
          this.#callToMark();
          break;
        case 0x69: // INST
          this.#instance();
          break;
        case 0x93: // STACK_GLOBAL
          this.#stackGlobal();
          break;
        case 0x63: // GLOBAL
          this.#stack.push(this.#globalInLines());
          break;
        case 0x30: // POP
          this.#stack.pop();
          break;
        case 0x31: // POP_MARK
          this.#stack.top = this.#stack.popMark();
          break;
        case 0x32: // DUP
          this.#stack.push(this.#share());
          break;
        case 0x49: // INT
        case 0x4c: // LONG
          this.#stack.push(numbers.decimal());
          break;
        case 0x46: // FLOAT
          this.#stack.push(numbers.decimalFloat());
          break;
        case 0x56: // UNICODE
        case 0x53: // STRING
          this.#stack.push(texts.escaped(op === OP.UNICODE));
          break;
        case 0x50: // PERSID
          this.#stack.push(graph.add(KIND.persistent, texts.escaped(true), 0));
          break;
        case 0x51: // BINPERSID
          this.#persistent();
          break;
        case 0x82: // EXT1
        case 0x83: // EXT2
        case 0x84: // EXT4
          this.#stack.push(graph.add(KIND.extension, scanner.value, 0));
          break;
        case 0x97: // NEXT_BUFFER
          this.#usesBuffers = true;
          this.#stack.push(graph.add(KIND.buffer, 0, 0));
          break;
        case 0x98: // READONLY_BUFFER
          this.#stack.below(1);
          break;
        case 0x2e: // STOP
          return this.#finish(opcodes);
        default:
          throw damaged(scanner.at, `${nameOfOpcode(op)} is not understood`);
      }
    }
    throw damaged(scanner.source.size, 'the pickle ends without STOP');
  }

  #finish(opcodes: number): LoadedPickle {
    const root = this.#stack.values[this.#stack.below(1)]!;
    const graph = this.#graph;
    graph.checkCeiling(this.#scanner.at, this.#memo.heldBeyond);
    this.#memo.forEach((value) => {
      if (value >= 0) graph.flags[value]! |= FLAG.keptByMemo;
    });
    return {
      graph,
      root,
      memo: this.#memo,
      start: this.#start,
      end: this.#scanner.position,
      opcodes,
      protocol: this.#protocol,
      deepestStack: Math.max(this.#stack.deepest, this.#stack.top),
      largestBuffer: this.#texts.largestBuffer,
      largeBytes: this.#texts.largeBytes,
      usesBuffers: this.#usesBuffers,
      opcodesSeen: this.#opcodesSeen,
    };
  }

  /** The top value as one that something else may refer to, too. */
  #share(): Value {
    const at = this.#stack.below(1);
    const value = this.#stack.values[at]!;
    if (value >= 0) return value;
    const atom = this.#graph.add(KIND.atom, value, 0);
    this.#stack.values[at] = atom;
    return atom;
  }

  #put(index: number): void {
    const value = this.#share();
    this.#graph.flags[value]! |= FLAG.memoized;
    this.#memo.put(index, value);
  }

  #get(index: number): Value {
    const value = this.#memo.get(index);
    if (value === ABSENT) throw this.#wrong(`fetches the memo's entry ${index}, which was never put`);
    if (value >= 0) this.#graph.flags[value]! |= FLAG.fetched;
    return value;
  }

  // --- containers

  #sharedEmptyTuple(): NodeId {
    if (this.#emptyTuple < 0) this.#emptyTuple = this.#graph.add(KIND.tuple, 0, 0);
    return this.#emptyTuple;
  }

  /** Replaces the values from `at` on by a tuple of them. */
  #tuple(at: number): void {
    const count = this.#stack.top - at;
    const node = count === 0 ? this.#sharedEmptyTuple() : this.#graph.add(KIND.tuple, 0, count);
    if (count > 0) this.#graph.addSegment(node, SEGMENT.items, this.#stack.values, at, this.#stack.top);
    this.#stack.top = at;
    this.#stack.push(node);
  }

  #collect(kind: number): void {
    const at = this.#stack.popMark();
    const node = this.#graph.add(kind, 0, this.#stack.top - at);
    if (this.#stack.top > at) this.#graph.addSegment(node, SEGMENT.items, this.#stack.values, at, this.#stack.top);
    this.#stack.top = at;
    this.#stack.push(node);
  }

  #collectDict(): void {
    const at = this.#stack.popMark();
    const node = this.#graph.add(KIND.dict, 0, 0, FLAG.stringKeys);
    this.#addPairs(node, at);
    this.#stack.top = at;
    this.#stack.push(node);
  }

  /** Values from `at` on go into the list, set or object below them. */
  #fillItems(at: number): void {
    const node = this.#filled(at);
    if (this.#stack.top > at) this.#graph.addSegment(node, SEGMENT.items, this.#stack.values, at, this.#stack.top);
    this.#graph.length[node]! += this.#stack.top - at;
    this.#stack.top = at;
  }

  #fillPairs(at: number): void {
    this.#addPairs(this.#filled(at), at);
    this.#stack.top = at;
  }

  #addPairs(node: NodeId, at: number): void {
    const count = this.#stack.top - at;
    if (count % 2 === 1) throw this.#wrong('finds a key without a value');
    if (count === 0) return;
    const graph = this.#graph;
    for (let i = at; i < this.#stack.top; i += 2) {
      const key = this.#stack.values[i]!;
      if (key >= 0 && graph.kind[key] === KIND.string) continue;
      graph.flags[node]! &= ~FLAG.stringKeys;
      break;
    }
    graph.addSegment(node, SEGMENT.pairs, this.#stack.values, at, this.#stack.top);
    graph.length[node]! += count / 2;
  }

  #filled(at: number): NodeId {
    const node = at > this.#stack.fence ? this.#stack.values[at - 1]! : ABSENT;
    if (node < 0) throw this.#wrong('finds nothing on the stack that it could fill');
    return node;
  }

  // --- globals and objects

  #globalInLines(): NodeId {
    const text = new TextDecoder().decode(this.#scanner.readPayload());
    const [module = '', name = ''] = text.split('\n');
    return this.#global(module, name);
  }

  #stackGlobal(): void {
    const at = this.#stack.below(2);
    const [module, name] = [this.#stack.values[at]!, this.#stack.values[at + 1]!];
    const graph = this.#graph;
    if (module < 0 || name < 0 || graph.kind[module] !== KIND.string || graph.kind[name] !== KIND.string) {
      this.#madeGlobal(at);
      return;
    }
    const key = graph.aux[module]! * 2 ** 26 + graph.aux[name]!;
    let row = this.#globalByContents.get(key);
    if (row === undefined) {
      const node = this.#global(graph.readText(module)!, graph.readText(name)!);
      row = graph.aux[node]!;
      this.#globalByContents.set(key, row);
    } else graph.globals.rows[row]!.count++;
    this.#stack.top = at;
    this.#stack.push(graph.globals.rows[row]!.node);
  }

  /** A call, or an attribute of what was imported, may give a text too; which, only loading it would tell. */
  #madeGlobal(at: number): void {
    const graph = this.#graph;
    const [module, name] = [0, 1].map((i) => {
      const value = this.#stack.values[at + i]!;
      const isText = value >= 0 && graph.kind[value] === KIND.string;
      if (!isText && !(value >= 0 && MAY_BE_TEXT.has(graph.kind[value]!))) {
        throw this.#wrong('finds no two strings on the stack');
      }
      return isText ? graph.readText(value)! : MADE_NAME;
    });
    this.#stack.top = at;
    this.#stack.push(this.#global(module!, name!));
  }

  #global(module: string, name: string): NodeId {
    const globals = this.#graph.globals;
    let row = globals.find(module, name);
    if (row < 0) {
      const node = this.#graph.add(KIND.global, globals.rows.length, 0);
      row = globals.add(module, name, node, this.#scanner.at);
      if (this.#options.splice?.isBehind(globals.rows[row]!.full)) this.#spliceGlobal = row;
    }
    globals.rows[row]!.count++;
    return globals.rows[row]!.node;
  }

  /** REDUCE, NEWOBJ, NEWOBJ_EX: what is called stands at `at`, its arguments above. */
  #call(made: number, at: number): void {
    const callable = this.#stack.values[at]!;
    if (callable < 0) throw this.#wrong('would call something that is no class or function');
    this.#noteCall(callable);
    const graph = this.#graph;
    const node = graph.add(KIND.object, callable, 0, (made << FLAG.madeShift) | FLAG.stringKeys);
    const entries = this.#stack.top - at - 1;
    const to = graph.openSegment(node, SEGMENT.args, entries);
    for (let i = 0; i < entries; i++) graph.edges[to + i] = this.#stack.values[at + 1 + i]!;
    this.#stack.top = at;
    this.#stack.push(node);
  }

  #callToMark(): void {
    const at = this.#stack.popMark();
    if (at === this.#stack.top) throw this.#wrong('finds no class on the stack');
    this.#tuple(at + 1);
    this.#call(MADE.instance, at);
  }

  #instance(): void {
    const at = this.#stack.popMark();
    this.#tuple(at);
    this.#stack.values[at + 1] = this.#stack.values[at]!;
    this.#stack.values[at] = this.#globalInLines();
    this.#stack.top = at + 2;
    this.#call(MADE.instance, at);
  }

  #noteCall(callable: NodeId): void {
    const graph = this.#graph;
    if (graph.kind[callable] === KIND.global) graph.globals.rows[graph.aux[callable]!]!.called = true;
  }

  #build(): void {
    const at = this.#stack.below(1);
    const node = this.#filled(at);
    const graph = this.#graph;
    const to = graph.openSegment(node, SEGMENT.state, 2);
    graph.edges[to] = this.#stack.values[at]!;
    graph.edges[to + 1] = graph.nodeCount;
    this.#stack.top = at;
    if (this.#spliceGlobal < 0 || graph.kind[node] !== KIND.object) return;
    const callable = graph.aux[node]!;
    if (graph.kind[callable] !== KIND.global || graph.aux[callable] !== this.#spliceGlobal) return;
    this.#scanner.moveTo(this.#options.splice!.skip(graph, node, this.#scanner.position));
  }

  #persistent(): void {
    const at = this.#stack.below(1);
    this.#stack.values[at] = this.#graph.add(KIND.persistent, this.#stack.values[at]!, 0);
  }

  #wrong(what: string): Error {
    return wrongAt(this.#scanner, what);
  }
}
