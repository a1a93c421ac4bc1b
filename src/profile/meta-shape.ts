// The shape of Meta as data, checked on load: a profile may come from another machine, another version or a stranger, and
// reports go into meta without asking again. Fields that are not named here are let through.
import type { Meta } from './types.ts';

/** 'text?' and the like: or null. A list of one shape: any number of it. */
type Shape = 'text' | 'number' | 'flag' | 'text?' | 'number?' | readonly [Shape] | { readonly [field: string]: Shape };

const PYTHON = {
  executable: 'text',
  version: 'text',
  implementation: 'text',
  prefix: 'text',
  basePrefix: 'text',
  libraryPaths: ['text'],
  freeThreaded: 'flag',
} as const satisfies Shape;

const ENVIRONMENT = {
  kernel: 'text',
  architecture: 'text',
  libc: 'text',
  cores: 'number',
  coreLimit: 'number?',
  machineMemory: 'number',
  swapTotal: 'number',
  pageBytes: 'number',
  packages: [{ name: 'text', version: 'text' }],
  allocators: ['text'],
  threading: [{ library: 'text', threads: 'number?' }],
  limits: { addressSpace: 'number?', data: 'number?' },
} as const satisfies Shape;

const META = {
  version: 'number',
  tool: { name: 'text', version: 'text' },
  command: ['text'],
  title: 'text',
  workingDirectory: 'text',
  startedAt: 'number',
  durationMs: 'number',
  complete: 'flag',
  environment: ENVIRONMENT,
  notes: [{ severity: 'text', code: 'text', text: 'text', process: 'number' }],
} as const satisfies Shape;

const USAGE = {
  userMs: 'number',
  systemMs: 'number',
  maxRssBytes: 'number',
  minorFaults: 'number',
  majorFaults: 'number',
} as const satisfies Shape;

const CGROUP = {
  version: 'number',
  path: 'text',
  limit: 'number?',
  peak: 'number?',
  peakAtStart: 'number?',
  limitHits: 'number',
  oomKills: 'number',
} as const satisfies Shape;

const OWN_COST = {
  hostCpuMs: 'number',
  hostPeakRss: 'number',
  besideCpuMs: 'number',
  agentBytes: 'number',
} as const satisfies Shape;

const MAPPED_FILES = [
  { process: 'number', time: 'number', files: [{ path: 'text', bytes: 'number' }] },
] as const satisfies Shape;

const INTERVALS = { count: 'number', width: 'number' } as const satisfies Shape;

const EXITS: Readonly<Record<Meta['exit']['kind'], Shape>> = {
  exited: { code: 'number' },
  signaled: { signal: 'number', name: 'text' },
  unknown: {},
};

/** The first field that is not what types.ts says: "meta.exit.code is not a number". undefined: all are. */
export function findMetaProblem(meta: unknown): string | undefined {
  const problem = misfit(meta, META, 'meta');
  if (problem) return problem;
  const { exit, usage, cgroup, ownCost, environment, mappedFiles, intervals } = meta as Record<
    string,
    Record<string, unknown>
  >;
  const kind = exit?.kind;
  if (kind !== 'exited' && kind !== 'signaled' && kind !== 'unknown') return 'meta.exit.kind is not known';
  return (
    misfit(exit, EXITS[kind], 'meta.exit') ??
    (intervals === undefined ? undefined : misfit(intervals, INTERVALS, 'meta.intervals')) ??
    (mappedFiles === undefined ? undefined : misfit(mappedFiles, MAPPED_FILES, 'meta.mappedFiles')) ??
    misfitUnlessNull(usage, USAGE, 'meta.usage') ??
    misfitUnlessNull(cgroup, CGROUP, 'meta.cgroup') ??
    misfitUnlessNull(ownCost, OWN_COST, 'meta.ownCost') ??
    misfitUnlessNull(environment!.python, PYTHON, 'meta.environment.python')
  );
}

function misfitUnlessNull(value: unknown, shape: Shape, path: string): string | undefined {
  return value === null ? undefined : misfit(value, shape, path);
}

function misfit(value: unknown, shape: Shape, path: string): string | undefined {
  if (typeof shape === 'string') return misfitOfPlain(value, shape, path);
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${path} is not a list`;
    return firstOf(value.map((item, i) => [item, shape[0], `${path}[${i}]`]));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${path} is not an object`;
  return firstOf(
    Object.entries(shape).map(([field, of]) => [(value as Record<string, unknown>)[field], of, `${path}.${field}`]),
  );
}

function misfitOfPlain(value: unknown, shape: string, path: string): string | undefined {
  const kind = shape.replace('?', '');
  if (value === null && shape !== kind) return undefined;
  const fits =
    kind === 'text' ? typeof value === 'string' : kind === 'flag' ? typeof value === 'boolean' : Number.isFinite(value);
  return fits ? undefined : `${path} is not a ${kind}`;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function firstOf(parts: readonly (readonly [unknown, Shape, string])[]): string | undefined {
  for (const [value, shape, path] of parts) {
    const problem = misfit(value, shape, path);
    if (problem) return problem;
  }
  return undefined;
}
