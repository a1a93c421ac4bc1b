// What draws say of a probability and of a quantile, with the 95 % interval that their number leaves.
import type { Fraction } from '#base/units.ts';

export interface Chance {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.96;

/** Wilson's interval: says more than "0 to 0" where nothing was seen. */
export function chanceOf(hits: number, draws: number): Chance {
  const value = hits / draws;
  const middle = value + Z ** 2 / (2 * draws);
  const spread = Z * Math.sqrt((value * (1 - value)) / draws + Z ** 2 / (4 * draws ** 2));
  const whole = 1 + Z ** 2 / draws;
  return {
    value,
    low: hits === 0 ? 0 : Math.max(0, (middle - spread) / whole),
    high: hits === draws ? 1 : Math.min(1, (middle + spread) / whole),
  };
}

/** Mean of shares, one a draw: steps of one draw depend on each other, draws do not. Never above `ceiling`. */
export function meanShareOf(shares: Float64Array, ceiling: Fraction): Chance {
  const value = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  if (value === 0) return { value, low: 0, high: ceiling };
  const variance = shares.reduce((sum, share) => sum + (share - value) ** 2, 0) / Math.max(1, shares.length - 1);
  const spread = Z * Math.sqrt(variance / shares.length);
  return { value, low: Math.max(0, value - spread), high: Math.max(value, Math.min(ceiling, value + spread)) };
}

/** Value below which this share of the (sorted) draws lies, and the draws between which it surely is. */
export function quantileOf(sorted: Float64Array | Int32Array, share: Fraction): Chance {
  const draws = sorted.length;
  const spread = Z * Math.sqrt(draws * share * (1 - share));
  const at = (rank: number) => sorted[Math.max(0, Math.min(draws - 1, Math.ceil(rank) - 1))]!;
  return { value: at(draws * share), low: at(draws * share - spread), high: at(draws * share + spread + 1) };
}
