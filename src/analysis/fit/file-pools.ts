// Which pages of files different runs have in common, by the paths that were read while they ran. A pool is a set of pages that
// all its members have: the machine holds it once, whichever of them run. Of a file that runs have more and less of, those
// with less are taken to have pages that those with more have too (docs/decisions/0009-fit.md).
import type { Bytes } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { type FileRow, fileReadings } from '../file-readings.ts';
import type { Peak } from '../peak.ts';

/** A part of a run's pages of files. */
export interface PoolShare {
  readonly pool: number;
  /** Infinity: all that is left. */
  readonly bytes: Bytes;
}

export interface RunWithFiles {
  readonly profile: Profile;
  readonly peak: Peak;
}

export interface FilePools {
  /** By run, in the order in which its pages fill them; the last takes what is left. */
  readonly low: readonly (readonly PoolShare[])[];
  readonly high: readonly (readonly PoolShare[])[];
  /** By run: pages that others of these runs have too; null where its files were not read by path. */
  readonly shared: readonly (Bytes | null)[];
}

/** More are no longer told apart: what is left of the sharing is small. */
const MOST_POOLS = 16;

/**
 * At most, a run's own pages come first, and what its readings do not name is its own; at least, runs of one interpreter share
 * all that is not named, and everything where one of the runs was not read by path.
 */
export function filePoolsOf(runs: readonly RunWithFiles[]): FilePools {
  const files = runs.map(filesOf);
  const interpreters = runs.map(({ profile }) => interpreterOf(profile));
  const layers = layersOf(files);
  const isTold = files.every((told) => told !== undefined);
  const pools = [...layers.keys()].map((members, i) => ({ pool: 2 * runs.length + i, members: parseMembers(members) }));
  const common = runs.map((_, run) =>
    pools
      .filter(({ members }) => members.includes(run))
      .map(({ pool, members }): PoolShare => ({ pool, bytes: layers.get(members.join())! })),
  );
  const sum = (shares: readonly PoolShare[]) => shares.reduce((bytes, share) => bytes + share.bytes, 0);
  return {
    low: runs.map((_, run) => {
      const rest = { pool: runs.length + interpreters.indexOf(interpreters[run]!), bytes: Number.POSITIVE_INFINITY };
      const own = Math.max(0, namedIn(files[run]) - sum(common[run]!));
      return isTold ? [...common[run]!, { pool: run, bytes: own }, rest] : [rest];
    }),
    high: runs.map((_, run) => {
      const own = Math.max(0, allIn(files[run]) - sum(common[run]!));
      return [{ pool: run, bytes: own }, ...common[run]!, { pool: run, bytes: Number.POSITIVE_INFINITY }];
    }),
    shared: runs.map((_, run) => (files[run] ? sum(common[run]!) : null)),
  };
}

/** A run's pages of files by pool, where it has `files` of them. */
export function fillPools(shares: readonly PoolShare[], files: Bytes): Map<number, Bytes> {
  const filled = new Map<number, Bytes>();
  let left = files;
  for (const { pool, bytes } of shares) {
    const part = Math.min(left, bytes);
    if (part > 0) filled.set(pool, (filled.get(pool) ?? 0) + part);
    left -= part;
  }
  return filled;
}

type Files = ReadonlyMap<string, Bytes>;

const UNNAMED = '';

/**
 * By key, UNNAMED for the rest: the largest reading of each process, or of several that were read together; of readings that have a
 * file in common the most. undefined where files were not read.
 */
function filesOf({ profile, peak }: RunWithFiles): Files | undefined {
  const largest = new Map<string, Files>();
  const key = fileKeys(profile);
  for (const reading of fileReadings(profile)) {
    const rows = reading.rows.filter(
      ({ process, isShared }) => !isShared && (peak.process < 0 || process === peak.process),
    );
    const whose = [...new Set(rows.map(({ process }) => process))].join();
    const files = pagesByFile(rows, key);
    if (allIn(files) > allIn(largest.get(whose))) largest.set(whose, files);
  }
  if (largest.size === 0) return undefined;
  const most = new Map<string, Bytes>();
  for (const files of largest.values()) {
    for (const [name, bytes] of files) most.set(name, Math.max(most.get(name) ?? 0, bytes));
  }
  return most;
}

/** Different pages of each file: the sum of PSS, unless programs beside these had a share in it, and one process has more by itself. */
function pagesByFile(rows: readonly FileRow[], key: (path: string) => string): Files {
  const sums = new Map<string, { pss: Bytes; most: Bytes }>();
  for (const { path, pss, resident } of rows) {
    const name = path === '' ? UNNAMED : key(path);
    const sum = sums.get(name) ?? { pss: 0, most: 0 };
    sums.set(name, { pss: sum.pss + (Number.isNaN(pss) ? 0 : pss), most: Math.max(sum.most, resident) });
  }
  return new Map([...sums].map(([name, { pss, most }]) => [name, Math.max(pss, most)]));
}

const INSTALLED = /\/(?:site|dist)-packages\/([^/]+)/;

/** What stands for a file: its path, and what is known of the system and the package that it belongs to. */
function fileKeys({ meta }: Profile): (path: string) => string {
  const { libc, architecture, packages } = meta.environment;
  const version = new Map(packages.map((one) => [one.name.toLowerCase().replaceAll('-', '_'), one.version]));
  return (path) => {
    const name =
      INSTALLED.exec(path)?.[1]
        ?.replace(/\.libs$/, '')
        .toLowerCase() ?? '';
    return [path, architecture, libc, version.get(name) ?? ''].join('\n');
  };
}

function interpreterOf({ meta }: Profile): string {
  const { python } = meta.environment;
  return python ? `${python.basePrefix}\n${python.version}` : '';
}

/**
 * Of each file the runs that have it, by how much: all share what the one with the least has, all but that one what the next has
 * beyond it, and so on. Summed by members ("0,2"), of which there are two at least.
 */
function layersOf(files: readonly (Files | undefined)[]): Map<string, Bytes> {
  const paths = new Set(files.flatMap((told) => [...(told?.keys() ?? [])]));
  paths.delete(UNNAMED);
  const layers = new Map<string, Bytes>();
  for (const path of paths) {
    const holders = files.flatMap((told, run) => (told?.has(path) ? [{ run, bytes: told.get(path)! }] : []));
    holders.sort((a, b) => a.bytes - b.bytes);
    for (let i = 0; i < holders.length - 1; i++) {
      const bytes = holders[i]!.bytes - (holders[i - 1]?.bytes ?? 0);
      const members = holders.slice(i).map(({ run }) => run);
      const key = members.sort((a, b) => a - b).join();
      if (bytes > 0) layers.set(key, (layers.get(key) ?? 0) + bytes);
    }
  }
  return largest(layers);
}

/** By what they save. */
function largest(layers: Map<string, Bytes>): Map<string, Bytes> {
  const saved = ([members, bytes]: [string, Bytes]) => bytes * (parseMembers(members).length - 1);
  return new Map([...layers].sort((a, b) => saved(b) - saved(a)).slice(0, MOST_POOLS));
}

function parseMembers(members: string): number[] {
  return members.split(',').map(Number);
}

function namedIn(files: Files | undefined): Bytes {
  return allIn(files) - (files?.get(UNNAMED) ?? 0);
}

function allIn(files: Files | undefined): Bytes {
  return [...(files?.values() ?? [])].reduce((sum, bytes) => sum + bytes, 0);
}
