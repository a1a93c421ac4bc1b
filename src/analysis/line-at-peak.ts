// Which line of the program ran when its peak came: two runs whose peaks came at different lines hold different things at them,
// and not because the program changed.
import type { Profile } from '#profile/types.ts';
import { comparablePath } from './match-lines.ts';
import type { Overview } from './overview.ts';
import { computeStepSpans } from './step-spans.ts';

/** What stays as it is when a line moves. */
interface LineAtPeak {
  readonly file: string;
  /** The part of `file` that two checkouts have in common. */
  readonly path: string;
  readonly func: string;
  readonly text: string;
}

/** Of two runs; undefined where either was not seen. */
export function isSameLine(a: LineAtPeak | null, b: LineAtPeak | null): boolean | undefined {
  if (!a || !b) return undefined;
  return (a.file === b.file || a.path === b.path) && a.func === b.func && a.text === b.text;
}

export function lineAtPeak(profile: Profile, { peak, ownership, mainProcess, steps }: Overview): LineAtPeak | null {
  if (!peak || Number.isNaN(peak.time)) return null;
  const spans = computeStepSpans(profile, ownership, mainProcess, steps);
  const span = spans.findLast(({ start, end }) => start <= peak.time && peak.time <= end);
  if (!span) return null;
  const { file, line, func } = steps[span.step]!;
  const text = sourceOf(profile, file, line) || String(line);
  return { file, path: comparablePath(file, profile.meta.workingDirectory), func, text };
}

function sourceOf({ sources, strings }: Profile, file: string, line: number): string {
  for (let row = 0; row < sources.length; row++) {
    if (sources.line[row] === line && strings[sources.file[row]!] === file) return strings[sources.text[row]!]!.trim();
  }
  return '';
}
