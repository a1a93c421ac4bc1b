// The peaks of two runs, where both are in the kernel's same unit. VmHWM counts shared pages in full and PSS divides them: a
// difference of the two means nothing, so then the first processes are compared, by VmHWM.
import type { Profile } from '#profile/types.ts';
import { type Change, judgeRange, KERNEL_SHARE, kernelNoise, PSS_SHARE, type Range } from './noise.ts';
import { computeOverview, type Overview, type OverviewOptions } from './overview.ts';
import type { Peak } from './peak.ts';

export interface PeakChange extends Change {
  readonly unit: Peak['unit'];
  /** What the kernel can have counted at most; Infinity where the run was read only while it went on. */
  readonly beforeHigh: number;
  readonly afterHigh: number;
  /** Change as a share of the peak before; NaN for none. */
  readonly share: number;
  /** What this peak differs by from run to run. */
  readonly noise: number;
}

export interface Sides {
  readonly before: Overview;
  readonly after: Overview;
  /** The runs were not measured in one unit, and only their first processes are compared. */
  readonly firstProcessOnly: boolean;
}

/** Both runs in one unit. */
export function overviewsOf(before: Profile, after: Profile, options: OverviewOptions = {}): Sides {
  const sides = { before: computeOverview(before, options), after: computeOverview(after, options) };
  const units = [sides.before.peak?.unit, sides.after.peak?.unit];
  if (units.includes(undefined) || units[0] === units[1]) return { ...sides, firstProcessOnly: false };
  const alone = { ...options, firstProcessOnly: true };
  return {
    before: computeOverview(before, alone),
    after: computeOverview(after, alone),
    firstProcessOnly: true,
  };
}

/** null where one of the runs was not measured. */
export function comparePeaks(before: Peak | null, after: Peak | null): PeakChange | null {
  if (!before || !after) return null;
  const ranges = [rangeOf(before), rangeOf(after)] as const;
  const share = before.unit === 'PSS' ? PSS_SHARE : KERNEL_SHARE;
  const noise = kernelNoise(Math.max(before.bytes, after.bytes), share);
  const change = after.bytes - before.bytes;
  return {
    unit: before.unit,
    before: before.bytes,
    after: after.bytes,
    change,
    verdict: judgeRange(...ranges, noise),
    beforeHigh: ranges[0].high,
    afterHigh: ranges[1].high,
    share: before.bytes > 0 ? change / before.bytes : Number.NaN,
    noise,
  };
}

function rangeOf({ unit, bytes, high, exact }: Peak): Range {
  return { bytes, low: bytes, high: unit === 'VmHWM' && !exact ? Number.POSITIVE_INFINITY : high };
}
