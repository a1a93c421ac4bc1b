// The invariants of a profile, stated once in code. Run on every load and in the tests of everything that makes one.
import { findMetaProblem } from './meta-shape.ts';
import { SCHEMA, TABLE_NAMES, type TableName } from './schema.ts';
import { FILE_KIND, FRAME_KIND, MOMENT_KIND, type Profile } from './types.ts';

/** Sentences, empty when all is well. Stops at the first few: one is enough to refuse a file. */
export function findProblems(profile: Profile): string[] {
  const problems = [...checkMeta(profile), ...checkLengths(profile)];
  if (problems.length > 0) return problems;
  for (const check of CHECKS) {
    problems.push(...check(profile));
    if (problems.length > 0) return problems;
  }
  return problems;
}

type Check = (profile: Profile) => string[];

const CHECKS: readonly Check[] = [
  checkReferences,
  checkFrameKinds,
  checkFileKinds,
  checkParentsFirst,
  checkTimes,
  checkSizes,
  checkEstimates,
  checkMoments,
  checkUniqueLiveRows,
  checkLifetimes,
  checkImports,
];

function checkMeta(profile: Profile): string[] {
  const { meta, strings } = profile;
  if (!Array.isArray(strings) || strings[0] !== '' || !strings.every((s) => typeof s === 'string')) {
    return ['strings must be a list of texts that begins with ""'];
  }
  const problem = findMetaProblem(meta);
  return problem === undefined ? [] : [problem];
}

function checkLengths(profile: Profile): string[] {
  for (const name of TABLE_NAMES) {
    const table = profile[name] as unknown as Record<string, { length: number }> & { length: number };
    for (const column of Object.keys(SCHEMA[name])) {
      if (table[column]?.length !== table.length) return [`${name}.${column} has not ${table.length} rows`];
    }
  }
  return [];
}

// table, column, what it points into, and whether -1 is allowed
const REFERENCES: readonly [TableName, string, TableName | 'strings', boolean][] = [
  ['processes', 'parent', 'processes', true],
  ['processes', 'name', 'strings', false],
  ['processes', 'command', 'strings', false],
  ['processes', 'python', 'strings', false],
  ['frames', 'file', 'strings', false],
  ['frames', 'func', 'strings', false],
  ['stacks', 'frame', 'frames', false],
  ['stacks', 'parent', 'stacks', true],
  ['samples', 'process', 'processes', false],
  ['activity', 'process', 'processes', false],
  ['activity', 'stack', 'stacks', true],
  ['moments', 'process', 'processes', true],
  ['areas', 'process', 'processes', false],
  ['live', 'moment', 'moments', false],
  ['live', 'process', 'processes', false],
  ['live', 'stack', 'stacks', true],
  ['churn', 'process', 'processes', false],
  ['churn', 'stack', 'stacks', true],
  ['files', 'process', 'processes', false],
  ['files', 'path', 'strings', false],
  ['lifetimes', 'process', 'processes', false],
  ['lifetimes', 'stack', 'stacks', true],
  ['sources', 'file', 'strings', false],
  ['sources', 'text', 'strings', false],
  ['imports', 'process', 'processes', false],
  ['imports', 'stack', 'stacks', false],
  ['imports', 'parent', 'imports', true],
  ['failed', 'process', 'processes', false],
  ['failed', 'stack', 'stacks', true],
];

function checkReferences(profile: Profile): string[] {
  for (const [table, column, target, noneAllowed] of REFERENCES) {
    const values = columnOf(profile, table, column);
    const limit = profile[target].length;
    const least = noneAllowed ? -1 : 0;
    for (const value of values) {
      if (value < least || value >= limit)
        return [`${table}.${column} points to row ${value} of ${limit} in ${target}`];
    }
  }
  return [];
}

function checkFrameKinds({ frames }: Profile): string[] {
  for (let row = 0; row < frames.length; row++) {
    const kind = frames.kind[row]!;
    if (kind > FRAME_KIND.native) return [`frames: row ${row} has kind ${kind}`];
    if (kind === FRAME_KIND.native && frames.line[row] !== -1) return [`frames: row ${row} is native and has a line`];
  }
  return [];
}

function checkFileKinds({ files }: Profile): string[] {
  const row = files.kind.findIndex((kind) => kind > FILE_KIND.sharedMemory);
  return row < 0 ? [] : [`files: row ${row} has kind ${files.kind[row]}`];
}

function checkParentsFirst(profile: Profile): string[] {
  for (const table of ['processes', 'stacks', 'imports'] as const) {
    const parent = profile[table].parent;
    for (let row = 0; row < parent.length; row++) {
      if (parent[row]! >= row) return [`${table}: row ${row} stands before its parent ${parent[row]}`];
    }
  }
  return [];
}

