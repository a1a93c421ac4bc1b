// The runs of the two sides of a comparison, in one unit. VmHWM counts shared pages in full and PSS divides them: a difference of the
// two means nothing, so where runs are in both the first processes are compared, by VmHWM.
import type { Bytes } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { hasThreads } from './by-chance.ts';
import { computeComposition } from './composition.ts';
import { type HeldNearPeak, heldNearPeak } from './near-peak.ts';
import { KERNEL_SHARE, kernelNoise, PSS_SHARE } from './noise.ts';
import { computeOverview, type Overview, type OverviewOptions } from './overview.ts';

export interface MeasuredRun {
  readonly profile: Profile;
  readonly overview: Overview;
  /** What it held at moments as high as the peak. */
  readonly near: HeldNearPeak;
  /** What its rows, or lines, do not have of its peak. */
  readonly missing: Bytes;
}

export interface SideRuns {
  /** Whose figures are given. */
  readonly shown: MeasuredRun;
  /** All runs of the side, the shown one first: what the figures are held against. */
  readonly all: readonly MeasuredRun[];
}

/** Runs of the same two programs beside those that are shown. */
export interface OtherRuns {
  readonly before: readonly Profile[];
  readonly after: readonly Profile[];
}

export interface Measured {
  readonly sides: Sides;
  readonly before: SideRuns;
  readonly after: SideRuns;
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

export function measureRuns(before: Profile, after: Profile, others: OtherRuns, options: OverviewOptions): Measured {
  const sides = overviewsOf(before, after, options);
  const asked = { ...options, firstProcessOnly: sides.firstProcessOnly };
  const sideOf = (profile: Profile, overview: Overview, rest: readonly Profile[]): SideRuns => {
    const shown = measure(profile, overview);
    return { shown, all: [shown, ...rest.map((one) => measure(one, computeOverview(one, asked)))] };
  };
  return {
    sides,
    before: sideOf(before, sides.before, others.before),
    after: sideOf(after, sides.after, others.after),
  };
}

/** A moment that falls short of the peak by more than noise in one run may not in another: so much more is possible. */
const POSSIBLY = 3;

function measure(profile: Profile, overview: Overview): MeasuredRun {
  const { peak } = overview;
  const noise = kernelNoise(peak?.bytes ?? 0, peak?.unit === 'PSS' ? PSS_SHARE : KERNEL_SHARE);
  // Where threads run, what is alive beside what is chance, at the peak and elsewhere.
  const possible = hasThreads({ profile, overview }) ? Number.POSITIVE_INFINITY : POSSIBLY * noise;
  const lacking = { sure: noise, possible };
  return { profile, overview, near: heldNearPeak(profile, overview, lacking), missing: missingAtPeak(overview) };
}

/**
 * Where the run has an account, what that leaves unexplained, and of several processes what their sum may have been more between
 * its readings; else what the moment that was seen lacks of the peak.
 */
function missingAtPeak(overview: Overview): Bytes {
  const { peak } = overview;
  const unseen = peak?.unit === 'PSS' ? peak.high - peak.bytes : 0;
  const composition = computeComposition(overview);
  if (composition?.accounted) return composition.parts.find((part) => part.id === 'unexplained')!.bytes + unseen;
  return peak && !Number.isNaN(peak.residentThen) ? Math.max(0, peak.bytes - peak.residentThen) : 0;
}
