// The largest figures in the log of the sampler: at which moment the processes held the most together, and each one alone.
import type { Bytes, MonotonicNs } from '#base/units.ts';
import type { SampleLog } from './sample-log.ts';

export interface TreePeak {
  readonly time: MonotonicNs;
  readonly pss: Bytes;
  readonly processes: number;
}

/** The tick with the largest sum of PSS, among those where it was read for several processes; null where never. */
export function findTreePeak(log: SampleLog): TreePeak | null {
  const { samples } = log;
  let best: TreePeak | null = null;
  for (let first = 0; first < samples.length; ) {
    let end = first;
    let pss = 0;
    while (end < samples.length && samples.time[end] === samples.time[first]) pss += samples.pss[end++]!;
    if (!Number.isNaN(pss) && pss > (best?.pss ?? 0))
      best = { time: samples.time[first]!, pss, processes: end - first };
    first = end;
  }
  return best && best.processes > 1 ? best : null;
}

export interface RssMaximum {
  readonly time: MonotonicNs;
  readonly rss: Bytes;
}

/** The largest RSS that was read of each process, by index; rss 0 where none was. */
export function findRssMaxima(log: SampleLog): RssMaximum[] {
  const maxima = log.processes.map(() => ({ time: Number.NaN, rss: 0 }));
  const { samples } = log;
  for (let row = 0; row < samples.length; row++) {
    const maximum = maxima[samples.process[row]!]!;
    if (samples.rss[row]! > maximum.rss) {
      maximum.rss = samples.rss[row]!;
      maximum.time = samples.time[row]!;
    }
  }
  return maxima;
}
