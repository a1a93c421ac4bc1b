// `highwater diff`: two runs compared, from their profiles.
import { resolve } from 'node:path';
import { computeComparison } from '#analysis/compare.ts';
import { type GrowthLimit, judgeGrowth } from '#analysis/growth-limit.ts';
import { ok, type Result } from '#base/result.ts';
import { previousPath } from '#capture/profile-store.ts';
import { renderComparison } from '#report/terminal-compare.ts';
import type { DiffOptions } from '../options.ts';
import { ownershipOf, renderComparisonPage, writeOutput } from '../presentation.ts';
import type { ComparedRuns } from '../previous.ts';
import { complain, remark, screenOf, write } from '../say.ts';
import { openInput } from './report.ts';

const DONE = 0;
const OVER = 1;
const NOT_MEASURED = 3;

/** With one name, the run is compared with the one before it. */
export function inputsOf(first: string, second: string | undefined): readonly [before: string, after: string] {
  return second === undefined ? [previousPath(first), first] : [first, second];
}

/** Exit codes: 0 done, 1 the peak grew by more than --fail-over, 2 usage, 3 an input could not be read or says nothing. */
export async function diff(first: string, second: string | undefined, options: DiffOptions): Promise<number> {
  const names = inputsOf(first, second);
  const opened = names.map((name) => openInput(name));
  for (const one of opened) if (!one.ok) complain(one.error);
  const [a, b] = opened;
  if (!a?.ok || !b?.ok) return NOT_MEASURED;
  const before = { profile: a.value.profile, name: names[0] };
  const after = { profile: b.value.profile, name: names[1] };
  const comparison = computeComparison(before.profile, after.profile, ownershipOf(options));
  const written = await show({ before, after, comparison }, b.value.stem, options);
  if (!written.ok) {
    complain(written.error);
    return NOT_MEASURED;
  }
  if (!comparison.peak) return NOT_MEASURED;
  return options.failOver === undefined ? DONE : exitCodeFor(comparison.peak, options.failOver);
}

/** The files that were asked for; in the terminal where none was. */
async function show(runs: ComparedRuns, stem: string, { json, html, lines }: DiffOptions): Promise<Result<void>> {
  const { before, after, comparison } = runs;
  if (json === undefined && html === undefined) {
    write(1, renderComparison(before, after, comparison, { ...screenOf(1), lines }).text);
  }
  if (html !== undefined) {
    const path = html === true ? `${stem}.diff.html` : html;
    const written = writeOutput(path, await renderComparisonPage(runs));
    if (!written.ok) return written;
    if (path !== '-') remark(`wrote ${path}`);
  }
  if (json === undefined) return ok(undefined);
  const { renderComparisonJson } = await import('#report/json-compare.ts');
  const path = json === true || json === '-' ? '-' : resolve(json);
  return writeOutput(path, renderComparisonJson(before, after, comparison).text);
}

function exitCodeFor(peak: Parameters<typeof judgeGrowth>[0], limit: GrowthLimit): number {
  switch (judgeGrowth(peak, limit)) {
    case 'within':
      return DONE;
    case 'over':
      remark('the peak grew by more than --fail-over allows');
      return OVER;
    case 'cannotTell':
      remark('cannot tell whether the peak grew by more than --fail-over allows');
      return NOT_MEASURED;
  }
}
