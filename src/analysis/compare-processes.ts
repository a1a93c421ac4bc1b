// Processes of two runs. Pids say nothing from one run to the next: the first process is the first, and others are matched by
// command, with numbers left out (pipes, ports, ranks), as many of a kind together.
import { HWM_SOURCE, type Profile } from '#profile/types.ts';
import type { PeakChange } from './compare-peaks.ts';
import type { SideRuns } from './compared-runs.ts';
import { type Change, cameOrWent, compareChanges, judgeRange, kernelNoise, type Range } from './noise.ts';
import { medianRange } from './repeats.ts';

/** Figures are the largest VmHWM of the kind. */
export interface ProcessChange extends Change {
  /** Of the first of its kind. */
  readonly command: string;
  readonly countBefore: number;
  readonly countAfter: number;
}

/** Key of the first process; of others it begins with a colon. */
const FIRST = '';

interface Kind {
  command: string;
  count: number;
  largest: Range;
}

const NONE: Range = { bytes: 0, low: 0, high: 0 };

/** `peak`: of the first process, where it is that; it is judged there by more than its figure. */
export function compareProcesses(before: SideRuns, after: SideRuns, peak: PeakChange | null): ProcessChange[] {
  const [a, b] = [before, after].map(({ all }) => all.map(({ profile }) => kindsOf(profile)));
  const keys = [...new Set([...a![0]!.keys(), ...b![0]!.keys()])];
  const isOfFirst = peak?.unit === 'VmHWM' && [before, after].every(({ shown }) => shown.overview.mainProcess === 0);
  return keys
    .map((key) => {
      const row = changeOf(key, a!, b!);
      return key === FIRST && isOfFirst ? { ...row, verdict: peak.verdict } : row;
    })
    .sort(compareChanges);
}

type Kinds = ReadonlyMap<string, Kind>;

function changeOf(key: string, before: readonly Kinds[], after: readonly Kinds[]): ProcessChange {
  const [a, b] = [before[0]!.get(key), after[0]!.get(key)];
  const [x, y] = [a?.largest ?? NONE, b?.largest ?? NONE];
  const rangeIn = (runs: readonly Kinds[], shown: Range) =>
    medianRange(
      shown,
      runs.map((kinds) => kinds.get(key)?.largest ?? NONE),
    );
  const verdict = judgeRange(rangeIn(before, x), rangeIn(after, y), kernelNoise(Math.max(x.bytes, y.bytes)));
  return {
    command: (b ?? a)!.command,
    countBefore: a?.count ?? 0,
    countAfter: b?.count ?? 0,
    before: x.bytes,
    after: y.bytes,
    change: y.bytes - x.bytes,
    verdict: cameOrWent(verdict, a !== undefined, b !== undefined),
  };
}

function kindsOf(profile: Profile): Map<string, Kind> {
  const { processes, strings, meta } = profile;
  const kinds = new Map<string, Kind>();
  for (let row = 0; row < processes.length; row++) {
    const command = strings[processes.command[row]!]! || strings[processes.name[row]!]!;
    const key = row === 0 ? FIRST : `: ${command.replaceAll(meta.workingDirectory, '').replace(/\d+/g, '#')}`;
    const peak = rangeOf(profile, row);
    const kind = kinds.get(key);
    if (!kind) kinds.set(key, { command, count: 1, largest: peak });
    else {
      kind.count++;
      const { bytes, high } = kind.largest;
      kind.largest = {
        bytes: Math.max(bytes, peak.bytes),
        low: Math.max(bytes, peak.bytes),
        high: Math.max(high, peak.high),
      };
    }
  }
  return kinds;
}

function rangeOf({ processes }: Profile, row: number): Range {
  const hwm = processes.hwm[row]!;
  const bytes = Number.isNaN(hwm) ? 0 : hwm;
  const isExact = processes.hwmSource[row]! >= HWM_SOURCE.atExit;
  return { bytes, low: bytes, high: isExact ? bytes : Number.POSITIVE_INFINITY };
}
