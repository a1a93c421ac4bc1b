// The rows of the account of two peaks, one beside the other.
import type { Bytes, Fraction } from '#base/units.ts';
import { DOMAIN, type Profile } from '#profile/types.ts';
import { chanceOf, hasThreads, isByChance } from './by-chance.ts';
import type { MeasuredRun, SideRuns } from './compared-runs.ts';
import { type CompositionRow, computeComposition } from './composition.ts';
import { addLiveRow, residentOf } from './domains.ts';
import type { Estimate } from './interval.ts';
import {
  atPeak,
  type Change,
  cameOrWent,
  exactly,
  isChange,
  judgeRange,
  judgeRemainder,
  KERNEL_SHARE,
  kernelNoise,
  PSS_SHARE,
  type Range,
  type Verdict,
} from './noise.ts';
import type { Overview } from './overview.ts';
import { medianRange } from './repeats.ts';
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

/** Rows that are told apart by what was sampled: what one has too much, the other has too little. */
const PARTED_BY_SAMPLES: ReadonlySet<CompositionRow> = new Set(['pythonLarge', 'native']);

/** `slack`: of each row so much is the moment at which the peak was seen. */
export function compareParts(before: SideRuns, after: SideRuns, slack: Bytes): PartsChange {
  const [a, b] = [computeComposition(before.shown.overview), computeComposition(after.shown.overview)];
  if (!a || !b) return { parts: [], comparable: false };
  const share = after.shown.overview.peak?.unit === 'PSS' ? PSS_SHARE : KERNEL_SHARE;
  const noise = kernelNoise(Math.max(a.total, b.total), share);
  const comparable = a.accounted === b.accounted;
  const [ofA, ofB] = [new Map(a.parts.map(bytesById)), new Map(b.parts.map(bytesById))];
  const ids = [...new Set([...ofA.keys(), ...ofB.keys()])].filter(
    (id) => comparable || (ofA.has(id) && ofB.has(id) && id !== 'unexplained'),
  );
  const judged = { before, after, noise, slack, areByChance: hasThreads(before.shown) && hasThreads(after.shown) };
  const parts = ids.map((id): PartChange => {
    const [x, y] = [ofA.get(id) ?? 0, ofB.get(id) ?? 0];
    const change = { id, before: x, after: y, change: y - x };
    if (id === 'unexplained') return { ...change, verdict: judgeRemainder(y - x, noise, ids.length) };
    return { ...change, verdict: cameOrWent(judgePart(change, judged), x !== 0, y !== 0) };
  });
  return { parts: parts.filter((part) => part.before !== 0 || part.after !== 0), comparable };
}

interface Judged {
  readonly before: SideRuns;
  readonly after: SideRuns;
  readonly noise: Bytes;
  readonly slack: Bytes;
  /** Threads ran in both. */
  readonly areByChance: boolean;
}

function judgePart({ id, before: x, after: y, change }: Omit<PartChange, 'verdict'>, judged: Judged): Verdict {
  const { before, after, noise, slack, areByChance } = judged;
  if (areByChance && isByChance(id) && Math.abs(change) <= chanceOf(Math.max(x, y))) return 'noChange';
  const verdict = judgeRange(rangeOfSide(id, before, slack), rangeOfSide(id, after, slack), noise);
  // A row whose range is wide is no puzzle: it did not change by more than it is known.
  return isChange(verdict) && isRecorded(id, change, judged) ? verdict : 'noChange';
}

/** What allocators count and what was recorded of the blocks must have changed both, where a row is of blocks. */
function isRecorded(id: CompositionRow, change: Bytes, { before, after, noise }: Judged): boolean {
  const domains = DOMAINS_OF[id];
  if (!domains || !before.shown.overview.heap || !after.shown.overview.heap) return true;
  const heldBy = ({ shown }: SideRuns) => heldAt(shown.profile, shown.overview, domains);
  const recorded = heldBy(after) - heldBy(before);
  return Math.abs(recorded) > noise && recorded > 0 === change > 0;
}

