// Damaged pickles in number, guided by what is new: a case that shows a pair of opcodes or a kind of refusal not seen before
// becomes one of the files that later cases are made of. Ends with a count, and with every case that went wrong as hexadecimal;
// the seed of each kept file is printed, so a run can be followed again.
//
//   node bench/hostile.ts [CASES, default 1000000] [FIRST SEED, default 0]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemorySource } from '../src/artifact/byte-source.ts';
import { END, PickleScanner } from '../src/artifact/pickle/scan.ts';
import { damage, tryPickle } from '../test/artifact/hostile.ts';

const cases = Number(process.argv[2] ?? 1_000_000);
const firstSeed = Number(process.argv[3] ?? 0);
const folder = join(import.meta.dirname, '..', 'test', 'fixtures', 'pickles');
const files: Uint8Array[] = readdirSync(folder)
  .filter((name) => /\.(?:pkl|joblib)$/.test(name))
  .map((name) => new Uint8Array(readFileSync(join(folder, name))));
const given = files.length;
/** Longer cases are not kept: they only cost time. */
const LONGEST_KEPT = 8192;

const pairs = new Uint8Array(65_536);
const kinds = new Map<string, number>();
const kept: number[] = [];
let wrong = 0;
let slowest = { ms: 0, bytes: 0, seed: -1 };
const started = performance.now();

for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
  const bytes = damage(files, seed);
  const before = performance.now();
  const outcome = tryPickle(bytes);
  const ms = performance.now() - before;
  if (ms > slowest.ms) slowest = { ms: Math.round(ms), bytes: bytes.length, seed };
  if (outcome.wrong !== undefined) {
    wrong++;
    console.log(JSON.stringify({ seed, wrong: outcome.wrong, bytes: Buffer.from(bytes).toString('hex') }));
  }
  const isNewKind = !kinds.has(outcome.kind);
  kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
  const isNew = markPairs(bytes) || isNewKind;
  if (isNew && bytes.length <= LONGEST_KEPT) {
    files.push(bytes);
    kept.push(seed);
  }
}

const seconds = (performance.now() - started) / 1000;
console.log(
  JSON.stringify({
    cases,
    firstSeed,
    wrong,
    slimmed: kinds.get('slimmed') ?? 0,
    kindsOfRefusal: kinds.size - 1,
    pairsOfOpcodes: pairs.reduce((a, b) => a + b, 0),
    files: given,
    keptSeeds: kept,
    slowest,
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    seconds: Math.round(seconds),
  }),
);
process.exitCode = wrong === 0 ? 0 : 1;

/** Notes the pairs of opcodes that follow one another. True where one is new. */
function markPairs(bytes: Uint8Array): boolean {
  const scanner = new PickleScanner(new MemorySource(bytes));
  let isNew = false;
  let last = 0;
  try {
    for (let op = scanner.next(); op !== END; op = scanner.next()) {
      if (pairs[last * 256 + op] === 0) {
        pairs[last * 256 + op] = 1;
        isNew = true;
      }
      last = op;
    }
  } catch {
    // What could be read until the damage counts.
  }
  return isNew;
}
