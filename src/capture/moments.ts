// The moments for which a profile tells what was alive: when the processes together stood highest, when each did, and its end.
// Each is a row of a table and a place in a stream, to which the stream is replayed.
import type { Bytes, Milliseconds, MonotonicNs } from '#base/units.ts';
import { TableBuilder } from '#profile/build.ts';
import { MOMENT_KIND, NOT_COUNTED, type Profile } from '#profile/types.ts';
import type { RunSources } from './run-sources.ts';
import type { StreamSurvey } from './stream-survey.ts';
import { anonAt, findRssMaxima, findTreePeak, type RssMaximum, type TreePeak } from './tree-maxima.ts';

/**
 * A reading from outside must exceed those from inside by this much, and by one percent, to be the better witness of when
 * the peak was: inside, what was alive and resident is known for the very moment.
 */
const OUTSIDE_MARGIN: Bytes = 512 * 1024;

/** What was alive just before the record at `offset` is what was alive at `moment`. */
export interface Checkpoint {
  readonly moment: number;
  readonly offset: number;
  /** Private memory at that moment, read from outside; NaN where the agent itself looked just then, and for an end. */
  readonly anon: Bytes;
}

export class Moments {
  readonly treePeak: TreePeak | null;
  readonly #table = new TableBuilder('moments');
  readonly #maxima: readonly RssMaximum[];
  readonly #treeMoment: number;
  readonly #anonAtTreePeak: Float64Array | undefined;
  readonly #start: MonotonicNs;

  constructor({ log, manifest }: RunSources) {
    this.#start = manifest.start;
    this.treePeak = log ? findTreePeak(log) : null;
    this.#anonAtTreePeak = log && this.treePeak ? anonAt(log, this.treePeak.time) : undefined;
    this.#maxima = log ? findRssMaxima(log) : [];
    this.#treeMoment = this.treePeak
      ? this.#table.add({
          kind: MOMENT_KIND.treePeak,
          process: -1,
          time: this.#ms(this.treePeak.time),
          resident: this.treePeak.pss,
          shared: Number.NaN,
          ...NOT_COUNTED,
        })
      : -1;
  }

  /** The largest reading from outside; `sampled`: row of the sample log, -1 = none. */
  outside(sampled: number): RssMaximum | undefined {
    return sampled < 0 ? undefined : this.#maxima[sampled];
  }

  /** At which times it must be known where the streams of a process stood: `offsets` of their surveys. */
  timesToFind(sampled: number): MonotonicNs[] {
    const outside = this.outside(sampled);
    const own = outside && !Number.isNaN(outside.time) ? [outside.time] : [];
    return this.treePeak ? [this.treePeak.time, ...own] : own;
  }

  /** Settles peak and end of a process; gives the checkpoints of each of its images, in order of offset. */
  settle(process: number, sampled: number, surveys: readonly StreamSurvey[]): readonly Checkpoint[][] {
    if (surveys.length === 0) return [];
    const highest = surveys.reduce((most, survey) => (survey.peak.resident > most.peak.resident ? survey : most));
    const outside = this.outside(sampled);
    const better = outside && isBetterWitness(outside, highest.peak.resident) ? outside : undefined;
    const peakMoment = this.#addPeak(process, highest, better);
    const endMoment = this.#addEnd(process, surveys.at(-1)!);
    const peakImage = better ? imageAt(surveys, better.time) : surveys.indexOf(highest);
    return surveys.map((survey, image) => {
      const checkpoints: Checkpoint[] = [];
      if (this.treePeak && ranAt(survey, this.treePeak.time)) {
        const anon = this.#anonAtTreePeak?.[sampled] ?? Number.NaN;
        checkpoints.push({ moment: this.#treeMoment, offset: survey.offsets[0]!, anon });
      }
      const isThere = better && isBetterWitness(better, survey.peak.resident);
      const offset = isThere ? survey.offsets.at(-1)! : survey.peak.offset;
      const anon = isThere ? better.anon : Number.NaN;
      if (image === peakImage) checkpoints.push({ moment: peakMoment, offset, anon });
      const end = { moment: endMoment, offset: Number.POSITIVE_INFINITY, anon: Number.NaN };
      if (image === surveys.length - 1) checkpoints.push(end);
      return checkpoints.sort((a, b) => a.offset - b.offset);
    });
  }

  finish(): Profile['moments'] {
    return this.#table.finish();
  }

  #addPeak(process: number, { peak }: StreamSurvey, outside: RssMaximum | undefined): number {
    const row = outside
      ? { time: this.#ms(outside.time), resident: outside.rss, shared: Number.NaN, ...NOT_COUNTED }
      : {
          time: this.#ms(peak.time),
          resident: peak.resident || Number.NaN,
          shared: peak.resident === 0 ? Number.NaN : peak.shared,
          ...peak.counters,
        };
    return this.#table.add({ kind: MOMENT_KIND.processPeak, process, ...row });
  }

  #addEnd(process: number, { lastTime, lastCounters }: StreamSurvey): number {
    const row = { time: this.#ms(lastTime), resident: Number.NaN, shared: Number.NaN, ...lastCounters };
    return this.#table.add({ kind: MOMENT_KIND.processEnd, process, ...row });
  }

  #ms(time: MonotonicNs): Milliseconds {
    return (time - this.#start) / 1e6;
  }
}

function isBetterWitness(outside: RssMaximum, inside: Bytes): boolean {
  return outside.rss > inside + Math.max(OUTSIDE_MARGIN, inside / 100);
}

/** A reading from outside belongs to the image that ran at its time: the last whose records begin before it. */
function imageAt(surveys: readonly StreamSurvey[], time: MonotonicNs): number {
  return Math.max(
    0,
    surveys.findLastIndex(({ firstTime }) => firstTime <= time),
  );
}

function ranAt(survey: StreamSurvey, time: MonotonicNs): boolean {
  return survey.lastTime >= time && survey.firstTime <= time;
}
