// Pages of files and of shared memory at a peak, by what they belong to. Of one process they count in full; of several, pages that
// they share count once (PSS), so that the owners add up to what the kernel says of all.
import type { Bytes, Fraction, Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import { nameOfSharedMemory, ownerOfFile } from './file-owners.ts';
import { type FileRow, type FilesRead, fileReadings } from './file-readings.ts';

export interface MappedFiles {
  /** When it was read: near the peak, but not always at it. */
  readonly time: Milliseconds;
  /** 'RSS': of one process. 'PSS': of several. */
  readonly unit: 'RSS' | 'PSS';
  /** The largest first. */
  readonly rows: readonly FileOwner[];
  /** Shared memory by file, the largest first. */
  readonly shared: readonly FileOwner[];
  /** Pages of files that the kernel counted at the peak, less those of `rows`; NaN = not known. */
  readonly untold: Bytes;
}

export interface FileOwner {
  readonly name: string;
  readonly bytes: Bytes;
  /** Address space that is mapped of it, in each process anew; NaN = not read. */
  readonly reserved: Bytes;
}

/** What the kernel counted at the moment; NaN = not known. */
export interface Counted {
  readonly files: Bytes;
  readonly shared: Bytes;
}

const NOT_COUNTED: Counted = { files: Number.NaN, shared: Number.NaN };

/**
 * Of one process: the reading that comes nearest to what the kernel counted at `time`; where it did not, the last before `time`,
 * else the first after it. Null where there was no reading.
 */
export function mappedFilesAt(
  profile: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  counted: Counted = NOT_COUNTED,
): MappedFiles | null {
  const readings = fileReadings(profile)
    .map((reading) => ({ ...reading, rows: reading.rows.filter((row) => row.process === process) }))
    .filter(({ rows }) => rows.length > 0);
  const reading = nearest(readings, time, counted, ({ resident }) => resident);
  return reading && byOwner(reading, 'RSS', ({ resident }) => resident, counted);
}

/** Of all processes that ran at `time`; null where their files were not read together. */
export function treeFilesAt(profile: Profile, time: Milliseconds, counted: Counted): MappedFiles | null {
  const readings = fileReadings(profile).filter(({ rows }) => {
    return rows.some(({ process }) => process !== rows[0]!.process) && !rows.some(({ pss }) => Number.isNaN(pss));
  });
  const reading = nearest(readings, time, counted, ({ pss }) => pss);
  return reading && byOwner(reading, 'PSS', ({ pss }) => pss, counted);
}

/** Readings whose sums differ by no more of what the kernel counted are as near as one another. */
const AS_NEAR: Fraction = 0.01;

type SizeOf = (row: FileRow) => Bytes;

function nearest(
  readings: readonly FilesRead[],
  time: Milliseconds,
  counted: Counted,
  sizeOf: SizeOf,
): FilesRead | null {
  if (Number.isNaN(counted.files)) return readings.findLast((one) => one.time <= time) ?? readings[0] ?? null;
  const distance = ({ rows }: FilesRead) => {
    const sum = { files: 0, shared: 0 };
    for (const row of rows) sum[row.isShared ? 'shared' : 'files'] += sizeOf(row);
    const ofShared = Math.abs(sum.shared - counted.shared);
    return Math.abs(sum.files - counted.files) + (Number.isNaN(ofShared) ? 0 : ofShared);
  };
  const distances = readings.map((reading) => ({
    reading,
    bytes: distance(reading),
    ms: Math.abs(reading.time - time),
  }));
  // How many processes map a file does not show in PSS: of readings that come as near, the nearest in time tells.
  const least = Math.min(...distances.map(({ bytes }) => bytes));
  const near = distances.filter(({ bytes }) => bytes <= least + AS_NEAR * counted.files);
  return near.sort((a, b) => a.ms - b.ms || a.bytes - b.bytes)[0]?.reading ?? null;
}

function byOwner({ time, rows }: FilesRead, unit: MappedFiles['unit'], sizeOf: SizeOf, counted: Counted): MappedFiles {
  const [files, shared] = [new Map<string, FileOwner>(), new Map<string, FileOwner>()];
  for (const row of rows) {
    const to = row.isShared ? shared : files;
    const name = row.isShared ? nameOfSharedMemory(row.path) : ownerOfFile(row.path);
    const { bytes, reserved } = to.get(name) ?? { bytes: 0, reserved: 0 };
    to.set(name, { name, bytes: bytes + sizeOf(row), reserved: reserved + row.reserved });
  }
  const told = [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return { time, unit, rows: largestFirst(files), shared: largestFirst(shared), untold: counted.files - told };
}

function largestFirst(owners: ReadonlyMap<string, FileOwner>): FileOwner[] {
  return [...owners.values()].sort((a, b) => b.bytes - a.bytes);
}
