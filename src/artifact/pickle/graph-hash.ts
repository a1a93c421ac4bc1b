// One number for the object graph that a pickle makes: the same for two pickles that build equal objects in the same order, with
// the same sharing and the same cycles, whatever their memos are like. Constants count by type and bits and not by identity;
// everything else is known by its number, in the order of making. The slim command holds the graphs of its input and its output
// against each other; they are computed by this machine alone, which knows nothing of how the output was made.
import { KIND_OF, ROLE, ROLE_OF } from './constants.ts';
import { finishHash, hashBytes, mixWord } from './content-hash.ts';
import { HashStack } from './hash-stack.ts';
import { type MemoUse, readMemoUse } from './memo-use.ts';
import { EFFECT, EFFECT_OF, OP, POPS_OF } from './opcodes.ts';
import { PayloadHash } from './payload-hash.ts';
import { PickleScanner } from './scan.ts';
import { NO_WRAPPED_STATES, type WrappedStates, WrappingWalk } from './slot-state.ts';
import { skipSplice } from './splices.ts';

const SEED_A = 0x2545f491;
const SEED_B = 0x7f4a7c15;
const NONE_A = hashBytes(Uint8Array.of(OP.NONE), 0, 1, SEED_A);
const NONE_B = hashBytes(Uint8Array.of(OP.NONE), 0, 1, SEED_B);

/**
 * Of the pickle at the scanner's position, as 16 hexadecimal digits; leaves the scanner behind it. `wrapped`: states that
 * are to count as if they had been written as (None, state), see slot-state.ts.
 */
export function hashGraph(scanner: PickleScanner, wrapped: WrappedStates = NO_WRAPPED_STATES): string {
  const use = readMemoUse(scanner);
  scanner.moveTo(use.start);
  return new GraphHash(scanner, use, wrapped).run();
}

class GraphHash {
  /** Everything that happened so far. */
  #a = SEED_A;
  #b = SEED_B;
  /** Objects made so far; the next one's number. */
  #objects = 0;
  #puts = 0;
  readonly #scanner: PickleScanner;
  readonly #use: MemoUse;
  readonly #wrapping: WrappingWalk;
  readonly #stack: HashStack;
  readonly #hashed = new PayloadHash();
  /** By rank of the fetched memo entry: both lanes; and whether it is a constant. */
  readonly #memo: Int32Array;
  readonly #memoIsConstant: Uint8Array;

  constructor(scanner: PickleScanner, use: MemoUse, wrapped: WrappedStates) {
    this.#scanner = scanner;
    this.#use = use;
    this.#wrapping = new WrappingWalk(wrapped);
    this.#stack = new HashStack(scanner);
    this.#memo = new Int32Array(use.fetchedCount * 2);
    this.#memoIsConstant = new Uint8Array(use.fetchedCount);
  }

  run(): string {
    const scanner = this.#scanner;
    for (;;) {
      const op = scanner.next();
      if (ROLE_OF[op] === ROLE.literal) this.#literal();
      else if (ROLE_OF[op] === ROLE.atom) this.#atom();
      else if (this.#wrapAndStep(op)) return hex(this.#a) + hex(this.#b);
    }
  }

  #wrapAndStep(op: number): boolean {
    const inserted = this.#wrapping.before(op);
    if (inserted === OP.NONE) this.#stack.push(NONE_A, NONE_B, 1);
    else if (inserted === OP.TUPLE2) this.#tuple(2);
    return this.#step(op);
  }

