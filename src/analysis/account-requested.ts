// What the program had asked for at a moment, touched or not, by the row that its pages stand in: of allocators, of mmap, of files.
import { DOMAIN, type IndexIntoMoments, type IndexIntoProcesses, type Profile } from '#profile/types.ts';
import { ROW_OF_DOMAIN } from './account-live.ts';
import type { Estimate } from './interval.ts';
import { samplingMean, Tally } from './tally.ts';

const REQUESTED_ROWS = ['pythonSmall', 'pythonLarge', 'native', 'mapped', 'files', 'shared'] as const;

export type RequestedRow = (typeof REQUESTED_ROWS)[number];

export type Requested = Readonly<Record<RequestedRow, Estimate>>;

/** Null where there is no such moment, or a part of what is alive was asked for before a fork, by the parent. */
export function requestedAt(profile: Profile, process: IndexIntoProcesses, moment: IndexIntoMoments): Requested | null {
  if (moment < 0 || profile.processes.inherited[process]! > 0) return null;
  return sumOf(profile, moment, process);
}

/**
 * Of all processes together: what was there at a fork was asked for once, by the parent. Null where a parent was not traced, or had
 * ended.
 */
export function requestedOfAll(profile: Profile, moment: IndexIntoMoments): Requested | null {
  const { processes, moments } = profile;
  if (moment < 0) return null;
  for (let process = 0; process < processes.length; process++) {
    const parent = processes.parent[process]!;
    if (!(processes.inherited[process]! > 0)) continue;
    const isThere = parent >= 0 && processes.traced[parent] === 1 && !(processes.end[parent]! < moments.time[moment]!);
    if (!isThere) return null;
  }
  return sumOf(profile, moment);
}

/** Of one process, or of all. */
function sumOf(profile: Profile, moment: IndexIntoMoments, process?: IndexIntoProcesses): Requested {
  const { live } = profile;
  const mean = samplingMean(profile, process);
  const tallies = new Map<RequestedRow, Tally>(REQUESTED_ROWS.map((row) => [row, new Tally(mean)]));
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || (process !== undefined && live.process[row] !== process)) continue;
    const of = rowOfDomain(live.domain[row]!);
    const [bytes, exact] = [live.bytes[row]!, live.exactBytes[row]!];
    tallies.get(of)!.add(bytes, exact, live.blocks[row]!, live.samples[row]!, live.variance[row]!);
  }
  return Object.fromEntries([...tallies].map(([of, tally]) => [of, tally.estimate()])) as Requested;
}

function rowOfDomain(domain: number): RequestedRow {
  if (domain === DOMAIN.mmapFile) return 'files';
  return ROW_OF_DOMAIN[domain] ?? 'shared';
}
