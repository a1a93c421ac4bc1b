// A stack machine that follows names: which class an instance is of, which attributes its state has, what the small tuples and
// dicts say that describe arrays. All other values are one and the same unknown. It serves those two questions about a
// pickle that cannot be answered opcode by opcode, and it makes objects, so it runs only where one of them is asked.
import { damaged, refused } from '../damage.ts';
import { GlobalValue, InstanceValue, reduced, StateDict, type Value } from './named-values.ts';
import { EFFECT, EFFECT_OF, nameOfOpcode, OP, POPS_OF } from './opcodes.ts';
import type { PickleScanner } from './scan.ts';

export interface NamesRules {
  /** Whether a text is worth keeping; others are unknown. */
  knowsText(text: string): boolean;
  /** Whether a value is worth keeping in the memo; else what is fetched there is unknown. */
  keepsEntry(value: Value, index: number): boolean;
  /** Before BUILD changes the stack. `build`: which BUILD of the pickle it is. */
  onBuild(target: Value, state: Value, build: number): void;
}

const LONGEST_TEXT = 200;
const LONGEST_TUPLE = 16;
const MOST_VALUES = 8 * 2 ** 20;

const utf8 = new TextDecoder('utf-8');

export class NamesMachine {
  readonly #scanner: PickleScanner;
  readonly #rules: NamesRules;
  readonly #stack: Value[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Value>();
  readonly #globals = new Map<string, GlobalValue>();
  #puts = 0;
  #dicts = 0;
  #builds = 0;

  constructor(scanner: PickleScanner, rules: NamesRules) {
    this.#scanner = scanner;
    this.#rules = rules;
  }

  /** Does what the opcode at the scanner says. True at STOP. */
  step(): boolean {
    const { op } = this.#scanner;
    switch (EFFECT_OF[op]) {
      case EFFECT.push:
        this.#push(this.#pushed(op));
        return false;
      case EFFECT.make: {
        const first = this.#firstOf(POPS_OF[op]!);
        this.#replace(first, this.#made(op, first));
        return false;
      }
      case EFFECT.makeToMark: {
        const first = this.#firstToMark();
        this.#replace(first, op === OP.TUPLE ? this.#smallTuple(first) : undefined);
        return false;
      }
      case EFFECT.fill:
        this.#fill(op, this.#firstOf(POPS_OF[op]!));
        return false;
      case EFFECT.fillToMark:
        this.#fill(op, this.#firstToMark());
        return false;
      case EFFECT.mark:
        this.#marks.push(this.#stack.length);
        return false;
      case EFFECT.put:
        this.#put(op);
        return false;
      case EFFECT.get:
        this.#push(this.#memo.get(this.#scanner.value));
        return false;
      case EFFECT.duplicate:
        this.#push(this.#top());
        return false;
      case EFFECT.drop:
        if (this.#marks.length > 0 && this.#marks[this.#marks.length - 1] === this.#stack.length) this.#marks.pop();
        else this.#stack.length = this.#firstOf(1);
        return false;
      case EFFECT.dropToMark:
        this.#stack.length = this.#firstToMark();
        return false;
      case EFFECT.stop:
        return true;
      default:
        return false;
    }
  }

  #pushed(op: number): Value {
    switch (op) {
      case OP.BININT:
      case OP.BININT1:
      case OP.BININT2:
        return this.#scanner.value;
      case OP.INT:
      case OP.LONG:
        return this.#scanner.length < 16 ? Number.parseInt(this.#text(), 10) : undefined;
      case OP.LONG1:
        return this.#longInteger();
      case OP.NEWTRUE:
      case OP.NEWFALSE:
        return op === OP.NEWTRUE ? 1 : 0;
      case OP.EMPTY_TUPLE:
        return NO_ITEMS;
      case OP.EMPTY_DICT:
        return this.#emptyDict();
      case OP.SHORT_BINUNICODE:
      case OP.BINUNICODE:
      case OP.UNICODE:
        return this.#knownText();
      case OP.GLOBAL: {
        const [module, name] = this.#text().split('\n');
        return this.#global(module!, name!);
      }
      default:
        return undefined;
    }
  }

