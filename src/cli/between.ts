// Two moments of a run as the user names them: "start,peak", "2s,1min30s", "10%,end".
import { InvalidArgumentError } from 'commander';
import type { Milliseconds } from '#base/units.ts';

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
