// Damaged model files guided by coverage: an input that runs code of src/artifact which none before it ran becomes one that later
// ones are made of. Pickles go through scanner, machine, hash and rewriter, all files through their readers.
//
//     node bench/guided.ts CASES --state FOLDER [--out RESULTS]     goes on where it was stopped; Ctrl-C at any time
//     node bench/guided.ts --keep FILE --state FOLDER               the smallest inputs that run as much, for the tests
//
// A case is wrong if anything but a refusal that names a byte comes of it, a slimmed file makes other objects, it takes more than
// 5 s of CPU a megabyte, or the process that reads it more than 200 MiB above its start.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkInput, formatInput, type Input, readInputs } from '../test/artifact/readable.ts';
import { ROOT } from '../test/system/paths.ts';
import { Coverage } from './guided/coverage.ts';

const STRETCH = 20_000;
const MOST_MIB = 200;
const FOLDERS = ['pickles', 'models'].map((name) => join(ROOT, 'test', 'fixtures', name));
const FOUND = join(ROOT, 'test', 'fixtures', 'guided.jsonl');
/** Of the inputs that the repository keeps. */
const MOST_KEPT_BYTES = 250_000;

interface Progress {
  done: number;
  wrong: number;
  corpus: number;
  covered: number;
  kinds: string[];
  maxRssMiB: number;
  cpuSeconds: number;
  slowest: { readonly seconds: number; readonly bytes: number; readonly seed: number };
}

const { values, positionals } = parseArgs({
  options: { state: { type: 'string' }, out: { type: 'string' }, keep: { type: 'string' } },
  allowPositionals: true,
});
const state = resolve(values.state ?? 'guided-state');
mkdirSync(state, { recursive: true });
const corpusPath = join(state, 'corpus.jsonl');
const progressPath = join(state, 'progress.json');
if (!existsSync(corpusPath)) writeFileSync(corpusPath, fixtures().map(formatInput).join(''));
if (values.keep === undefined) runStretches(Number(positionals[0] ?? 1_000_000));
else await keepSmallest(values.keep);

function fixtures(): Input[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => !/\.(?:py|md|json|data)$/.test(name))
      .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) })),
  );
  return existsSync(FOUND) ? [...files, ...readInputs(FOUND)] : files;
}

function readProgress(): Progress {
  if (existsSync(progressPath)) return JSON.parse(readFileSync(progressPath, 'utf8'));
  const slowest = { seconds: 0, bytes: 0, seed: -1 };
  return { done: 0, wrong: 0, corpus: 0, covered: 0, kinds: [], maxRssMiB: 0, cpuSeconds: 0, slowest };
}

function runStretches(cases: number): void {
  const progress = readProgress();
  const idle = runWorker(0, 0).maxRssMiB;
  while (progress.done < cases) {
    const count = Math.min(STRETCH, cases - progress.done);
    const said = runWorker(progress.done, count);
    progress.done += count;
    progress.wrong += said.wrong;
    progress.corpus = said.corpus;
    progress.covered = said.covered;
    progress.kinds = [...new Set([...progress.kinds, ...said.kinds])];
    progress.maxRssMiB = Math.max(progress.maxRssMiB, said.maxRssMiB);
    progress.cpuSeconds += said.cpuSeconds;
    if (said.slowest.seconds > progress.slowest.seconds) progress.slowest = said.slowest;
    if (said.maxRssMiB > idle + MOST_MIB) {
      progress.wrong++;
      console.log(`seeds ${progress.done - count} to ${progress.done}: ${said.maxRssMiB} MiB, ${idle} at the start`);
    }
    writeFileSync(progressPath, JSON.stringify(progress));
    console.error(`${progress.done}: ${said.corpus} inputs, ${said.covered} characters, ${progress.wrong} wrong`);
  }
  const { kinds, ...rest } = progress;
  const line = JSON.stringify({ ...rest, kindsOfAnswer: kinds.length, idleRssMiB: idle });
  console.log(line);
  if (values.out !== undefined) appendFileSync(values.out, `${line}\n`);
  process.exitCode = progress.wrong === 0 ? 0 : 1;
}

function runWorker(first: number, count: number): Progress {
  const args = [join(import.meta.dirname, 'guided', 'worker.ts'), corpusPath, String(first), String(count)];
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (stderr !== '') appendFileSync(join(state, 'wrong.txt'), stderr);
  if (status !== 0)
    throw new Error(`seeds ${first} to ${first + count}: the worker ended with ${signal ?? status}\n${stderr}`);
  return JSON.parse(stdout);
}

/** Greedy, short ones first: each input that runs something which no shorter one does, and no fixture. */
async function keepSmallest(path: string): Promise<void> {
  const coverage = new Coverage();
  await coverage.start();
  const known = new Set(fixtures().map(({ name, bytes }) => `${name} ${Buffer.from(bytes).toString('base64')}`));
  for (const input of fixtures()) checkInput(input);
  await coverage.take(true);
  const base = coverage.covered;
  const found = readInputs(corpusPath).filter(
    ({ name, bytes }) => !known.has(`${name} ${Buffer.from(bytes).toString('base64')}`),
  );
  const kept: Input[] = [];
  let size = 0;
  for (const input of found.sort((a, b) => a.bytes.length - b.bytes.length)) {
    checkInput(input);
    const line = formatInput(input);
    if ((await coverage.take(true)) === 0 || size + line.length > MOST_KEPT_BYTES) continue;
    kept.push(input);
    size += line.length;
  }
  writeFileSync(path, kept.map(formatInput).join(''));
  console.log(
    `${kept.length} of ${found.length} inputs, ${size} bytes; characters ${base} without them, ${coverage.covered} with`,
  );
}
