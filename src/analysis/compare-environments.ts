// What was different around two runs: a change of memory is often one of these, and not of the program.
import type { Environment, Exit, Meta, Profile } from '#profile/types.ts';

/** 'package' and 'threads' carry the name of a package or library. */
export type Circumstance =
  | 'command'
  | 'python'
  | 'implementation'
  | 'kernel'
  | 'architecture'
  | 'libc'
  | 'cores'
  | 'coreLimit'
  | 'machineMemory'
  | 'swap'
  | 'pageBytes'
  | 'containerLimit'
  | 'addressSpaceLimit'
  | 'dataLimit'
  | 'allocators'
  | 'exit'
  | 'highwater'
  | 'package'
  | 'threads';

export interface Difference {
  readonly what: Circumstance;
  /** Package or library; "" otherwise. */
  readonly name: string;
  /** As it was: text, a number (bytes for memory), or null for none or no limit. */
  readonly before: string | number | null;
  readonly after: string | number | null;
}

type Fact = string | number | null;

export function compareEnvironments(before: Profile, after: Profile): Difference[] {
  const [a, b] = [factsOf(before.meta), factsOf(after.meta)];
  const [ea, eb] = [before.meta.environment, after.meta.environment];
  return [
    ...differences('', a, b),
    ...named('package', packagesOf(ea), packagesOf(eb)),
    ...named('threads', threadsOf(ea), threadsOf(eb)),
  ];
}

function factsOf(meta: Meta): Map<Circumstance, Fact> {
  const { environment: e, cgroup } = meta;
  return new Map<Circumstance, Fact>([
    ['command', meta.command.join(' ')],
    ['python', e.python?.version ?? null],
    ['implementation', e.python ? `${e.python.implementation}${e.python.freeThreaded ? ', free-threaded' : ''}` : null],
    ['kernel', e.kernel],
    ['architecture', e.architecture],
    ['libc', e.libc],
    ['cores', e.cores],
    ['coreLimit', e.coreLimit],
    ['machineMemory', e.machineMemory],
    ['swap', e.swapTotal],
    ['pageBytes', e.pageBytes],
    ['containerLimit', cgroup?.limit ?? null],
    ['addressSpaceLimit', e.limits.addressSpace],
    ['dataLimit', e.limits.data],
    ['allocators', [...e.allocators].sort().join(', ')],
    ['exit', exitOf(meta.exit)],
    ['highwater', meta.tool.version],
  ]);
}

function exitOf(exit: Exit): string {
  if (exit.kind === 'exited') return `code ${exit.code}`;
  return exit.kind === 'signaled' ? exit.name : 'not seen';
}

function packagesOf({ packages }: Environment): Map<string, Fact> {
  return new Map(packages.map(({ name, version }) => [name, version]));
}

function threadsOf({ threading }: Environment): Map<string, Fact> {
  return new Map(threading.map(({ library, threads }) => [library, threads ?? 'default']));
}

function differences(name: string, a: Map<Circumstance, Fact>, b: Map<Circumstance, Fact>): Difference[] {
  return [...a]
    .map(([what, before]) => ({ what, name, before, after: b.get(what) ?? null }))
    .filter(({ before, after }) => before !== after);
}

function named(what: Circumstance, a: Map<string, Fact>, b: Map<string, Fact>): Difference[] {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return names
    .map((name) => ({ what, name, before: a.get(name) ?? null, after: b.get(name) ?? null }))
    .filter(({ before, after }) => before !== after);
}
