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
  const { live, processes } = profile;
  if (moment < 0 || processes.inherited[process]! > 0) return null;
  const mean = samplingMean(profile, process);
  const tallies = new Map<RequestedRow, Tally>(REQUESTED_ROWS.map((row) => [row, new Tally(mean)]));
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || live.process[row] !== process) continue;
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
