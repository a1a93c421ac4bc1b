// The run's circumstances as lists of names and values.
import { formatBytes, formatCount, formatDuration } from '#base/format.ts';
import type { Meta } from '#profile/types.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly tip?: string;
}

export interface FactSection {
  readonly title: string;
  readonly facts: readonly Fact[];
}

export function aboutSections(meta: Meta): FactSection[] {
  const sections = [runFacts(meta), machineFacts(meta), pythonFacts(meta), memoryFacts(meta), costFacts(meta)];
  return sections.filter((section) => section.facts.length > 0);
}

function runFacts(meta: Meta): FactSection {
  const { exit, usage } = meta;
  const end =
    exit.kind === 'exited'
      ? `exit code ${exit.code}`
      : exit.kind === 'signaled'
        ? `killed by ${exit.name}`
        : 'not seen';
  const facts: Fact[] = [
    { name: 'Command', value: meta.command.join(' ') },
    { name: 'Directory', value: meta.workingDirectory },
    { name: 'Started', value: `${new Date(meta.startedAt).toISOString().replace('T', ' ').slice(0, 19)} UTC` },
    { name: 'Ran for', value: formatDuration(meta.durationMs) },
    { name: 'End', value: end },
  ];
  if (usage) {
    facts.push(
      { name: 'CPU time', value: `${formatDuration(usage.userMs)} user, ${formatDuration(usage.systemMs)} system` },
      {
        name: 'Page faults',
        value: `${formatCount(usage.minorFaults)} minor, ${formatCount(usage.majorFaults)} major`,
      },
    );
  }
  return { title: 'Run', facts };
}

function machineFacts({ environment }: Meta): FactSection {
  const cores = environment.coreLimit === null ? '' : `, limited to ${environment.coreLimit}`;
  return {
    title: 'Machine',
    facts: [
      { name: 'Kernel', value: environment.kernel },
      { name: 'Architecture', value: environment.architecture },
      { name: 'C library', value: environment.libc },
      { name: 'Cores', value: `${environment.cores}${cores}` },
      { name: 'Memory', value: formatBytes(environment.machineMemory) },
      { name: 'Swap', value: formatBytes(environment.swapTotal) },
      { name: 'Page size', value: formatBytes(environment.pageBytes) },
    ],
  };
}

function pythonFacts({ environment }: Meta): FactSection {
  const { python } = environment;
  const threads = environment.threading.map((one) => `${one.library}: ${one.threads ?? 'its default'}`).join(', ');
  const facts: Fact[] = [];
  if (python) {
    const build = python.freeThreaded ? ', free-threaded' : '';
    facts.push(
      { name: 'Python', value: `${python.version} (${python.implementation}${build})` },
      { name: 'Executable', value: python.executable },
      { name: 'Prefix', value: python.prefix, tip: 'Files below it are not counted as your own code.' },
    );
  }
  facts.push({ name: 'Allocator', value: environment.allocators.join(', ') || 'that of the C library' });
  if (threads !== '')
    facts.push({ name: 'Threads asked for', value: threads, tip: 'BLAS and OpenMP libraries that were loaded.' });
  return { title: 'Program', facts };
}

function memoryFacts({ environment, cgroup }: Meta): FactSection {
  const limit = (bytes: number | null): string => (bytes === null ? 'none' : formatBytes(bytes));
  const facts: Fact[] = [
    { name: 'Address space limit', value: limit(environment.limits.addressSpace) },
    { name: 'Data limit', value: limit(environment.limits.data) },
  ];
  if (cgroup) {
    facts.push(
      { name: 'Container limit', value: limit(cgroup.limit) },
      {
        name: 'Container peak',
        value: limit(cgroup.peak),
        tip: 'Page cache included, and whatever else ran in the same group.',
      },
      {
        name: 'Container peak before',
        value: limit(cgroup.peakAtStart),
        tip: 'A peak that did not rise past it says nothing about this run.',
      },
      { name: 'Limit hits', value: formatCount(cgroup.limitHits) },
      { name: 'Killed for memory', value: formatCount(cgroup.oomKills) },
      { name: 'Control group', value: `${cgroup.path} (version ${cgroup.version})` },
    );
  }
  return { title: 'Limits', facts };
}

function costFacts({ ownCost }: Meta): FactSection {
  if (!ownCost) return { title: 'Cost of measuring', facts: [] };
  return {
    title: 'Cost of measuring',
    facts: [
      {
        name: 'CPU time beside the run',
        value: formatDuration(ownCost.besideCpuMs),
        tip: 'Used by the profiler until the program ended.',
      },
      { name: 'CPU time in all', value: formatDuration(ownCost.hostCpuMs) },
      {
        name: 'Memory beside the run',
        value: formatBytes(ownCost.hostPeakRss),
        tip: 'Not contained in the figures of the program.',
      },
      {
        name: 'Memory inside the program',
        value: formatBytes(ownCost.agentBytes),
        tip: 'Of the agent; contained in the figures of the program.',
      },
    ],
  };
}
