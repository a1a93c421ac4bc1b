// The second pass over a pickle: which hashes of constants occur again, as literals, as tuples of constants, or fetched from
// the memo. Nothing is compared here; the filter only keeps what occurs once out of the table of the third pass.
import type { Bytes } from '#base/units.ts';
import { ConstantRun, ITEM } from './constant-run.ts';
import { isShareable, KIND_OF, ROLE, ROLE_OF } from './constants.ts';
import { hashBytes } from './content-hash.ts';
import type { MemoUse } from './memo-use.ts';
import { OP } from './opcodes.ts';
import { RepeatFilter } from './repeat-filter.ts';
import type { PickleScanner } from './scan.ts';
import { skipSplice } from './splices.ts';

/** What the filter may take of memory: so much, and a share of the size of the pickle. */
const LEAST_FILTER: Bytes = 2 ** 20;
const FILTER_SHARE = 0.25;

/** Moves the scanner over the pickle that `use` is about. */
export function findRepeats(scanner: PickleScanner, use: MemoUse, seed: number): RepeatFilter {
  const filter = new RepeatFilter(use.literals + use.fetchedCount, LEAST_FILTER + FILTER_SHARE * (use.end - use.start));
  const run = new ConstantRun();
  /** By rank of the memo entry; 0: no constant. */
  const memo = new Int32Array(use.fetchedCount);
  let puts = 0;
  scanner.moveTo(use.start);
  for (;;) {
    const op = scanner.next();
    switch (ROLE_OF[op]) {
      case ROLE.nothing:
        continue;
      case ROLE.literal:
        if (run.isFull) run.clear();
        if (isShareable(scanner)) {
          const hash = hashLiteral(scanner, seed);
          filter.see(hash);
          run.push(hash, ITEM.single, 0);
        } else run.clear();
        continue;
      case ROLE.atom:
        if (run.isFull) run.clear();
        run.pushAtom(scanner, 0);
        continue;
      case ROLE.mark:
        if (run.isFull) run.clear();
        run.push(0, ITEM.mark, 0);
        continue;
      case ROLE.tuple: {
        const first = run.findTuple(op);
        if (first < 0) {
          run.clear();
          continue;
        }
        const hash = run.hashOfTuple(first, seed);
        filter.see(hash);
        run.collapse(first, hash, ITEM.single);
        continue;
      }
      case ROLE.put: {
        const index = op === OP.MEMOIZE ? puts++ : scanner.value;
        if (!use.fetched.has(index)) continue;
        if (run.hasSharedOnTop) memo[use.fetched.rankOf(index)] = run.hash[run.length - 1]!;
        continue;
      }
      case ROLE.get: {
        const hash = memo[use.fetched.rankOf(scanner.value)]!;
        if (run.isFull || hash === 0) run.clear();
        if (hash === 0) continue;
        filter.see(hash);
        run.push(hash, ITEM.single, 0);
        continue;
      }
      default:
        run.clear();
        if (op === OP.BUILD) skipSplice(use.splices, scanner);
        else if (op === OP.STOP) return filter;
    }
  }
}

export function hashLiteral(scanner: PickleScanner, seed: number): number {
  const kind = KIND_OF[scanner.op]!;
  return hashBytes(scanner.window, scanner.from, scanner.length, seed ^ Math.imul(kind, 0x3d4d51cb)) || 1;
}