function checkTimes(profile: Profile): string[] {
  for (const table of ['samples', 'activity', 'system', 'areas', 'files', 'failed'] as const) {
    const time = profile[table].time;
    for (let row = 0; row < time.length; row++) {
      if (!(row === 0 ? Number.isFinite(time[0]!) : time[row]! >= time[row - 1]!)) {
        return [`${table} is not in order of time at row ${row}`];
      }
    }
  }
  return [];
}

// Columns that are sizes or counts: never negative, never infinite.
const SIZES: readonly [TableName, readonly string[]][] = [
  ['processes', ['hwm', 'agentBytes', 'inherited']],
  ['samples', ['rss', 'anon', 'file', 'shmem', 'swap', 'pss', 'pssFile', 'pssShmem', 'privateBytes']],
  ['activity', ['rss', 'mallocLive', 'pythonLive', 'heapGrown']],
  ['moments', ['resident', 'shared', 'mallocLive', 'pythonLive', 'pythonHeld', 'allocated', 'heapGrown']],
  ['failed', ['bytes', 'addressSpace', 'resident', 'data', 'addressSpaceLimit', 'dataLimit']],
  ['areas', Object.keys(SCHEMA.areas).filter((column) => column !== 'process' && column !== 'time')],
  ['files', ['resident', 'pss', 'reserved']],
  ['live', ['bytes', 'exactBytes', 'blocks', 'samples', 'variance', 'resident']],
  ['lifetimes', ['bytes', 'exactBytes', 'blocks', 'samples', 'variance', 'resident']],
  ['churn', ['allocated', 'exactAllocated', 'freed', 'blocks', 'samples', 'variance']],
];

function checkSizes(profile: Profile): string[] {
  for (const [table, columns] of SIZES) {
    for (const column of columns) {
      for (const value of columnOf(profile, table, column)) {
        if (value < 0 || value === Number.POSITIVE_INFINITY) return [`${table}.${column} holds ${value}`];
      }
    }
  }
  return [];
}

// Estimates are always there; only readings may be missing.
function checkEstimates(profile: Profile): string[] {
  for (const [table, columns] of SIZES) {
    if (table !== 'live' && table !== 'churn' && table !== 'lifetimes') continue;
    for (const column of columns) {
      if (column !== 'resident' && columnOf(profile, table, column).some(Number.isNaN))
        return [`${table}.${column} holds NaN`];
    }
  }
  return [];
}

function checkMoments({ moments }: Profile): string[] {
  for (let row = 0; row < moments.length; row++) {
    const ofOne = moments.kind[row] !== MOMENT_KIND.treePeak;
    if (ofOne !== moments.process[row]! >= 0)
      return [`moments: row ${row} has kind ${moments.kind[row]} and process ${moments.process[row]}`];
    if (!Number.isFinite(moments.time[row]!)) return [`moments: row ${row} has no time`];
  }
  return [];
}

function checkUniqueLiveRows(profile: Profile): string[] {
  const { live } = profile;
  const seen = new Set<string>();
  for (let row = 0; row < live.length; row++) {
    const key = `${live.moment[row]},${live.process[row]},${live.stack[row]},${live.domain[row]}`;
    if (seen.has(key)) return [`live has two rows for moment,process,stack,domain ${key}`];
    seen.add(key);
  }
  return [];
}

function checkLifetimes({ meta, lifetimes }: Profile): string[] {
  const count = meta.intervals?.count ?? 0;
  for (let row = 0; row < lifetimes.length; row++) {
    const [birth, death] = [lifetimes.birth[row]!, lifetimes.death[row]!];
    const ends = death === -1 || (death > birth && death < count);
    if (birth < 0 || birth >= count || !ends)
      return [`lifetimes: row ${row} lives from ${birth} to ${death} of ${count}`];
  }
  return [];
}

function checkImports({ imports }: Profile): string[] {
  const { first, time, timeLow, timeHigh } = imports;
  for (let row = 0; row < imports.length; row++) {
    const isInOrder = 0 <= timeLow[row]! && timeLow[row]! <= time[row]! && time[row]! <= timeHigh[row]!;
    if (!isInOrder || !Number.isFinite(first[row]! + timeHigh[row]!)) {
      return [`imports: row ${row} has no valid times`];
    }
  }
  return [];
}

function columnOf(profile: Profile, table: TableName, column: string): Float64Array {
  return (profile[table] as unknown as Record<string, Float64Array>)[column]!;
}