  /** Of the values from `first` on. */
  #made(op: number, first: number): Value {
    const one = this.#stack[first];
    const two = this.#stack[first + 1];
    switch (op) {
      case OP.TUPLE1:
      case OP.TUPLE2:
      case OP.TUPLE3:
        return this.#smallTuple(first);
      case OP.STACK_GLOBAL:
        return typeof one === 'string' && typeof two === 'string' ? this.#global(one, two) : undefined;
      case OP.NEWOBJ:
        return one instanceof GlobalValue ? new InstanceValue(one, two) : undefined;
      case OP.REDUCE:
        return reduced(one, two);
      default:
        return undefined;
    }
  }

  /** The target is below the values from `first` on. */
  #fill(op: number, first: number): void {
    const stack = this.#stack;
    if (first === 0) throw this.#tooFew();
    const target = stack[first - 1];
    if (op === OP.BUILD) {
      const state = stack[first];
      stack.length = first;
      this.#rules.onBuild(target, state, this.#builds++);
      if (target instanceof InstanceValue) target.state = state;
      return;
    }
    if (target instanceof StateDict) {
      for (let i = first; i + 1 < stack.length; i += 2) {
        const key = stack[i];
        if (typeof key === 'string') {
          target.keys.push(key);
          target.values.push(stack[i + 1]);
        } else target.hasOnlyTexts = false;
      }
    }
    stack.length = first;
  }

  #emptyDict(): Value {
    const number = this.#dicts++;
    const below = this.#stack.length > 0 ? this.#stack[this.#stack.length - 1] : undefined;
    const isMarked = this.#marks.length > 0 && this.#marks[this.#marks.length - 1] === this.#stack.length;
    return below instanceof InstanceValue && !isMarked ? new StateDict(below, number) : undefined;
  }

  #put(op: number): void {
    const index = op === OP.MEMOIZE ? this.#puts++ : this.#scanner.value;
    const top = this.#top();
    if (top !== undefined && this.#rules.keepsEntry(top, index)) this.#memo.set(index, top);
  }

  #global(module: string, name: string): GlobalValue {
    const key = `${module}\n${name}`;
    const known = this.#globals.get(key);
    if (known !== undefined) return known;
    const made = new GlobalValue(module, name);
    this.#globals.set(key, made);
    return made;
  }

  #text(): string {
    return this.#scanner.length <= 2 * LONGEST_TEXT ? utf8.decode(this.#scanner.readPayload()) : '';
  }

  #knownText(): Value {
    if (this.#scanner.length > LONGEST_TEXT) return undefined;
    const text = this.#text();
    if (this.#scanner.op === OP.UNICODE && text.includes('\\')) return undefined;
    return this.#rules.knowsText(text) ? text : undefined;
  }

  /** Little-endian; undefined beyond what a number holds exactly. */
  #longInteger(): Value {
    const { length } = this.#scanner;
    if (length > 6) return undefined;
    const bytes = this.#scanner.readPayload();
    let value = 0;
    for (let i = 0; i < length; i++) value += bytes[i]! * 2 ** (8 * i);
    return length > 0 && bytes[length - 1]! > 127 ? value - 2 ** (8 * length) : value;
  }

  #push(value: Value): void {
    if (this.#stack.length > MOST_VALUES) {
      throw refused(this.#scanner.at, `more than ${MOST_VALUES} values are on the stack`);
    }
    this.#stack.push(value);
  }

  #top(): Value {
    if (this.#stack.length === 0) throw this.#tooFew();
    return this.#stack[this.#stack.length - 1];
  }

  /** Index of the first of the topmost values: all of them above the last mark. */
  #firstOf(count: number): number {
    const above = this.#marks.length > 0 ? this.#marks[this.#marks.length - 1]! : 0;
    if (this.#stack.length - above < count) throw this.#tooFew();
    return this.#stack.length - count;
  }

  /** Takes the last mark off; index of the first value above it. */
  #firstToMark(): number {
    const mark = this.#marks.pop();
    if (mark === undefined) throw damaged(this.#scanner.at, `${nameOfOpcode(this.#scanner.op)} finds no mark`);
    return mark;
  }

  /** Puts one value in the place of those from `first` on. */
  #replace(first: number, value: Value): void {
    this.#stack.length = first;
    this.#push(value);
  }

  #smallTuple(first: number): Value {
    return this.#stack.length - first <= LONGEST_TUPLE ? this.#stack.slice(first) : undefined;
  }

  #tooFew(): Error {
    return damaged(this.#scanner.at, `${nameOfOpcode(this.#scanner.op)} finds too few values on the stack`);
  }
}

const NO_ITEMS: readonly Value[] = [];