function bytesById({ id, bytes }: { readonly id: CompositionRow; readonly bytes: number }) {
  return [id, bytes] as const;
}

function rangeOfSide(id: CompositionRow, { all }: SideRuns, slack: Bytes): Range {
  const ranges = all.map((run) => atPeak(rangeOf(id, run), run.missing + slack));
  return medianRange(ranges[0]!, ranges);
}

/** What lies on the pages of which a row is the free part. */
const BESIDE: Partial<Readonly<Record<CompositionRow, readonly number[]>>> = {
  pythonFree: [DOMAIN.python],
  nativeFree: [DOMAIN.malloc, DOMAIN.calloc, DOMAIN.bigPython],
};

/** Blocks that a row counts, where the lines tell how much of them there was near the peak. */
const DOMAINS_OF: Partial<Readonly<Record<CompositionRow, readonly number[]>>> = {
  pythonSmall: [DOMAIN.python],
  pythonLarge: [DOMAIN.bigPython],
  native: [DOMAIN.malloc, DOMAIN.calloc],
  mapped: [DOMAIN.mmap],
};

/** Of pages that were taken for objects, free ones; more is rare. */
const MOST_UNCOUNTED: Fraction = 1 / 4;

type NearRun = Pick<MeasuredRun, 'profile' | 'overview' | 'near'>;

function rangeOf(id: CompositionRow, { profile, overview, near }: NearRun): Range {
  const bytes = computeComposition(overview)?.parts.find((part) => part.id === id)?.bytes ?? 0;
  if (id === 'live' && overview.heap) return overview.heap;
  const most = withUncounted(withMost(bytes, id, { profile, overview, near }), id, { profile, overview, near });
  if (!PARTED_BY_SAMPLES.has(id)) return most;
  const sampled = largePythonAt(profile, overview);
  return {
    bytes,
    low: most.low - (sampled.bytes - sampled.low),
    high: most.high + (sampled.high - sampled.bytes),
  };
}

/** Where Python's objects were not counted at the peak, all pages of its arenas stand as objects (account.ts). */
function withUncounted(range: Range, id: CompositionRow, { profile, overview }: NearRun): Range {
  const moment = overview.peak?.moment ?? -1;
  const isCounted = moment >= 0 && !Number.isNaN(profile.moments.pythonLive[moment]!);
  const { account } = overview;
  if (isCounted || !account || overview.tree) return range;
  const free = MOST_UNCOUNTED * account.pythonSmall;
  if (id === 'pythonSmall') return { ...range, low: range.low - free };
  return id === 'pythonFree' ? { ...range, high: range.high + free } : range;
}

/** A row with as much more as its blocks held at most at moments as high as the peak. */
function withMost(bytes: number, id: CompositionRow, { profile, overview, near }: NearRun): Range {
  const beside = BESIDE[id];
  if (beside) return { bytes, low: bytes, high: bytes + mayLack(beside, { profile, overview, near }) };
  const domains = DOMAINS_OF[id];
  const most = domains && near.ofDomains(domains);
  if (!domains || !most) return exactly(bytes);
  const then = heldAt(profile, overview, domains);
  const more = (held: number) => Math.max(0, held - then);
  return { bytes, low: bytes + more(most.sure.bytes), high: bytes + more(most.possible.high) };
}

/** Where less was alive at another moment as high as the peak, more was held free. */
function mayLack(domains: readonly number[], { profile, overview, near }: NearRun): Bytes {
  return Math.max(0, heldAt(profile, overview, domains) - (near.leastOfDomains(domains) ?? Number.POSITIVE_INFINITY));
}

function heldAt({ live }: Profile, { peak, mainProcess }: Overview, domains: readonly number[]): number {
  let sum = 0;
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== peak?.moment || !domains.includes(live.domain[row]!)) continue;
    if (peak.unit === 'PSS' || live.process[row] === mainProcess) sum += residentOf(live, row);
  }
  return sum;
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
