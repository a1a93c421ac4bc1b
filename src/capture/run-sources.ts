// What a run left behind, read but not yet understood: everything that a profile is made from.
import type { MonotonicNs } from '#base/units.ts';
import type { LaunchStatus } from './launch-status.ts';
import type { RunProcess } from './process-list.ts';
import type { RunManifest } from './run-directory.ts';
import type { SampleLog } from './sample-log.ts';

export interface RunSources {
  readonly manifest: RunManifest;
  readonly status: LaunchStatus;
  readonly log: SampleLog | null;
  readonly processes: readonly RunProcess[];
}

/** The end of the program, or the last that was seen of it. */
export function endOfRun({ status, log, manifest }: RunSources): MonotonicNs {
  if (!Number.isNaN(status.endedAt)) return status.endedAt;
  return Math.max(manifest.start, ...(log?.processes.map((process) => process.lastSeen) ?? []));
}
