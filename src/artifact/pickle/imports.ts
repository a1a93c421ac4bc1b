// What a file would import and call, judged name by name; and whether torch's restricted loader would take it.
import { judgeGlobal } from '../global-rules.ts';
import type { GlobalUse, Security } from '../types.ts';
import type { LoadedPickle } from './machine.ts';
import { judgeWeightsOnly } from './weights-only.ts';

const MOST_GLOBALS = 1000;
const RANK = { dangerous: 0, unknown: 1, allowed: 2 } as const;

export function describeSecurity(pickles: readonly LoadedPickle[], base: number): Security {
  const byName = new Map<string, GlobalUse>();
  for (const { graph } of pickles) {
    for (const { module, name, full, at, count, called } of graph.globals.rows) {
      const known = byName.get(full);
      const { verdict, why } = judgeGlobal(module, name);
      const use = { name: full, verdict, called, count, at: base + at, why };
      if (known) byName.set(full, { ...known, called: known.called || called, count: known.count + count });
      else byName.set(full, use);
    }
  }
  const globals = [...byName.values(), ...extensionsOf(pickles)].sort(
    (a, b) => RANK[a.verdict] - RANK[b.verdict] || a.at - b.at,
  );
  return {
    canExecute: globals.length > 0,
    globals: globals.slice(0, MOST_GLOBALS),
    weightsOnly: usesTorch(pickles) ? judgeWeightsOnly(pickles) : null,
  };
}

/** EXT opcodes name what the loading process has registered: nobody else can know what that is. */
function extensionsOf(pickles: readonly LoadedPickle[]): GlobalUse[] {
  const found = pickles.filter(({ opcodesSeen }) => opcodesSeen[0x82] || opcodesSeen[0x83] || opcodesSeen[0x84]);
  return found.map(({ start }) => ({
    name: 'copyreg extension code',
    verdict: 'unknown',
    called: false,
    count: 1,
    at: start,
    why: '',
  }));
}

function usesTorch(pickles: readonly LoadedPickle[]): boolean {
  return pickles.some(({ graph }) =>
    graph.globals.rows.some(({ module }) => module === 'torch' || module.startsWith('torch.')),
  );
}
