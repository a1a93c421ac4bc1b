// Readings of files and shared memory: FileTable, or what profiles of before have of it, by time. One look at several processes
// is one reading, in which the shares of pages (PSS) may be added up.
import type { Bytes, Milliseconds } from '#base/units.ts';
import { FILE_KIND, type IndexIntoProcesses, type Profile } from '#profile/types.ts';

export interface FileRow {
  readonly process: IndexIntoProcesses;
  /** "" = all that were not named. */
  readonly path: string;
  readonly isShared: boolean;
  readonly resident: Bytes;
  /** NaN = not read, as below. */
  readonly pss: Bytes;
  readonly reserved: Bytes;
}

export interface FilesRead {
  readonly time: Milliseconds;
  readonly rows: readonly FileRow[];
}

/** In order of time; each of one process, or of those that were read together. */
export function fileReadings(profile: Profile): FilesRead[] {
  return profile.files.length > 0 ? fromTable(profile) : fromMeta(profile);
}

function fromTable({ files, strings }: Profile): FilesRead[] {
  const readings: { time: Milliseconds; rows: FileRow[] }[] = [];
  for (let row = 0; row < files.length; row++) {
    const time = files.time[row]!;
    if (readings.at(-1)?.time !== time) readings.push({ time, rows: [] });
    readings.at(-1)!.rows.push({
      process: files.process[row]!,
      path: strings[files.path[row]!]!,
      isShared: files.kind[row] === FILE_KIND.sharedMemory,
      resident: files.resident[row]!,
      pss: files.pss[row]!,
      reserved: files.reserved[row]!,
    });
  }
  return readings;
}

function fromMeta({ meta }: Profile): FilesRead[] {
  return (meta.mappedFiles ?? []).map(({ process, time, files }) => ({
    time,
    rows: files.map(({ path, bytes }) => {
      return { process, path, isShared: false, resident: bytes, pss: Number.NaN, reserved: Number.NaN };
    }),
  }));
}
