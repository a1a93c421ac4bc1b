// All opcodes that hot-opcodes.ts leaves: those that are rare, and those in which something is wrong or out of the ordinary.
// One call for each, which the scanner reads anew; nothing here needs to be fast.
import { damaged } from '../damage.ts';
import { MADE_NAME } from './globals.ts';
import { FLAG, KIND, MADE, SEGMENT } from './graph.ts';
import type { MachineState } from './machine-state.ts';
import { EFFECT, EFFECT_OF, nameOfOpcode, OP, POPS_OF } from './opcodes.ts';
import { ABSENT, type NodeId, type Value } from './values.ts';
import { wrongAt } from './wrong.ts';

const NEWEST_PROTOCOL = 5;
const MAY_BE_TEXT: ReadonlySet<number> = new Set([KIND.object, KIND.global, KIND.persistent, KIND.extension]);

export class RareOpcodes {
  /** Highest protocol that the pickle says it has; 0 where it says none. */
  protocol = 0;
  usesBuffers = false;
  readonly #state: MachineState;
  /** By (module content, name content) of STACK_GLOBAL: a row of globals. */
  readonly #globalByContents = new Map<number, number>();

  constructor(state: MachineState) {
    this.#state = state;
  }

  /** Executes the opcode at the scanner; STOP is the caller's. */
  run(op: number): void {
    const { scanner, graph, stack, numbers, texts } = this.#state;
    switch (op) {
      case 0x80: // PROTO
        if (scanner.value > NEWEST_PROTOCOL) throw damaged(scanner.at, `protocol ${scanner.value} does not exist`);
        this.protocol = Math.max(this.protocol, scanner.value);
        break;
      case 0x95: // FRAME
        break;
      case 0x94: // MEMOIZE
        this.#put(this.#state.memo.filled);
        break;
      case 0x70: // PUT
      case 0x71: // BINPUT
      case 0x72: // LONG_BINPUT
        this.#put(scanner.value);
        break;
      case 0x67: // GET
      case 0x68: // BINGET
      case 0x6a: // LONG_BINGET
        stack.push(this.#get(scanner.value));
        break;
      case 0x8a: // LONG1
      case 0x8b: // LONG4
        stack.push(numbers.long());
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x58: // BINUNICODE
      case 0x8d: // BINUNICODE8
      case 0x54: // BINSTRING
      case 0x55: // SHORT_BINSTRING
        stack.push(texts.string());
        break;
      case 0x43: // SHORT_BINBYTES
      case 0x42: // BINBYTES
      case 0x8e: // BINBYTES8
        stack.push(texts.bytes(KIND.bytes));
        break;
      case 0x96: // BYTEARRAY8
        stack.push(texts.bytes(KIND.bytearray));
        break;
      case 0x29: // EMPTY_TUPLE
        stack.push(this.#sharedEmptyTuple());
        break;
      case 0x74: // TUPLE
        this.#tuple(stack.popMark());
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
      case 0x62: // BUILD
        this.#build();
        break;
      case 0x92: // NEWOBJ_EX
        this.#call(MADE.newobjEx, stack.below(3));
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
        stack.push(this.#globalInLines());
        break;
      case 0x30: // POP
        stack.pop();
        break;
      case 0x31: // POP_MARK
        stack.top = stack.popMark();
        break;
      case 0x32: // DUP
        stack.push(this.#share());
        break;
      case 0x49: // INT
      case 0x4c: // LONG
        stack.push(numbers.decimal());
        break;
      case 0x46: // FLOAT
        stack.push(numbers.decimalFloat());
        break;
      case 0x56: // UNICODE
      case 0x53: // STRING
        stack.push(texts.escaped(op === OP.UNICODE));
        break;
      case 0x50: // PERSID
        stack.push(graph.add(KIND.persistent, texts.escaped(true), 0));
        break;
      case 0x51: // BINPERSID
        this.#persistent();
        break;
      case 0x82: // EXT1
      case 0x83: // EXT2
      case 0x84: // EXT4
        stack.push(graph.add(KIND.extension, scanner.value, 0));
        break;
      case 0x97: // NEXT_BUFFER
        this.usesBuffers = true;
        stack.push(graph.add(KIND.buffer, 0, 0));
        break;
      case 0x98: // READONLY_BUFFER
        stack.below(1);
        break;
      default:
        throw this.#whatIsWrong(op);
    }
  }

  /** Of an opcode that hot-opcodes.ts executes unless its operands are not there. */
  #whatIsWrong(op: number): Error {
    const { scanner, stack } = this.#state;
    const effect = EFFECT_OF[op];
    const takesMark = effect === EFFECT.makeToMark || effect === EFFECT.fillToMark;
    const at = takesMark ? stack.popMark() : stack.below(POPS_OF[op]!);
    if (effect === EFFECT.fill || effect === EFFECT.fillToMark) this.#filled(at);
    if (op === OP.SETITEMS) return this.#wrong('finds a key without a value');
    if (op === OP.NEWOBJ || op === OP.REDUCE) return this.#noCallable();
    return damaged(scanner.at, `${nameOfOpcode(op)} is not understood`);
  }

  /** The top value as one that something else may refer to, too. */
  #share(): NodeId {
    const { stack, graph } = this.#state;
    const at = stack.below(1);
    const value = stack.values[at]!;
    if (value >= 0) return value;
    const atom = graph.add(KIND.atom, value, 0);
    stack.values[at] = atom;
    return atom;
  }

  #put(index: number): void {
    const node = this.#share();
    this.#state.graph.flags[node]! |= FLAG.memoized;
    this.#state.memo.put(index, node);
  }

  #get(index: number): Value {
    const value = this.#state.memo.get(index);
    if (value === ABSENT) throw this.#wrong(`fetches the memo's entry ${index}, which was never put`);
    this.#state.graph.flags[value]! |= FLAG.fetched;
    return value;
  }

