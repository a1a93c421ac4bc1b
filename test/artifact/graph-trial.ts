// Random object graphs, slimmed and loaded: Python makes them, highwater rewrites them, Python compares what both files load to.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemorySink } from '../../src/artifact/byte-sink.ts';
import { MemorySource } from '../../src/artifact/byte-source.ts';
import type { StateClass } from '../../src/artifact/pickle/slot-state.ts';
import { hashGraphs, slimArtifact } from '../../src/artifact/slim-artifact.ts';

const HERE = import.meta.dirname;
const SCRIPTS = join(HERE, '..', '..', 'python');

export interface Trial {
  readonly python: string;
  readonly loader: 'pickle' | 'pure';
  /** States as (None, state), where the classes allow it. */
  readonly slotState: boolean;
  readonly first: number;
  readonly count: number;
  readonly folder: string;
}

export interface TrialResult {
  readonly graphs: number;
  readonly objects: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly memoBefore: number;
  readonly memoAfter: number;
  readonly wrappedStates: number;
  /** "graph-7: root[3].left: one list became several". */
  readonly mismatches: readonly string[];
  /** Objects whose content the comparison could not see. */
  readonly opaque: number;
}

export function tryGraphs(trial: Trial): TrialResult {
  const { python, folder, first, count } = trial;
  runPython(python, [join(HERE, 'random_graphs.py'), folder, String(first), String(count)]);
  const names = Array.from({ length: count }, (_, i) => `graph-${first + i}`);
  const slimmed = names.map((name) => slimOne(trial, name));
  const files = names.flatMap((name) => [`${name}.pkl`, `${name}.slim`]);
  const said = runPython(python, [join(SCRIPTS, 'compare_loads.py'), '--loader', trial.loader, ...files], {
    cwd: folder,
  });
  const verdicts = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict);
  const sum = (of: (i: number) => number) => names.reduce((total, _, i) => total + of(i), 0);
  return {
    graphs: verdicts.length,
    objects: sum((i) => verdicts[i]?.objects ?? 0),
    bytesBefore: sum((i) => slimmed[i]!.bytesBefore),
    bytesAfter: sum((i) => slimmed[i]!.bytesAfter),
    memoBefore: sum((i) => slimmed[i]!.memoBefore),
    memoAfter: sum((i) => slimmed[i]!.memoAfter),
    wrappedStates: sum((i) => slimmed[i]!.wrappedStates),
    mismatches: names.flatMap((name, i) => complaintsOf(name, verdicts[i], slimmed[i]!)),
    opaque: sum((i) => Object.values(verdicts[i]?.opaque ?? {}).reduce((a, b) => a + b, 0)),
  };
}

interface Verdict {
  readonly loaded: boolean;
  readonly error?: string;
  readonly equal?: boolean;
  readonly difference?: string | null;
  readonly objects?: number;
  readonly opaque?: Readonly<Record<string, number>>;
}

interface Slimmed {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly memoBefore: number;
  readonly memoAfter: number;
  readonly wrappedStates: number;
  readonly sameGraph: boolean;
}

function complaintsOf(name: string, verdict: Verdict | undefined, slimmed: Slimmed): string[] {
  const complaints: string[] = [];
  if (!slimmed.sameGraph) complaints.push(`${name}: the hash of the graph differs`);
  if (verdict === undefined) complaints.push(`${name}: was not compared`);
  else if (!verdict.loaded) complaints.push(`${name}: ${verdict.error}`);
  else if (!verdict.equal) complaints.push(`${name}: ${verdict.difference}`);
  return complaints;
}

function slimOne({ python, folder, slotState }: Trial, name: string): Slimmed {
  const bytes = new Uint8Array(readFileSync(join(folder, `${name}.pkl`)));
  const sink = new MemorySink();
  const check = (classes: readonly StateClass[]) => askClasses(python, classes);
  const slimmed = slimArtifact(new MemorySource(bytes), sink, slotState ? check : undefined);
  const made = sink.bytes();
  writeFileSync(join(folder, `${name}.slim`), made);
  return {
    bytesBefore: bytes.length,
    bytesAfter: made.length,
    memoBefore: slimmed.memoBefore,
    memoAfter: slimmed.memoAfter,
    wrappedStates: slimmed.wrappedStates,
    sameGraph: hashGraphs(new MemorySource(bytes), slimmed.wrapped) === hashGraphs(new MemorySource(made)),
  };
}

function askClasses(python: string, classes: readonly StateClass[]): boolean[] {
  const said = runPython(python, [join(SCRIPTS, 'check_classes.py')], { input: JSON.stringify(classes) });
  return (JSON.parse(said) as string[]).map((why) => why === '');
}

function runPython(python: string, words: readonly string[], more: { cwd?: string; input?: string } = {}): string {
  const { status, stdout, stderr, error } = spawnSync(python, words, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONPATH: HERE, PYTHONDONTWRITEBYTECODE: '1' },
    ...more,
  });
  if (status === 0) return stdout;
  throw new Error(`${words[0]}: ${error?.message ?? stderr.slice(-2000)}`);
}
