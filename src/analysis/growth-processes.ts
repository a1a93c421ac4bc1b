// What grew between two moments, by process: which of several it was.
import type { Bytes } from '#base/units.ts';
import type { IndexIntoProcesses, LiveTable, Profile } from '#profile/types.ts';
import { addLiveRow, isLiveMemory } from './domains.ts';
import { type Estimate, NOTHING } from './interval.ts';
import { samplingMean, Tally } from './tally.ts';

export interface ProcessGrowth {
  readonly process: IndexIntoProcesses;
  readonly came: Estimate;
  readonly went: Estimate;
  /** came - went. */
  readonly net: Bytes;
}

/** Those in which something came or went, by what came less what went, largest first. */
export function computeProcessGrowth(profile: Profile, came: LiveTable, went: LiveTable): ProcessGrowth[] {
  const [inBytes, outBytes] = [heapByProcess(profile, came), heapByProcess(profile, went)];
  const processes = [...new Set([...inBytes.keys(), ...outBytes.keys()])];
  return processes
    .map((process) => {
      const [grew, shrank] = [inBytes.get(process) ?? NOTHING, outBytes.get(process) ?? NOTHING];
      return { process, came: grew, went: shrank, net: grew.bytes - shrank.bytes };
    })
    .sort((a, b) => b.net - a.net);
}

function heapByProcess(profile: Profile, live: LiveTable): Map<IndexIntoProcesses, Estimate> {
  const tallies = new Map<IndexIntoProcesses, Tally>();
  for (let row = 0; row < live.length; row++) {
    if (!isLiveMemory(live.domain[row]!)) continue;
    const process = live.process[row]!;
    const tally = tallies.get(process) ?? new Tally(samplingMean(profile, process));
    tallies.set(process, tally);
    addLiveRow(tally, live, row);
  }
  return new Map([...tallies].map(([process, tally]) => [process, tally.estimate()]));
}
