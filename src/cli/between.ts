// Two moments of a run as the user names them: "start,peak", "2s,1min30s", "10%,end".
import { InvalidArgumentError } from 'commander';
import { type Edge, edgeAt, hasLifetimes } from '#analysis/lifetimes.ts';
import { findPeak } from '#analysis/peak.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { Milliseconds } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';

/** `share` of the run, from 0 to 1. */
export type MomentWord = 'start' | 'peak' | 'end' | { readonly ms: Milliseconds } | { readonly share: number };

export interface Between {
  readonly from: MomentWord;
  readonly to: MomentWord;
}

export function parseBetween(text: string): Between {
  const words = text.split(',').map((word) => parseMoment(word.trim()));
  const [from, to] = words;
  if (words.length !== 2 || from === undefined || to === undefined) {
    throw new InvalidArgumentError('It must be two moments such as start,peak or 2s,1min or 10%,end.');
  }
  return { from, to };
}

const UNITS: Readonly<Record<string, Milliseconds>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

function parseMoment(word: string): MomentWord | undefined {
  if (word === 'start' || word === 'peak' || word === 'end') return word;
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(word);
  if (percent) return Number(percent[1]) <= 100 ? { share: Number(percent[1]) / 100 } : undefined;
  if (!/^(?:\d+(?:\.\d+)?\s*(?:ms|s|min|h)\s*)+$/.test(word)) return undefined;
  let ms = 0;
  for (const [, number, unit] of word.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|min|h)/g)) ms += Number(number) * UNITS[unit!]!;
  return { ms };
}

/** The edges of intervals that are meant, in order. */
export function edgesOf(profile: Profile, { from, to }: Between): Result<{ from: Edge; to: Edge }> {
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
