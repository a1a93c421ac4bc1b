// The third and the fourth pass over a pickle, one after the other the same walk. The rehearsal finds equal constants by
// comparing them, and counts how often each will be fetched; the performance writes: memo entries that nothing fetches are
// left out, the first of equal constants is put into the memo, and the others become fetches of it.
//
// A tuple of constants is known for a repetition only at its end. Its items have been written by then, and are taken back;
// the rehearsal does the same with its counts.

import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/units.ts';
import { ConstantRun, ITEM } from './constant-run.ts';
import { ConstantTable } from './constant-table.ts';
import { isShareable, KIND, KIND_OF, ROLE, ROLE_OF } from './constants.ts';
import type { MemoUse } from './memo-use.ts';
import { OP } from './opcodes.ts';
import type { PickleWriter } from './pickle-writer.ts';
import type { RepeatFilter } from './repeat-filter.ts';
import { hashLiteral } from './repeats.ts';
import type { PickleScanner } from './scan.ts';
import { type Splice, skipSplice } from './splices.ts';

const LONGEST_KEY = 48 * 1024;
/** A run over more bytes of the file is given up: until it ends, nothing of it can be committed. */
const LONGEST_RUN = 64 * 1024;
/** Of a memo entry, by rank: not an entry of the table, and not yet put. */
const OWN = -1;

/** What else is to happen to the pickle while it is written. */
export interface Insertions {
  /** Called for every opcode that is no constant, in each walk; before it is written, where `out` is given. */
  before(scanner: PickleScanner, out: PickleWriter | undefined): void;
  /** A splice of joblib's, over which the scanner has moved. */
  splice(splice: Splice, scanner: PickleScanner, out: PickleWriter): void;
}

export class SharingWalk {
  readonly table: ConstantTable;
  readonly #scanner: PickleScanner;
  readonly #use: MemoUse;
  readonly #filter: RepeatFilter;
  readonly #seed: number;
  readonly #insertions: Insertions;
  readonly #run = new ConstantRun();
  #key = new Uint8Array(0);
  /** By rank of the fetched memo entry: an entry of the table, or -1 - (its new index). */
  readonly #memo: Int32Array;
  #puts = 0;
  #out: PickleWriter | undefined;
  /** A fetch of something that is not in the memo was written here; it must be taken back. -1: none. */
  #owedAt = -1;

  constructor(
    scanner: PickleScanner,
    use: MemoUse,
    filter: RepeatFilter,
    seed: number,
    budget: Bytes,
    insertions: Insertions,
  ) {
    this.#scanner = scanner;
    this.#use = use;
    this.#filter = filter;
    this.#seed = seed;
    this.#insertions = insertions;
    this.table = new ConstantTable(budget);
    this.#memo = new Int32Array(use.fetchedCount).fill(OWN);
  }

  /** Fills the table, and its state with the number of times that each entry will be fetched. */
  rehearse(): void {
    this.#walk(undefined);
  }

  /** Writes the pickle. Afterwards the table's state is 0 for entries not in the new memo, else -1 - index. */
  perform(out: PickleWriter): void {
    this.#memo.fill(OWN);
    this.#walk(out);
    this.#commit();
  }

  /** Hot and flat. */
  #walk(out: PickleWriter | undefined): void {
    const scanner = this.#scanner;
    const run = this.#run;
    run.clear();
    this.#out = out;
    this.#puts = 0;
    scanner.moveTo(this.#use.start);
    let runAt = 0;
    for (;;) {
      const op = scanner.next();
      const role = ROLE_OF[op]!;
      if (run.length === 0) runAt = scanner.at;
      else if (run.isFull || scanner.at - runAt > LONGEST_RUN) run.clear();
      if (out?.isFrameFull && run.length === 0) this.#commit();
      switch (role) {
        case ROLE.literal:
          this.#literal();
          continue;
        case ROLE.atom:
          this.#atom();
          continue;
        case ROLE.mark:
          run.push(0, ITEM.mark, out === undefined ? 0 : out.pending);
          out?.copy(scanner);
          continue;
        case ROLE.tuple:
          this.#tuple();
          continue;
        case ROLE.put:
          this.#put();
          continue;
        case ROLE.get:
          this.#get();
          continue;
        case ROLE.nothing:
          if (op !== OP.PROTO) continue;
          run.clear(); // it stands outside of frames, so what was written before it is committed
          out?.copy(scanner);
          continue;
        default:
          run.clear();
          this.#insertions.before(scanner, out);
          out?.copy(scanner);
          if (op === OP.STOP) return;
          if (op === OP.BUILD) this.#splice();
      }
    }
  }

