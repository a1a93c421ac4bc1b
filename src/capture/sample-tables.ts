// The sampler's columns as tables of a profile: times since the start, rows of long runs thinned out.
import type { MonotonicNs } from '#base/units.ts';
import { TableBuilder } from '#profile/build.ts';
import type { SampleTable, SystemTable } from '#profile/types.ts';
import type { SampleLog } from './sample-log.ts';
import { ticksOf } from './sample-log-columns.ts';

/** Enough for every pixel of a wide screen many times over; more would only make files larger. */
const MOST_ROWS = 30_000;

/** `indexOf`: the sampler's process index -> row of ProcessTable. */
export function fillSamples(
  log: SampleLog | null,
  indexOf: ReadonlyMap<number, number>,
  start: MonotonicNs,
): SampleTable {
  const table = new TableBuilder('samples');
  if (!log) return table.finish();
  const { samples } = log;
  for (const [first, end] of keptTicks(log)) {
    for (let row = first; row < end; row++) {
      table.add({
        process: indexOf.get(samples.process[row]!)!,
        time: (samples.time[row]! - start) / 1e6,
        rss: samples.rss[row]!,
        anon: samples.anon[row]!,
        file: samples.file[row]!,
        shmem: samples.shmem[row]!,
        swap: samples.swap[row]!,
        pss: samples.pss[row]!,
        pssFile: samples.pssFile[row]!,
        pssShmem: samples.pssShmem[row]!,
        privateBytes: samples.privateBytes[row]!,
        hugeAnon: samples.hugeAnon[row]!,
        hugetlb: samples.hugetlb[row]!,
        threads: samples.threads[row]!,
        minorFaults: samples.minorFaults[row]!,
        majorFaults: samples.majorFaults[row]!,
      });
    }
  }
  return table.finish();
}

/** Of each stretch of neighbouring ticks the one with the most resident memory, and every one that read PSS. */
function* keptTicks(log: SampleLog): Generator<[first: number, end: number]> {
  const { samples } = log;
  const stretch = Math.ceil(samples.length / MOST_ROWS);
  let best: [number, number] | undefined;
  let bestRss = -1;
  let seen = 0;
  for (const [first, end] of ticksOf(samples)) {
    let rss = 0;
    let hasPss = false;
    for (let row = first; row < end; row++) {
      rss += samples.rss[row]!;
      hasPss ||= !Number.isNaN(samples.pss[row]!);
    }
    if (hasPss && stretch > 1) {
      if (best) yield best;
      yield [first, end];
      best = undefined;
      bestRss = -1;
      seen = 0;
    } else {
      if (rss > bestRss) {
        best = [first, end];
        bestRss = rss;
      }
      if (++seen === stretch) {
        yield best!;
        best = undefined;
        bestRss = -1;
        seen = 0;
      }
    }
  }
  if (best) yield best;
}

export function fillSystem(log: SampleLog | null, start: MonotonicNs): SystemTable {
  const table = new TableBuilder('system');
  if (!log) return table.finish();
  const { system } = log;
  const step = Math.ceil(system.length / MOST_ROWS);
  for (let row = 0; row < system.length; row += step) {
    table.add({
      time: (system.time[row]! - start) / 1e6,
      cgroupUsage: system.cgroupUsage[row]!,
      cgroupCache: system.cgroupCache[row]!,
      available: system.available[row]!,
    });
  }
  return table.finish();
}