  /** True at the end. */
  #step(op: number): boolean {
    switch (EFFECT_OF[op]) {
      case EFFECT.nothing:
        return false;
      case EFFECT.push:
        this.#event(op);
        this.#payload();
        this.#pushObject();
        return false;
      case EFFECT.make:
        if (ROLE_OF[op] === ROLE.tuple) this.#tuple(POPS_OF[op]!);
        else this.#make(op);
        return false;
      case EFFECT.makeToMark:
        if (op === OP.TUPLE) this.#tuple(-1);
        else this.#makeToMark(op);
        return false;
      case EFFECT.fill:
        this.#fill(op);
        return false;
      case EFFECT.fillToMark:
        this.#fillToMark(op);
        return false;
      case EFFECT.mark:
        this.#stack.mark();
        return false;
      case EFFECT.put:
        this.#put(op);
        return false;
      case EFFECT.get:
        this.#get();
        return false;
      case EFFECT.duplicate:
        this.#stack.duplicate();
        return false;
      case EFFECT.stop:
        this.#take(op, 1);
        return true;
      default:
        this.#drop(op);
        return false;
    }
  }

  #literal(): void {
    const kind = KIND_OF[this.#scanner.op]!;
    this.#hashed.start(SEED_A ^ kind, SEED_B + kind);
    this.#hashed.addPayload(this.#scanner);
    this.#stack.push(this.#hashed.a, this.#hashed.b, 1);
  }

  #atom(): void {
    const { window, isInside, indexOfOpcode, at, position } = this.#scanner;
    if (isInside) {
      const a = hashBytes(window, indexOfOpcode, position - at, SEED_A);
      this.#stack.push(a, hashBytes(window, indexOfOpcode, position - at, SEED_B), 1);
      return;
    }
    this.#hashed.start(SEED_A, SEED_B);
    this.#hashed.addPayload(this.#scanner);
    this.#stack.push(this.#hashed.a, this.#hashed.b, 1);
  }

  #tuple(count: number): void {
    const stack = this.#stack;
    if (count < 0) stack.foldToMark();
    else stack.foldTop(count);
    if (stack.isConstant) {
      stack.push(finishHash(mixWord(stack.a, stack.count)), finishHash(mixWord(stack.b, stack.count)), 1);
      return;
    }
    this.#event(OP.TUPLE);
    this.#add(stack.a, stack.b);
    this.#add(stack.count, 0);
    this.#pushObject();
  }

  #make(op: number): void {
    this.#take(op, POPS_OF[op]!);
    this.#pushObject();
  }

  #makeToMark(op: number): void {
    this.#stack.foldToMark();
    this.#event(op);
    this.#payload();
    this.#add(this.#stack.a, this.#stack.b);
    this.#pushObject();
  }

  #fill(op: number): void {
    this.#take(op, POPS_OF[op]!);
    this.#add(this.#stack.topA, this.#stack.topB);
    if (op === OP.BUILD) this.#splice();
  }

  #fillToMark(op: number): void {
    this.#stack.foldToMark();
    this.#event(op);
    this.#add(this.#stack.a, this.#stack.b);
    this.#add(this.#stack.topA, this.#stack.topB);
  }

  #drop(op: number): void {
    this.#event(op);
    if (op === OP.POP_MARK) this.#stack.foldToMark();
    else this.#stack.drop();
  }

  #take(op: number, pops: number): void {
    this.#stack.foldTop(pops);
    this.#event(op);
    this.#add(this.#stack.a, this.#stack.b);
  }

  #put(op: number): void {
    const { fetched } = this.#use;
    const index = op === OP.MEMOIZE ? this.#puts++ : this.#scanner.value;
    const { topA, topB, topIsConstant } = this.#stack;
    if (!fetched.has(index)) return;
    const rank = fetched.rankOf(index);
    this.#memo[2 * rank] = topA;
    this.#memo[2 * rank + 1] = topB;
    this.#memoIsConstant[rank] = topIsConstant;
  }

  #get(): void {
    const rank = this.#use.fetched.rankOf(this.#scanner.value);
    this.#stack.push(this.#memo[2 * rank]!, this.#memo[2 * rank + 1]!, this.#memoIsConstant[rank]!);
  }

  #pushObject(): void {
    const number = this.#objects++;
    this.#stack.push(finishHash(number ^ SEED_B), finishHash(mixWord(SEED_A, number)), 0);
  }

  #event(op: number): void {
    this.#add(op, 0x5bd1e995);
  }

  #add(a: number, b: number): void {
    this.#a = mixWord(this.#a, a);
    this.#b = mixWord(this.#b, b ^ (a << 1));
  }

  #payload(): void {
    const { op } = this.#scanner;
    if (op !== OP.GLOBAL && op !== OP.INST && op !== OP.PERSID && op !== OP.BYTEARRAY8) {
      this.#add(this.#scanner.op >= OP.EXT1 && this.#scanner.op <= OP.EXT4 ? this.#scanner.value : 0, 0);
      return;
    }
    this.#hashed.start(SEED_A, SEED_B);
    this.#hashed.addPayload(this.#scanner);
    this.#add(this.#hashed.a, this.#hashed.b);
  }

  #splice(): void {
    const { splices } = this.#use;
    const row = skipSplice(splices, this.#scanner);
    if (row < 0) return;
    const splice = splices.read(row);
    if (splice.isPickle) {
      const inner = hashGraph(new PickleScanner(this.#scanner.source, splice.at));
      this.#add(Number.parseInt(inner.slice(0, 8), 16) | 0, Number.parseInt(inner.slice(8), 16) | 0);
      return;
    }
    this.#hashed.start(SEED_A, SEED_B);
    this.#hashed.addRange(this.#scanner.source, splice.dataAt, splice.end - splice.dataAt);
    this.#add(this.#hashed.a, this.#hashed.b);
  }
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}
