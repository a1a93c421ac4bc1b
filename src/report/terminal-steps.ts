// The run in steps: what was resident before, at most during and after each of the user's lines.
import type { Step } from '#analysis/steps.ts';
import { formatDuration, formatMiB } from '#base/format.ts';
import { renderTable } from '#base/text-table.ts';
import { codeLookup, formatPlace } from './place.ts';
import { NARROW, type Screen } from './screen.ts';

const MOST_STEPS = 10;

export function stepsSection({ profile, overview, options, width, paint }: Screen): string[] {
  const steps = largestInOrder(overview.steps, Math.min(MOST_STEPS, options.lines));
  if (overview.steps.length < 2 || steps.length === 0) return [];
  const codeOf = codeLookup(profile);
  const rows = steps.map((step) => [
    formatDuration(step.start),
    formatMiB(step.rssBefore),
    formatMiB(step.rssMax),
    formatMiB(step.rssAfter),
    formatPlace(step.file, step.line, profile.meta.workingDirectory),
    width < NARROW ? '' : codeOf(step.file, step.line, step.func),
  ]);
  const table = renderTable(
    [
      { align: 'right', header: 'Step at' },
      { align: 'right', header: 'MiB before' },
      { align: 'right', header: 'max', paint: (text) => paint('accent', text) },
      { align: 'right', header: 'after' },
      { align: 'left', header: 'Line', cut: 'start', least: 20 },
      { align: 'left', cut: 'end', paint: (text) => paint('faint', text) },
    ],
    rows,
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  const more = overview.steps.length - steps.length;
  return more === 0 ? table : [...table, paint('faint', `${more} more step${more === 1 ? '' : 's'} that moved less`)];
}

/** The steps that moved memory most, in the order in which they ran. */
function largestInOrder(steps: readonly Step[], most: number): Step[] {
  const moved = (step: Step) => Math.max(step.rssMax - step.rssBefore, Math.abs(step.rssAfter - step.rssBefore));
  const kept = new Set([...steps].sort((a, b) => moved(b) - moved(a)).slice(0, Math.max(0, most)));
  return steps.filter((step) => kept.has(step));
}
