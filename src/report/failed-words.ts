// What a report says of requests for memory that came to nothing.
import type { FailedRequest } from '#analysis/failed-requests.ts';
import type { Overview } from '#analysis/overview.ts';
import { formatBytes, formatCount, formatDuration } from '#base/format.ts';
import type { Profile } from '#profile/types.ts';
import { formatPlaceOfFrame } from './place.ts';

/**
 * Of the last one: "At 3.20 s train.py:12 (load) asked for 800 MiB and did not get it: 3.61 GiB of address space were taken, and
 * `ulimit -v` allows 4.00 GiB; 2.10 GiB were resident." undefined where there was none.
 */
export function failedRequestOf(profile: Profile, { failed }: Overview): string | undefined {
  const last = failed.at(-1);
  if (!last) return undefined;
  const who = last.frame < 0 ? 'The program' : formatPlaceOfFrame(profile, last.frame);
  const pid = profile.processes.length > 1 ? ` in process ${profile.processes.pid[last.process]}` : '';
  const asked = `At ${formatDuration(last.time)} ${who}${pid} asked for ${formatBytes(last.bytes)} and did not get it`;
  return `${asked}: ${causeOf(last)}; ${formatBytes(last.resident)} were resident.${beforeOf(failed.length - 1)}`;
}

function causeOf({ cause }: FailedRequest): string {
  switch (cause.kind) {
    case 'address space':
      return `${formatBytes(cause.held)} of address space were taken, and ${formatBytes(cause.limit)} are allowed (ulimit -v)`;
    case 'data':
      return `${formatBytes(cause.held)} of data were taken, and ${formatBytes(cause.limit)} are allowed (ulimit -d)`;
    case 'machine':
      return `the machine has ${formatBytes(cause.limit)}`;
    case 'unknown':
      return 'no limit of the process explains it (vm.overcommit_memory and vm.max_map_count may)';
  }
}

function beforeOf(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ' So it went once before.' : ` So it went ${formatCount(count)} times before.`;
}
