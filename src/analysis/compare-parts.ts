// The rows of the account of two peaks, one beside the other.
import type { Bytes } from '#base/units.ts';
import { DOMAIN, type Profile } from '#profile/types.ts';
import { type CompositionRow, computeComposition } from './composition.ts';
import { addLiveRow } from './domains.ts';
import type { Estimate } from './interval.ts';
import {
  atPeak,
  type Change,
  cameOrWent,
  exactly,
  judgeRange,
  judgeRemainder,
  KERNEL_SHARE,
  kernelNoise,
  PSS_SHARE,
  type Range,
} from './noise.ts';
import type { Overview } from './overview.ts';
import { samplingMean, Tally } from './tally.ts';

export interface PartChange extends Change {
  readonly id: CompositionRow;
}

export interface PartsChange {
  /** In the order of the account. */
  readonly parts: readonly PartChange[];
  /** False where only one run has an account of private memory: then rows that only one of them has are left out. */
  readonly comparable: boolean;
}

export interface MeasuredRun {
  readonly profile: Profile;
  readonly overview: Overview;
}

/** Rows that are told apart by what was sampled: what one has too much, the other has too little. */
const PARTED_BY_SAMPLES: ReadonlySet<CompositionRow> = new Set(['pythonLarge', 'native']);

export function compareParts(before: MeasuredRun, after: MeasuredRun): PartsChange {
  const [a, b] = [computeComposition(before.overview), computeComposition(after.overview)];
  if (!a || !b) return { parts: [], comparable: false };
  const share = after.overview.peak?.unit === 'PSS' ? PSS_SHARE : KERNEL_SHARE;
  const noise = kernelNoise(Math.max(a.total, b.total), share);
  const comparable = a.accounted === b.accounted;
  const [ofA, ofB] = [new Map(a.parts.map(bytesById)), new Map(b.parts.map(bytesById))];
  const ids = [...new Set([...ofA.keys(), ...ofB.keys()])].filter(
    (id) => comparable || (ofA.has(id) && ofB.has(id) && id !== 'unexplained'),
  );
  const [missingA, missingB] = [missingAtPeak(before.overview), missingAtPeak(after.overview)];
  const parts = ids.map((id): PartChange => {
    const [x, y] = [ofA.get(id) ?? 0, ofB.get(id) ?? 0];
    const change = { id, before: x, after: y, change: y - x };
    if (id === 'unexplained') return { ...change, verdict: judgeRemainder(y - x, noise, ids.length) };
    const verdict = judgeRange(
      atPeak(rangeOf(id, x, before), missingA),
      atPeak(rangeOf(id, y, after), missingB),
      noise,
    );
    // A row whose range is wide is no puzzle: it did not change by more than it is known.
    return { ...change, verdict: verdict === 'cannotTell' ? 'noChange' : cameOrWent(verdict, x !== 0, y !== 0) };
  });
  return { parts: parts.filter((part) => part.before !== 0 || part.after !== 0), comparable };
}

/** What the rows, or lines, of a run do not have of its peak: where it has an account, what that leaves unexplained. */
export function missingAtPeak(overview: Overview): Bytes {
  const composition = computeComposition(overview);
  if (composition?.accounted) return composition.parts.find((part) => part.id === 'unexplained')!.bytes;
  const { peak } = overview;
  return peak && !Number.isNaN(peak.residentThen) ? Math.max(0, peak.bytes - peak.residentThen) : 0;
}

function bytesById({ id, bytes }: { readonly id: CompositionRow; readonly bytes: number }) {
  return [id, bytes] as const;
}

function rangeOf(id: CompositionRow, bytes: number, { profile, overview }: MeasuredRun): Range {
  if (id === 'live' && overview.heap) return overview.heap;
  if (!PARTED_BY_SAMPLES.has(id)) return exactly(bytes);
  const sampled = largePythonAt(profile, overview);
  return { bytes, low: bytes - (sampled.bytes - sampled.low), high: bytes + (sampled.high - sampled.bytes) };
}

function largePythonAt(profile: Profile, { peak }: Overview): Estimate {
  const { live } = profile;
  const tally = new Tally(samplingMean(profile));
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== peak?.moment || live.domain[row] !== DOMAIN.bigPython) continue;
    addLiveRow(tally, live, row);
  }
  return tally.estimate();
}
