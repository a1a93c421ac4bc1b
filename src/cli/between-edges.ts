// Where in a run the two moments are that the user named.
import { type EdgeRange, edgeAt, hasLifetimes } from '#analysis/lifetimes.ts';
import { findPeak } from '#analysis/peak.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { Milliseconds } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import type { Between, MomentWord } from './between.ts';

/** The edges of intervals that are meant, in order. */
export function edgesOf(profile: Profile, { from, to }: Between): Result<EdgeRange> {
  if (!hasLifetimes(profile)) {
    return fail(
      'no-lifetimes',
      'the profile does not say how long memory was held',
      'it was made by an earlier highwater, or no agent ran in the program; record it again with highwater run',
    );
  }
  const edge = (word: MomentWord) => edgeAt(profile, timeOfWord(profile, word));
  const [first, second] = [edge(from), edge(to)];
  if (first >= second) {
    return fail(
      'no-time-between',
      'the second moment is not later than the first',
      `the run took ${(profile.meta.durationMs / 1000).toFixed(2)} s and is told to ${profile.meta.intervals!.width.toPrecision(2)} ms`,
    );
  }
  return ok({ from: first, to: second });
}

function timeOfWord(profile: Profile, word: MomentWord): Milliseconds {
  const { durationMs } = profile.meta;
  if (word === 'start') return 0;
  if (word === 'end') return durationMs;
  if (word === 'peak') return findPeak(profile)?.time ?? durationMs;
  return 'ms' in word ? word.ms : word.share * durationMs;
}
