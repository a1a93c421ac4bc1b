// The facts about machine, interpreter and container that a reader needs to compare runs.
import { basename } from 'node:path';
import { findKnownLibrary } from '#proc/maps.ts';
import type { CgroupFacts, Environment } from '#profile/types.ts';
import { findPackages } from './packages.ts';
import type { RunManifest } from './run-directory.ts';
import type { SampleLog } from './sample-log.ts';

/** Settings that say how many threads a runtime starts: the only variables of the environment that are kept. */
export const THREAD_SETTINGS = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'BLIS_NUM_THREADS',
] as const;

export function readThreadSettings(environment: NodeJS.ProcessEnv): Record<string, number> {
  const settings: Record<string, number> = {};
  for (const name of THREAD_SETTINGS) {
    const threads = Number.parseInt(environment[name] ?? '', 10);
    if (threads > 0) settings[name] = threads;
  }
  return settings;
}

export function describeEnvironment(
  manifest: RunManifest,
  log: SampleLog | null,
  strings: readonly string[],
): Environment {
  const machine = log?.facts.machine;
  const libraries = [...new Set(log?.processes.flatMap((process) => process.libraries) ?? [])];
  const known = libraries.map((path) => ({ path, library: findKnownLibrary(path) }));
  return {
    kernel: machine?.kernel ?? 'unknown',
    architecture: machine?.architecture ?? 'unknown',
    libc: machine?.libc ?? 'unknown',
    cores: machine?.cores ?? 0,
    coreLimit: machine?.coreLimit ?? null,
    // 0: not known. A profile has no place for NaN here.
    machineMemory: machine?.memory || 0,
    swapTotal: machine?.swapTotal || 0,
    pageBytes: machine?.pageBytes ?? 4096,
    python: manifest.python,
    packages: findPackages(strings),
    allocators: [...new Set(known.filter((k) => k.library?.kind === 'allocator').map((k) => k.library!.name))],
    threading: known
      .filter((k) => k.library && k.library.kind !== 'allocator')
      .map((k) => ({ library: basename(k.path), threads: threadsOf(k.library!.name, manifest.threadSettings) })),
    limits: manifest.limits,
  };
}

const OWN_SETTING: Readonly<Record<string, (typeof THREAD_SETTINGS)[number]>> = {
  openblas: 'OPENBLAS_NUM_THREADS',
  mkl: 'MKL_NUM_THREADS',
  blis: 'BLIS_NUM_THREADS',
};

/** A runtime's own setting comes before OpenMP's; null = its default, one thread a core. */
function threadsOf(library: string, settings: Readonly<Record<string, number>>): number | null {
  const own = OWN_SETTING[library];
  return (own && settings[own]) ?? settings.OMP_NUM_THREADS ?? null;
}

export function describeCgroup(log: SampleLog | null): CgroupFacts | null {
  const end = log?.facts.cgroupAtEnd;
  if (!log || !end) return null;
  const start = log.facts.cgroupAtStart;
  return {
    version: end.version,
    path: end.path,
    limit: end.limit,
    peak: end.peak,
    peakAtStart: start?.peak ?? null,
    limitHits: Math.max(0, end.limitHits - (start?.limitHits ?? 0)),
    oomKills: Math.max(0, end.oomKills - (start?.oomKills ?? 0)),
  };
}
