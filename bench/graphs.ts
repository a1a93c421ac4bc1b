// Random object graphs through `highwater slim`, in number: every one is made and compared by Python, see
// test/artifact/graph-trial.ts. Lines of JSON, one a batch.
//
//   node bench/graphs.ts [COUNT a version, default 2000] [PYTHON ...]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TrialResult, tryGraphs } from '../test/artifact/graph-trial.ts';

const BATCH = 250;
const [countWord, ...given] = process.argv.slice(2);
const count = Number(countWord ?? 2000);
const pythons = given.length > 0 ? given : ['python3'];
const totals = { graphs: 0, objects: 0, mismatches: 0, opaque: 0, memoBefore: 0, memoAfter: 0, wrappedStates: 0 };

for (const [p, python] of pythons.entries()) {
  for (let first = 0; first < count; first += BATCH) {
    const batch = first / BATCH;
    const loader = batch % 2 === 0 ? 'pickle' : 'pure';
    // Every fourth batch with slot states: asking Python about classes takes most of its time.
    const slotState = batch % 4 === 3;
    const folder = mkdtempSync(join(tmpdir(), 'highwater-graphs-'));
    const size = Math.min(BATCH, count - first);
    const result = tryGraphs({ python, loader, slotState, first: p * 1_000_000 + first, count: size, folder });
    rmSync(folder, { recursive: true });
    console.log(JSON.stringify({ python, loader, slotState, first: p * 1_000_000 + first, ...result }));
    add(result);
  }
}
console.log(JSON.stringify({ total: totals }));
process.exitCode = totals.mismatches === 0 ? 0 : 1;

function add(result: TrialResult): void {
  totals.graphs += result.graphs;
  totals.objects += result.objects;
  totals.mismatches += result.mismatches.length;
  totals.opaque += result.opaque;
  totals.memoBefore += result.memoBefore;
  totals.memoAfter += result.memoAfter;
  totals.wrappedStates += result.wrappedStates;
}
