// How many instances of one run fit beside the others: by the worst case, and by a risk that is accepted.
import type { Bytes, Fraction } from '#base/units.ts';
import { type Chance, chanceOf, quantileOf } from './chance.ts';
import { type Part, worstOf } from './joint.ts';
import { drawsFor, simulateCounts } from './simulate.ts';

/** Instances of one run that are tried at random phases. */
export const MOST_TRIED = 2000;
/** Beyond this many instances a limit is none. */
const ANY_NUMBER = 2 ** 30;

export interface RiskOptions {
  readonly limit: Bytes;
  readonly risk: Fraction;
  readonly seed?: number;
  /** At most; fewer where there are many instances. */
  readonly draws?: number;
}

/** The largest number with all peaks at once within the limit, by halving: what is needed rises with the number. */
export function mostByWorst(parts: readonly Part[], which: number, limit: Bytes): number | null {
  const fits = (count: number) => worstOf(withCount(parts, which, count)) <= limit;
  if (!fits(0)) return -1;
  if (fits(ANY_NUMBER)) return null;
  let least = 0;
  let most = ANY_NUMBER;
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return least;
}

function withCount(parts: readonly Part[], which: number, count: number): Part[] {
  return parts.map((part, i) => (i === which ? { ...part, count } : part));
}

/** The largest number that surely exceeds the limit in no more than this share of cycles. */
export function mostByRisk(parts: readonly Part[], which: number, options: RiskOptions): Chance | null {
  const { limit, risk, seed = 1 } = options;
  const certain = mostByWorst(parts, which, limit);
  if (certain === null) return null;
  const others = parts.reduce((sum, part, i) => sum + (i === which ? 0 : part.count), 0);
  const { own } = parts[which]!.grid;
  const mean = own.reduce((sum, bytes) => sum + bytes, 0) / own.length;
  const instances = others + Math.min(MOST_TRIED, mean > 0 ? limit / mean : MOST_TRIED);
  const steps = Math.max(...parts.map(({ grid }) => grid.own.length));
  const draws = drawsFor(steps * instances, options.draws);
  const counts = simulateCounts(parts, which, MOST_TRIED, { limit, draws, seed }).sort();
  const hits = hitsWithin(risk, draws);
  const around = quantileOf(counts, risk);
  const value = Math.max(certain, hits < 0 ? certain : counts[Math.min(draws - 1, hits)]!);
  return { value, low: Math.min(value, around.low), high: Math.max(value, around.high) };
}

/** As many draws may exceed the limit before the upper end of the interval passes the risk; -1: none may. */
function hitsWithin(risk: Fraction, draws: number): number {
  let hits = -1;
  while (hits < draws && chanceOf(hits + 1, draws).high <= risk) hits++;
  return hits;
}
