// What a file would import and call, judged name by name; and whether torch's restricted loader would take it.
import type { NamedBefore } from '../damage.ts';
import { judgeGlobal } from '../global-rules.ts';
import { currentName } from '../python2-names.ts';
import type { GlobalUse, Security } from '../types.ts';
import { findByValue } from './by-value.ts';
import { type Global, MADE_NAME } from './globals.ts';
import { NO_SEGMENT, type PickleGraph } from './graph.ts';
import type { LoadedPickle } from './machine.ts';
import { findNestedTorch, NESTED_LOADER, onlyLoadsNested } from './nested-torch.ts';
import { judgeWeightsOnly } from './weights-only.ts';

const MOST_GLOBALS = 1000;
const RANK = { dangerous: 0, unknown: 1, allowed: 2 } as const;

export function describeSecurity(pickles: readonly LoadedPickle[], base: number): Security {
  const byValue = pickles.flatMap((pickle) => findByValue(pickle, base));
  const uses = [...usesOf(pickles, base), ...byValue, ...extensionsOf(pickles), ...findNestedTorch(pickles)];
  const globals = joinUses(uses);
  return {
    canExecute: globals.length > 0,
    globals,
    weightsOnly: usesTorch(pickles) ? judgeWeightsOnly(pickles) : null,
  };
}

/** With the names that stood before damage further on, or in another pickle of the same archive. */
export function addNames(security: Security, named: readonly NamedBefore[]): Security {
  const uses = named.map(({ module, name, called, at }) => ({ ...judge(module, name), called, count: 1, at }));
  const globals = joinUses([...security.globals, ...uses]);
  return { ...security, globals, canExecute: globals.length > 0 };
}

/** Each name once, the worst first. */
function joinUses(uses: readonly GlobalUse[]): GlobalUse[] {
  const byName = new Map<string, GlobalUse>();
  for (const use of uses) {
    const known = byName.get(use.name);
    if (!known) byName.set(use.name, use);
    else {
      const worse = RANK[use.verdict] < RANK[known.verdict] ? use : known;
      byName.set(use.name, {
        ...known,
        verdict: worse.verdict,
        why: worse.why,
        called: known.called || use.called,
        count: known.count + use.count,
      });
    }
  }
  const sorted = [...byName.values()].sort((a, b) => RANK[a.verdict] - RANK[b.verdict] || a.at - b.at);
  return sorted.slice(0, MOST_GLOBALS);
}

export function usesOf(pickles: readonly LoadedPickle[], base: number): GlobalUse[] {
  return pickles.flatMap((pickle) => {
    const loadsNested = onlyLoadsNested(pickle);
    return pickle.graph.globals.rows.map((row) => {
      const use = useOf(pickle.graph, row, base);
      if (!loadsNested || use.name !== NESTED_LOADER || use.verdict !== 'unknown') return use;
      return {
        ...use,
        verdict: 'allowed' as const,
        why: 'loads a torch file inside of this one, whose names are listed too',
      };
    });
  });
}

function useOf(graph: PickleGraph, { module, name, at, count, called, node }: Global, base: number): GlobalUse {
  const use = { ...judge(module, name), called, count, at: base + at };
  // What is set on a class or function stays set in the whole process: no pickler writes that.
  if (graph.head[node] === NO_SEGMENT) return use;
  return { ...use, verdict: 'dangerous', why: 'the file changes it for the whole process' };
}

function judge(module: string, name: string): Pick<GlobalUse, 'name' | 'verdict' | 'why'> {
  const full = currentName(module, name);
  if (module !== MADE_NAME && name !== MADE_NAME) return { name: full, ...judgeGlobal(module, name) };
  return { name: full, verdict: 'dangerous', why: 'what is imported is made up while loading' };
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
