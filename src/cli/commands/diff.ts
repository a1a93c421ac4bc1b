// `highwater diff`: two runs compared, from their profiles, or several runs of two programs.
import { resolve } from 'node:path';
import { computeComparison } from '#analysis/compare.ts';
import { type GrowthLimit, judgeGrowth } from '#analysis/growth-limit.ts';
import { findPeak } from '#analysis/peak.ts';
import { medianIndex } from '#analysis/repeats.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { previousPath } from '#capture/profile-store.ts';
import type { NamedProfile } from '#report/terminal-compare.ts';
import { renderComparison } from '#report/terminal-compare.ts';
import type { DiffOptions } from '../options.ts';
import { ownershipOf, renderComparisonPage, writeOutput } from '../presentation.ts';
import type { ComparedRuns } from '../previous.ts';
import { complain, remark, screenOf, write } from '../say.ts';
import { openInput } from './report.ts';

const DONE = 0;
const OVER = 1;
const USAGE = 2;
const NOT_MEASURED = 3;

interface Inputs {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** With one name, the run is compared with the one before it; with --against any number of each. */
export function inputsOf(names: readonly string[], against?: readonly string[]): Result<Inputs> {
  if (against) return ok({ before: against, after: names });
  const [first, second] = names;
  if (first === undefined || names.length > 2) {
    return fail('too-many-runs', `${names.length} runs, and nothing says which are the earlier ones`);
  }
  return ok(
    second === undefined ? { before: [previousPath(first)], after: [first] } : { before: [first], after: [second] },
  );
}

/** Exit codes: 0 done, 1 the peak grew by more than --fail-over, 2 usage, 3 an input could not be read or says nothing. */
export async function diff(names: readonly string[], options: DiffOptions): Promise<number> {
  const inputs = inputsOf(names, options.against);
  if (!inputs.ok) return refuse(inputs, USAGE);
  const [before, after] = [openSide(inputs.value.before), openSide(inputs.value.after)];
  if (!before.ok || !after.ok) {
    for (const side of [before, after]) refuse(side, NOT_MEASURED);
    return NOT_MEASURED;
  }
  const [a, b] = [before.value, after.value];
  const others = { before: a.others, after: b.others };
  const comparison = computeComparison(a.shown.profile, b.shown.profile, ownershipOf(options), others);
  const runs = { before: a.shown, after: b.shown, comparison };
  const written = await show(runs, b.stem, options);
  if (!written.ok) return refuse(written, NOT_MEASURED);
  if (!comparison.peak) return NOT_MEASURED;
  return options.failOver === undefined ? DONE : exitCodeFor(comparison.peak, options.failOver);
}

function refuse(result: Result<unknown>, code: number): number {
  if (!result.ok) complain(result.error);
  return code;
}

interface Side {
  /** The one with the median peak. */
  readonly shown: NamedProfile;
  readonly others: readonly NamedProfile['profile'][];
  readonly stem: string;
}

function openSide(names: readonly string[]): Result<Side> {
  const runs: { readonly name: string; readonly stem: string; readonly profile: NamedProfile['profile'] }[] = [];
  for (const name of names) {
    const opened = openInput(name);
    if (!opened.ok) return opened;
    runs.push({ name, stem: opened.value.stem, profile: opened.value.profile });
  }
  const shown = runs[medianIndex(runs.map(({ profile }) => findPeak(profile)?.bytes ?? Number.NaN))]!;
  const others = runs.filter((run) => run !== shown).map(({ profile }) => profile);
  return ok({ shown: { profile: shown.profile, name: shown.name }, others, stem: shown.stem });
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
