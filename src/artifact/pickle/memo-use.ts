// The first pass over a pickle: which memo entries are ever fetched, and that the memo is used in a way whose numbering can be
// replaced. What cannot be proved is refused here, with the byte at which it stands.
import { damaged, refused } from '../damage.ts';
import { BitSet } from './bit-set.ts';
import { ROLE, ROLE_OF } from './constants.ts';
import { findSplices, mayNameJoblib } from './joblib-splices.ts';
import { nameOfOpcode, OP, PROTOCOL_OF } from './opcodes.ts';
import { END, type PickleScanner } from './scan.ts';
import { NO_SPLICES, type Splices, skipSplice } from './splices.ts';

export interface MemoUse {
  /** Byte at which the pickle begins, and the one behind its STOP. */
  readonly start: number;
  readonly end: number;
  /** As declared by PROTO, or the oldest that has all the opcodes (0 or 1). */
  readonly protocol: number;
  readonly opcodes: number;
  readonly puts: number;
  /** Indices of memo entries that are fetched, ranked. */
  readonly fetched: BitSet;
  readonly fetchedCount: number;
  /** Strings, bytes and floats: an upper bound on what can be shared. */
  readonly literals: number;
  readonly splices: Splices;
}

/**
 * Reads one pickle, from the scanner's position to its STOP. Without `knownSplices` it finds out whether there are any; what is
 * written by pickle.dump has none.
 */
export function readMemoUse(scanner: PickleScanner, knownSplices?: Splices): MemoUse {
  const start = scanner.position;
  const splices = knownSplices ?? NO_SPLICES;
  const memo = new MemoWatch(scanner);
  let protocol = 0;
  let opcodes = 0;
  let literals = 0;
  for (let op = scanner.next(); op !== OP.STOP; op = scanner.next()) {
    opcodes++;
    if (protocol < 2 && op !== END && PROTOCOL_OF[op]! > protocol) protocol = Math.min(PROTOCOL_OF[op]!, 2);
    switch (ROLE_OF[op]) {
      case ROLE.literal:
        literals++;
        if (knownSplices === undefined && mayNameJoblib(scanner)) return readWithSplices(scanner, start);
        continue;
      case ROLE.put:
        memo.put();
        continue;
      case ROLE.get:
        memo.get();
        continue;
      case ROLE.nothing:
        if (op === OP.PROTO) protocol = Math.max(protocol, readProtocol(scanner));
        continue;
      case ROLE.other:
        if (op === OP.BUILD) skipSplice(splices, scanner);
        else if (op === OP.GLOBAL && knownSplices === undefined && mayNameJoblib(scanner)) {
          return readWithSplices(scanner, start);
        }
        continue;
      case undefined:
        throw damaged(scanner.at, 'the file ends before the pickle does: STOP is missing');
    }
  }
  opcodes++;
  const { fetched, puts } = memo;
  const fetchedCount = fetched.rankAll();
  return { start, end: scanner.position, protocol, opcodes, puts, fetched, fetchedCount, literals, splices };
}

/** Begins anew, now that there may be bytes in the pickle that are no opcodes. */
function readWithSplices(scanner: PickleScanner, start: number): MemoUse {
  const splices = findSplices(scanner, start);
  scanner.moveTo(start);
  return readMemoUse(scanner, splices);
}

const NEWEST_PROTOCOL = 5;

function readProtocol(scanner: PickleScanner): number {
  if (scanner.value <= NEWEST_PROTOCOL) return scanner.value;
  throw damaged(scanner.at, `it is of protocol ${scanner.value}, and ${NEWEST_PROTOCOL} is the newest`);
}

/** Follows the numbering of one memo. Entries are put by MEMOIZE, which counts, or at a stated index, never both. */
class MemoWatch {
  puts = 0;
  readonly fetched = new BitSet();
  readonly #scanner: PickleScanner;
  readonly #start: number;
  /** Stated indices that were put; empty while MEMOIZE counts. */
  readonly #stated = new BitSet();
  #counts: boolean | undefined;

  constructor(scanner: PickleScanner) {
    this.#scanner = scanner;
    this.#start = scanner.position;
  }

  put(): void {
    const { op, at, value } = this.#scanner;
    const counts = op === OP.MEMOIZE;
    this.#counts ??= counts;
    if (counts !== this.#counts) throw refused(at, 'it numbers its memo by MEMOIZE and by stated indices at once');
    this.puts++;
    if (counts) return;
    // No honest pickle has more entries than bytes before them; this also bounds the set.
    if (value > 64 + (at - this.#start))
      throw refused(at, `${nameOfOpcode(op)} puts a memo entry ${value} out of order`);
    if (this.#stated.has(value)) throw refused(at, `the memo entry ${value} is put twice`);
    this.#stated.add(value);
  }

  get(): void {
    const { op, at, value } = this.#scanner;
    const isThere = this.#counts === true ? value < this.puts : this.#stated.has(value);
    if (!isThere) {
      throw damaged(at, `${nameOfOpcode(op)} fetches memo entry ${value}, which this pickle has not put`);
    }
    this.fetched.add(value);
  }
}
