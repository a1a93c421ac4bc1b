// The constants that opcodes without a gap have left on top of the stack, as far as they may become one constant tuple. Any
// other opcode ends the run, so it stays short; and since it is a function of the file alone, every pass sees the same one.
import { finishHash, mixWord } from './content-hash.ts';
import { ARGUMENT, ARGUMENT_OF, OP, POPS_OF } from './opcodes.ts';
import type { PickleScanner } from './scan.ts';

/** Longer ones are given up: no tuple of so many constants is worth holding back what is written. */
const MOST_ITEMS = 4096;
/** Room at first: a file may hold a million small pickles, and columns of 64 bytes lie where objects do. */
const FIRST_ITEMS = 16;
/** Of an atom; what is longer is in no constant tuple. */
const LONGEST_PAYLOAD = 8;

/** Rows of `entry` that are no entries of the table. */
export const ITEM = {
  /** Its notation is its identity: 1 as BININT1 and 1 as BININT count as different, which costs nothing but a chance. */
  atom: -1,
  mark: -2,
  /** A constant that occurs once: no tuple with it occurs twice. */
  single: -3,
} as const;

export class ConstantRun {
  length = 0;
  /** Of an atom: its opcode and the length of its payload; its hash is made when a tuple asks for it. */
  hash = new Int32Array(FIRST_ITEMS);
  /** Entry of the table, or one of ITEM. */
  entry = new Int32Array(FIRST_ITEMS);
  /** Where its opcodes begin in what was written. */
  writtenAt = new Int32Array(FIRST_ITEMS);
  /** Of an atom: up to eight bytes of payload. */
  low = new Int32Array(FIRST_ITEMS);
  high = new Int32Array(FIRST_ITEMS);

  get isFull(): boolean {
    return this.length === MOST_ITEMS;
  }

  clear(): void {
    this.length = 0;
  }

  push(hash: number, entry: number, writtenAt: number): void {
    const row = this.length++;
    if (row === this.hash.length) this.#grow();
    this.hash[row] = hash;
    this.entry[row] = entry;
    this.writtenAt[row] = writtenAt;
  }

  /** The atom at the scanner; ends the run where its notation is too long for one. */
  pushAtom(scanner: PickleScanner, writtenAt: number): void {
    const { op, value, length } = scanner;
    const row = this.length;
    if (ARGUMENT_OF[op]! < ARGUMENT.float8) {
      this.push(op, ITEM.atom, writtenAt);
      this.low[row] = ARGUMENT_OF[op] === ARGUMENT.none ? 0 : value;
      this.high[row] = 0;
    } else if (length <= LONGEST_PAYLOAD) {
      this.push(op | (length << 8), ITEM.atom, writtenAt);
      this.low[row] = wordAt(scanner, 0);
      this.high[row] = wordAt(scanner, 4);
    } else this.clear();
  }

  #grow(): void {
    const bigger = (column: Int32Array<ArrayBuffer>) => {
      const grown = new Int32Array(column.length * 4);
      grown.set(column);
      return grown;
    };
    this.hash = bigger(this.hash);
    this.entry = bigger(this.entry);
    this.writtenAt = bigger(this.writtenAt);
    this.low = bigger(this.low);
    this.high = bigger(this.high);
  }

  /** The row on top is a constant that may be shared by itself, not a mark nor an atom. */
  get hasSharedOnTop(): boolean {
    const top = this.length > 0 ? this.entry[this.length - 1]! : ITEM.mark;
    return top >= 0 || top === ITEM.single;
  }

  /** First row of the tuple that `op` makes of the rows on top, its mark included; -1: not all of it is in the run. */
  findTuple(op: number): number {
    if (op === OP.TUPLE) {
      for (let row = this.length - 1; row >= 0; row--) if (this.entry[row] === ITEM.mark) return row;
      return -1;
    }
    const first = this.length - POPS_OF[op]!;
    for (let row = Math.max(0, first); row < this.length; row++) if (this.entry[row] === ITEM.mark) return -1;
    return first < 0 ? -1 : first;
  }

  /** Of the items from `first` on; (1,) and (1, 1) differ, and so do ((1, 1),) and (1, 1). */
  hashOfTuple(first: number, seed: number): number {
    const items = this.itemsFrom(first);
    let hash = mixWord(seed ^ 0x7b9, this.length - items);
    for (let row = items; row < this.length; row++) {
      hash = mixWord(hash, this.hash[row]!);
      if (this.entry[row] === ITEM.atom) hash = mixWord(mixWord(hash, this.low[row]!), this.high[row]!);
    }
    return finishHash(hash) || 1;
  }

  /** `first`, or the row behind it where that is the mark. */
  itemsFrom(first: number): number {
    return this.entry[first] === ITEM.mark ? first + 1 : first;
  }

  /** Puts the tuple in the place of its items. */
  collapse(first: number, hash: number, entry: number): void {
    const { [first]: writtenAt } = this.writtenAt;
    this.length = first;
    this.push(hash, entry, writtenAt!);
  }

  /** Identity of the tuple as bytes: an entry is E and its number, an atom its opcode and payload. -1: an item is a single one. */
  writeKey(first: number, into: Uint8Array): number {
    let at = 0;
    for (let row = this.itemsFrom(first); row < this.length; row++) {
      const entry = this.entry[row]!;
      if (entry === ITEM.single || at + 16 > into.length) return -1;
      if (entry === ITEM.atom) at = this.#writeAtom(row, into, at);
      else {
        into[at++] = ENTRY;
        at = writeWord(into, at, entry);
      }
    }
    return at;
  }

  /** The opcode and the length say how many words follow, so that no two rows of atoms look alike. */
  #writeAtom(row: number, into: Uint8Array, start: number): number {
    const head = this.hash[row]!;
    const op = head & 255;
    const length = head >>> 8;
    into[start] = op;
    into[start + 1] = length;
    if (ARGUMENT_OF[op] === ARGUMENT.none) return start + 2;
    const at = writeWord(into, start + 2, this.low[row]!);
    return length > 4 ? writeWord(into, at, this.high[row]!) : at;
  }
}

/** Begins no atom. */
const ENTRY = 0xff;

function writeWord(into: Uint8Array, at: number, word: number): number {
  into[at] = word;
  into[at + 1] = word >>> 8;
  into[at + 2] = word >>> 16;
  into[at + 3] = word >>> 24;
  return at + 4;
}

/** Up to four bytes of the payload from `offset` on. */
function wordAt({ window, from, length }: PickleScanner, offset: number): number {
  let word = 0;
  for (let i = offset; i < length && i < offset + 4; i++) word |= window[from + i]! << (8 * (i - offset));
  return word;
}
