// Which line of the program ran when its peak came: two runs whose peaks came at different lines hold different things at them,
// and not because the program changed.
import type { Profile } from '#profile/types.ts';
import { comparablePath } from './match-lines.ts';
import type { Overview } from './overview.ts';
import { computeStepSpans } from './step-spans.ts';

/** File, function and text of the line, which stay what they are when it moves; "" where it was not seen. */
export function lineAtPeak(profile: Profile, { peak, ownership, mainProcess, steps }: Overview): string {
  if (!peak || Number.isNaN(peak.time)) return '';
  const spans = computeStepSpans(profile, ownership, mainProcess, steps);
  const span = spans.findLast(({ start, end }) => start <= peak.time && peak.time <= end);
  if (!span) return '';
  const { file, line, func } = steps[span.step]!;
  const text = sourceOf(profile, file, line) || String(line);
  return JSON.stringify([comparablePath(file, profile.meta.workingDirectory), func, text]);
}

function sourceOf({ sources, strings }: Profile, file: string, line: number): string {
  for (let row = 0; row < sources.length; row++) {
    if (sources.line[row] === line && strings[sources.file[row]!] === file) return strings[sources.text[row]!]!.trim();
  }
  return '';
}
