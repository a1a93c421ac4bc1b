// How fast a pickle is read and its forecast made, and what its graph holds in memory.
//
//     node bench/xray/read-speed.ts FILE...
import { readPickle, runPickles } from '../../src/artifact/pickle/read-pickle.ts';
import { OpenFile } from './measured-load.ts';

const OPTIONS = { python: { major: 3, minor: 11 } };
const ROUNDS = 8;

/** The first and the shortest of several, in seconds of CPU: machines are noisy, and the compiler warms up. */
function leastCpu<T>(work: () => T): { readonly first: number; readonly seconds: number; readonly value: T } {
  let seconds = Number.POSITIVE_INFINITY;
  let first = 0;
  let value: T;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    value = work();
    const { user, system } = process.cpuUsage(before);
    seconds = Math.min(seconds, (user + system) / 1e6);
    if (round === 0) first = (user + system) / 1e6;
  }
  return { first, seconds, value: value! };
}

console.log(
  '| file | MB | opcodes | graph: Mops/s | MB/s, the first time | with all findings: MB/s, the first time | tables, bytes an object |',
);
console.log('| --- | --: | --: | --: | --: | --: | --: |');
for (const path of process.argv.slice(2)) {
  const source = new OpenFile(path);
  const run = leastCpu(() => runPickles(source, OPTIONS));
  const whole = leastCpu(() => readPickle(source, OPTIONS));
  const megabytes = source.size / 1e6;
  const opcodes = run.value.reduce((sum, pickle) => sum + pickle.opcodes, 0);
  const held = run.value.reduce((sum, pickle) => sum + pickle.graph.held, 0);
  const { classes, pinned } = whole.value;
  const cells = [
    path.split('/').pop(),
    megabytes.toFixed(1),
    opcodes,
    (opcodes / run.seconds / 1e6).toFixed(1),
    `${(megabytes / run.seconds).toFixed(0)}, ${(megabytes / run.first).toFixed(0)}`,
    `${(megabytes / whole.seconds).toFixed(0)}, ${(megabytes / whole.first).toFixed(0)}`,
    (held / (classes.count + pinned.count)).toFixed(1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  source.close();
}
