// Readings of files and shared memory as a table of the profile: in its own numbers and times.
import type { MonotonicNs } from '#base/units.ts';
import { type StringTableBuilder, TableBuilder } from '#profile/build.ts';
import { FILE_KIND, type FileTable } from '#profile/types.ts';
import type { SampleLog } from './sample-log.ts';

/** `indexOf`: the sampler's process index -> row of ProcessTable; readings of others are left out. */
export function fillFiles(
  log: SampleLog | null,
  indexOf: ReadonlyMap<number, number>,
  start: MonotonicNs,
  strings: StringTableBuilder,
): FileTable {
  const table = new TableBuilder('files');
  const readings = (log?.fileReadings ?? []).toSorted((a, b) => a.time - b.time);
  for (const { process: sampled, time, files } of readings) {
    const process = indexOf.get(sampled);
    if (process === undefined) continue;
    for (const { path, isShared, rss: resident, pss, reserved } of files) {
      const kind = isShared ? FILE_KIND.sharedMemory : FILE_KIND.file;
      const place = { process, time: (time - start) / 1e6, path: strings.intern(path) };
      table.add({ ...place, kind, resident, pss, reserved });
    }
  }
  return table.finish();
}
