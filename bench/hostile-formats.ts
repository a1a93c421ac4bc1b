// Damaged model files by the hundred thousand: every fixture of test/fixtures/models, changed at random, has to give a report or
// one failure of its own, within time and memory.
//
//     node scripts/run.cjs bench/hostile-formats.ts RUNS [SEED]
//
// Prints how many files were read, refused and for what, the slowest and the most memory. A file that breaks a rule ends the run
// with its seed and number, which is all that is needed to make it again.
import fs from 'node:fs';
import fc from 'fast-check';
import { FailureError } from '#base/result.ts';
import { damage, damagings } from '../test/hostile.ts';
import { loadModel, MODELS, readModel } from '../test/models.ts';

const MOST_MS = 5000;
const BATCH = 1000;

function main(): void {
  const runs = Number(process.argv[2] ?? 100_000);
  const seed = Number(process.argv[3] ?? 1);
  const names = fs.readdirSync(MODELS).filter((name) => !/\.(?:py|json|data)$/.test(name));
  const codes = new Map<string, number>();
  let slowest = { ms: 0, what: '' };
  let done = 0;
  for (let batch = 0; done < runs; batch++) {
    const name = names[batch % names.length]!;
    const original = loadModel(name);
    const batchSeed = seed * 1_000_003 + batch;
    const all = fc.sample(damagings(original.length), { seed: batchSeed, numRuns: Math.min(BATCH, runs - done) });
    for (const [number, changes] of all.entries()) {
      const what = `${name}, seed ${batchSeed}, number ${number}`;
      const began = performance.now();
      const code = outcome(name, damage(original, changes), what);
      const ms = performance.now() - began;
      if (ms > MOST_MS) throw new Error(`${what}: ${ms.toFixed(0)} ms`);
      if (ms > slowest.ms) slowest = { ms, what };
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    done += all.length;
  }
  console.log(
    `${done} damaged files of ${names.length}: ${[...codes].map(([code, count]) => `${code} ${count}`).join(', ')}`,
  );
  console.log(
    `slowest ${slowest.ms.toFixed(0)} ms (${slowest.what}); most memory ${process.resourceUsage().maxRSS >> 10} MiB`,
  );
}

function outcome(name: string, bytes: Uint8Array, what: string): string {
  try {
    const result = readModel(name, bytes);
    if (result.ok) return 'read';
    const { code, message } = result.error;
    const names = /at byte \d+/.test(message) || code === 'artifact-other' || code === 'artifact-unknown';
    if (!names) throw new Error(`${what}: ${message} names no byte`);
    return code;
  } catch (error) {
    if (error instanceof FailureError) throw new Error(`${what}: a failure came through: ${error.message}`);
    throw new Error(`${what}: ${error instanceof Error ? error.stack : error}`);
  }
}

main();
