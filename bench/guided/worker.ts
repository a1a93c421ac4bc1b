// A stretch of the guided run in a process of its own, so that the kernel's peak of it is that of the readers: changes inputs by
// seed, keeps what runs code that nothing ran before, and prints what it did as one JSON line.
//
//     node bench/guided/worker.ts CORPUS FIRST_SEED COUNT
import { appendFileSync } from 'node:fs';
import { damage, randomFrom } from '../../test/artifact/hostile.ts';
import { checkInput, formatInput, type Input, readInputs } from '../../test/artifact/readable.ts';
import { Coverage } from './coverage.ts';

/** Inputs between two looks at the counters: reading them takes some milliseconds. */
const BATCH = 2048;
const LONGEST_KEPT = 4 * 1024;
/** 5 s of CPU a megabyte, and what a collection of garbage may take beside. */
const SECONDS_PER_BYTE = 5 / 2 ** 20;
const SECONDS_BESIDE = 0.25;
const LEAST_MS = 50;

// Taking a stack for each refusal is a fifth of the time; a case that goes wrong is run again by its bytes.
Error.stackTraceLimit = 0;

const [path, first, count] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const coverage = new Coverage();
const corpus: Input[] = [];
const families = new Map<string, Uint8Array[]>();
for (const input of readInputs(path)) addToCorpus(input);
const kinds = new Set<string>();
let wrong = 0;
let slowest = { seconds: 0, bytes: 0, seed: -1 };

await coverage.start();
for (const input of corpus) checkInput(input);
await coverage.take(true);
const before = coverage.covered;
for (let seed = first; seed < first + count; seed += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, first + count - seed) }, (_, i) => makeInput(seed + i));
  for (const [i, input] of batch.entries()) check(input, seed + i);
  if ((await coverage.take(false)) > 0) await keepNew(batch);
}
console.log(
  JSON.stringify({
    cases: count,
    wrong,
    corpus: corpus.length,
    covered: coverage.covered,
    gained: coverage.covered - before,
    kinds: [...kinds],
    slowest,
    maxRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    cpuSeconds: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1e6),
  }),
);

/** One of the corpus, or one of its family, changed; pieces of the family are mixed in. */
function makeInput(seed: number): Input {
  const random = randomFrom(seed ^ 0x5bd1e995);
  const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const { name, bytes } = any(corpus);
  const family = families.get(name)!;
  return { name, bytes: damage([bytes, bytes, any(family), any(family)], seed) };
}

function check(input: Input, seed: number): void {
  const start = performance.now();
  const checked = checkInput(input);
  // The clock on the wall is the cheaper one, and other programs move it: who is slow by it is measured.
  const seconds = performance.now() - start < LEAST_MS ? 0 : cpuSecondsOf(input);
  kinds.add(checked.kind);
  if (seconds > slowest.seconds) slowest = { seconds, bytes: input.bytes.length, seed };
  const isSlow = seconds > SECONDS_BESIDE + SECONDS_PER_BYTE * input.bytes.length;
  const what = checked.wrong ?? (isSlow ? `${seconds.toFixed(2)} s of CPU for ${input.bytes.length} bytes` : undefined);
  if (what === undefined) return;
  wrong++;
  process.stderr.write(`${JSON.stringify({ seed, wrong: what })} ${formatInput(input)}`);
}

/** The least of three. */
function cpuSecondsOf(input: Input): number {
  const times = [0, 1, 2].map(() => {
    const start = process.cpuUsage();
    checkInput(input);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
  return Math.min(...times);
}

/** Some of these ran something new: which, by halves, each held against what was kept before it. */
async function keepNew(inputs: readonly Input[]): Promise<void> {
  for (const input of inputs) checkInput(input);
  const isOne = inputs.length === 1;
  if ((await coverage.take(isOne)) === 0) return;
  if (!isOne) {
    const half = inputs.length >> 1;
    await keepNew(inputs.slice(0, half));
    await keepNew(inputs.slice(half));
    return;
  }
  const [input] = inputs as readonly [Input];
  if (input.bytes.length > LONGEST_KEPT) return;
  addToCorpus(input);
  appendFileSync(path, formatInput(input));
}

function addToCorpus(input: Input): void {
  corpus.push(input);
  const family = families.get(input.name);
  if (family) family.push(input.bytes);
  else families.set(input.name, [input.bytes]);
}
