// How a sampled figure is written: as a fact with its margin, or as a bound where too few samples stand behind it.
import type { Estimate } from '#analysis/interval.ts';
import { formatMiB } from '#base/format.ts';

/** MiB: "250.0", or "< 1.4" where the figure is not certain. */
export function formatEstimate(estimate: Estimate): string {
  return estimate.certain ? formatMiB(estimate.bytes) : `< ${formatMiB(estimate.high)}`;
}

/** Half of the 95 % interval in MiB; "" where the figure is exact, a bound, or the margin rounds to nothing. */
export function formatMargin(estimate: Estimate): string {
  if (!estimate.certain) return '';
  const margin = formatMiB((estimate.high - estimate.low) / 2);
  return /[1-9]/.test(margin) ? `±${margin}` : '';
}