  #literal(): void {
    const scanner = this.#scanner;
    if (!isShareable(scanner)) {
      this.#run.clear();
      this.#out?.copy(scanner);
      return;
    }
    const hash = hashLiteral(scanner, this.#seed);
    const { window, from, length } = scanner;
    const isRepeated = this.#filter.isRepeated(hash);
    const entry = isRepeated ? this.table.findOrAdd(KIND_OF[scanner.op]!, hash, window, from, length) : -1;
    this.#run.push(hash, entry < 0 ? ITEM.single : entry, this.#out?.pending ?? 0);
    if (this.#out === undefined) this.#count(entry);
    else this.#writeConstant(entry);
  }

  #atom(): void {
    this.#run.pushAtom(this.#scanner, this.#out?.pending ?? 0);
    this.#out?.copy(this.#scanner);
  }

  #tuple(): void {
    const run = this.#run;
    const first = run.findTuple(this.#scanner.op);
    if (first < 0) {
      run.clear();
      this.#out?.copy(this.#scanner);
      return;
    }
    const hash = run.hashOfTuple(first, this.#seed);
    const entry = this.#filter.isRepeated(hash) ? this.#findTuple(first, hash) : -1;
    if (this.#out === undefined) this.#countTuple(first, entry);
    else if (entry >= 0 && this.table.state.at(entry) < 0) this.#replaceTuple(first, entry);
    else this.#writeConstant(entry);
    run.collapse(first, hash, entry < 0 ? ITEM.single : entry);
  }

  #findTuple(first: number, hash: number): number {
    if (this.#key.length === 0) this.#key = new Uint8Array(LONGEST_KEY);
    const length = this.#run.writeKey(first, this.#key);
    return length < 0 ? -1 : this.table.findOrAdd(KIND.tuple, hash, this.#key, 0, length);
  }

  #count(entry: number): void {
    if (entry >= 0 && !this.table.isNew) this.table.state.add(entry, 1);
  }

  /** A repeated tuple is fetched as a whole: the fetches of its items, just counted, will not be. */
  #countTuple(first: number, entry: number): void {
    if (entry < 0 || this.table.isNew) return;
    const run = this.#run;
    for (let row = first; row < run.length; row++) {
      const item = run.entry[row]!;
      if (item >= 0) this.table.state.add(item, -1);
    }
    this.table.state.add(entry, 1);
  }

  /** The constant at the scanner: as it is, as it is and into the memo, or as a fetch. */
  #writeConstant(entry: number): void {
    const out = this.#out!;
    const state = entry < 0 ? 0 : this.table.state.at(entry);
    if (state < 0) {
      out.fetch(-1 - state);
      return;
    }
    out.copy(this.#scanner);
    if (state > 0) this.table.state.set(entry, -1 - out.memoize());
  }

  #replaceTuple(first: number, entry: number): void {
    const out = this.#out!;
    const writtenAt = this.#run.writtenAt[first]!;
    out.takeBackTo(writtenAt);
    if (this.#owedAt >= writtenAt) this.#owedAt = -1;
    out.fetch(-1 - this.table.state.at(entry));
  }

  #put(): void {
    const scanner = this.#scanner;
    const index = scanner.op === OP.MEMOIZE ? this.#puts++ : scanner.value;
    const { fetched } = this.#use;
    if (!fetched.has(index)) return;
    const run = this.#run;
    const top = run.length > 0 ? run.entry[run.length - 1]! : ITEM.mark;
    if (top >= 0) {
      this.#memo[fetched.rankOf(index)] = top;
      return;
    }
    run.clear();
    this.#memo[fetched.rankOf(index)] = this.#out === undefined ? OWN : -1 - this.#out.memoize();
  }

  #get(): void {
    const { fetched } = this.#use;
    const memo = this.#memo[fetched.rankOf(this.#scanner.value)]!;
    const out = this.#out;
    if (memo < 0) {
      this.#run.clear();
      out?.fetch(-1 - memo);
      return;
    }
    this.#run.push(this.table.hashOf(memo), memo, out?.pending ?? 0);
    if (out === undefined) this.table.state.add(memo, 1);
    else this.#fetchConstant(memo);
  }

  #fetchConstant(entry: number): void {
    const out = this.#out!;
    const state = this.table.state.at(entry);
    if (state < 0) {
      out.fetch(-1 - state);
      return;
    }
    // Only within a tuple that is itself a repetition, and about to be taken back.
    if (this.#owedAt < 0) this.#owedAt = out.pending;
    out.fetch(0);
  }

  #splice(): void {
    const { splices } = this.#use;
    const row = skipSplice(splices, this.#scanner);
    if (row < 0 || this.#out === undefined) return;
    this.#commit();
    this.#insertions.splice(splices.read(row), this.#scanner, this.#out);
  }

  #commit(): void {
    assert(this.#owedAt < 0, 'a constant is fetched that was not put into the memo');
    this.#out!.commit();
  }
}