  // --- containers

  #sharedEmptyTuple(): NodeId {
    const state = this.#state;
    if (state.emptyTuple < 0) state.emptyTuple = state.graph.add(KIND.tuple, 0, 0);
    return state.emptyTuple;
  }

  /** Replaces the values from `at` on by a tuple of them. */
  #tuple(at: number): void {
    if (this.#state.stack.top === at) this.#state.stack.push(this.#sharedEmptyTuple());
    else this.#replace(at, KIND.tuple);
  }

  #collect(kind: number): void {
    this.#replace(this.#state.stack.popMark(), kind);
  }

  #replace(at: number, kind: number): void {
    const { stack, graph } = this.#state;
    const node = graph.add(kind, 0, stack.top - at);
    if (stack.top > at) graph.addSegment(node, SEGMENT.items, stack.values, at, stack.top);
    stack.top = at;
    stack.push(node);
  }

  #collectDict(): void {
    const { stack, graph } = this.#state;
    const at = stack.popMark();
    const count = stack.top - at;
    if (count % 2 === 1) throw this.#wrong('finds a key without a value');
    const node = graph.add(KIND.dict, 0, count / 2, this.#hasStringKeys(at) ? FLAG.stringKeys : 0);
    if (count > 0) graph.addSegment(node, SEGMENT.pairs, stack.values, at, stack.top);
    stack.top = at;
    stack.push(node);
  }

  #hasStringKeys(at: number): boolean {
    const { stack, graph } = this.#state;
    for (let i = at; i < stack.top; i += 2) {
      const key = stack.values[i]!;
      if (key < 0 || graph.kind[key] !== KIND.string) return false;
    }
    return true;
  }

  #filled(at: number): NodeId {
    const { stack } = this.#state;
    const node = at > stack.fence ? stack.values[at - 1]! : ABSENT;
    if (node < 0) throw this.#wrong('finds nothing on the stack that it could fill');
    return node;
  }

  // --- globals and objects

  #globalInLines(): NodeId {
    const text = new TextDecoder().decode(this.#state.scanner.readPayload());
    const [module = '', name = ''] = text.split('\n');
    return this.#global(module, name);
  }

  #stackGlobal(): void {
    const { stack, graph } = this.#state;
    const at = stack.below(2);
    const [module, name] = [stack.values[at]!, stack.values[at + 1]!];
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
    stack.top = at;
    stack.push(graph.globals.rows[row]!.node);
  }

  /** A call, or an attribute of what was imported, may give a text too; which, only loading it would tell. */
  #madeGlobal(at: number): void {
    const { stack, graph } = this.#state;
    const [module, name] = [0, 1].map((i) => {
      const value = stack.values[at + i]!;
      const isText = value >= 0 && graph.kind[value] === KIND.string;
      if (!isText && !(value >= 0 && MAY_BE_TEXT.has(graph.kind[value]!))) {
        throw this.#wrong('finds no two strings on the stack');
      }
      return isText ? graph.readText(value)! : MADE_NAME;
    });
    stack.top = at;
    stack.push(this.#global(module!, name!));
  }

  #global(module: string, name: string): NodeId {
    const state = this.#state;
    const { globals } = state.graph;
    let row = globals.find(module, name);
    if (row < 0) {
      const node = state.graph.add(KIND.global, globals.rows.length, 0);
      row = globals.add(module, name, node, state.scanner.at);
      if (state.splice?.isBehind(globals.rows[row]!.full)) state.spliceGlobal = row;
    }
    globals.rows[row]!.count++;
    return globals.rows[row]!.node;
  }

  /** What is called stands at `at`, its arguments above. */
  #call(made: number, at: number): void {
    const { stack, graph } = this.#state;
    const callable = stack.values[at]!;
    if (callable < 0) throw this.#noCallable();
    if (graph.kind[callable] === KIND.global) graph.flags[callable]! |= FLAG.called;
    const node = graph.add(KIND.object, callable, 0, (made << FLAG.madeShift) | FLAG.stringKeys);
    const entries = stack.top - at - 1;
    const to = graph.openSegment(node, SEGMENT.args, entries);
    for (let i = 0; i < entries; i++) graph.edges[to + i] = stack.values[at + 1 + i]!;
    stack.top = at;
    stack.push(node);
  }

  #callToMark(): void {
    const { stack } = this.#state;
    const at = stack.popMark();
    if (at === stack.top) throw this.#wrong('finds no class on the stack');
    this.#tuple(at + 1);
    this.#call(MADE.instance, at);
  }

  #instance(): void {
    const { stack } = this.#state;
    const at = stack.popMark();
    this.#tuple(at);
    stack.values[at + 1] = stack.values[at]!;
    stack.values[at] = this.#globalInLines();
    stack.top = at + 2;
    this.#call(MADE.instance, at);
  }

  #build(): void {
    const { stack, graph, scanner, splice, spliceGlobal } = this.#state;
    const at = stack.below(1);
    const node = this.#filled(at);
    const to = graph.openSegment(node, SEGMENT.state, 2);
    graph.edges[to] = stack.values[at]!;
    graph.edges[to + 1] = graph.nodeCount;
    stack.top = at;
    if (spliceGlobal < 0 || graph.kind[node] !== KIND.object) return;
    const callable = graph.aux[node]!;
    if (graph.kind[callable] !== KIND.global || graph.aux[callable] !== spliceGlobal) return;
    scanner.moveTo(splice!.skip(graph, node, scanner.position));
  }

  #persistent(): void {
    const { stack, graph } = this.#state;
    const at = stack.below(1);
    stack.values[at] = graph.add(KIND.persistent, stack.values[at]!, 0);
  }

  #noCallable(): Error {
    return this.#wrong('would call something that is no class or function');
  }

  #wrong(what: string): Error {
    return wrongAt(this.#state.scanner, what);
  }
}
