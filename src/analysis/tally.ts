// Sums of live or churn rows that keep what an interval needs. Additive: totals are conserved however rows are grouped.
import type { Bytes } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import { type Estimate, estimate } from './interval.ts';

export class Tally {
  /** Distance between two samples, bytes: the largest of the processes whose rows are added; 0 = all were recorded. */
  readonly mean: Bytes;
  bytes = 0;
  exactBytes = 0;
  blocks = 0;
  samples = 0;
  variance = 0;

  constructor(mean: Bytes) {
    this.mean = mean;
  }

  add(bytes: Bytes, exactBytes: Bytes, blocks: number, samples: number, variance: number): void {
    this.bytes += bytes;
    this.exactBytes += exactBytes;
    this.blocks += blocks;
    this.samples += samples;
    this.variance += variance;
  }

  estimate(): Estimate {
    return estimate(this.bytes, this.exactBytes, this.samples, this.variance, this.mean);
  }
}

/** The largest sampling mean of a process, or of all. */
export function samplingMean({ processes }: Profile, process?: IndexIntoProcesses): Bytes {
  let largest = 0;
  for (let row = 0; row < processes.length; row++) {
    const mean = processes.mean[row]!;
    if ((process === undefined || process === row) && mean > largest) largest = mean;
  }
  return largest;
}
