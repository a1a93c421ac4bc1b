// "No more than 5 %, or 10 MiB": what a run may need more than the one before.
import type { PeakChange } from './compare-peaks.ts';
import { isChange } from './noise.ts';

export type GrowthLimit =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'bytes'; readonly bytes: number };

/** 'cannotTell': it may be over, and the figures do not say. Growth within noise is none. */
export type GrowthVerdict = 'over' | 'within' | 'cannotTell';

export function judgeGrowth(peak: PeakChange | null, limit: GrowthLimit): GrowthVerdict {
  if (!peak) return 'cannotTell';
  const most = limit.kind === 'bytes' ? limit.bytes : limit.share * peak.before;
  if (isChange(peak.verdict)) return peak.change > most ? 'over' : 'within';
  if (peak.verdict === 'noChange') return 'within';
  return peak.afterHigh - peak.before > most ? 'cannotTell' : 'within';
}
