// The run before: NAME.prev.highwater beside NAME.highwater, compared as `highwater diff NAME.highwater` does.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Comparison } from '#analysis/compare.ts';
import { previousPath, readProfileFile } from '#capture/profile-store.ts';
import type { Profile } from '#profile/types.ts';
import type { NamedProfile } from '#report/terminal-compare.ts';
import type { PresentationOptions } from './options.ts';
import { ownershipOf } from './presentation.ts';
import { remark } from './say.ts';

export interface ComparedRuns {
  readonly before: NamedProfile;
  readonly after: NamedProfile;
  readonly comparison: Comparison;
}

/** undefined where no run stands before the profile at `path`; one that cannot be read is said, and is no error. */
export async function findPrevious(
  path: string,
  profile: Profile,
  options: PresentationOptions,
): Promise<ComparedRuns | undefined> {
  const previous = previousPath(path);
  if (options.previous === false || !existsSync(previous)) return undefined;
  const stored = readProfileFile(previous);
  if (!stored.ok) {
    if (!options.quiet) remark(`the run before cannot be compared: ${stored.error.message}`);
    return undefined;
  }
  const { computeComparison } = await import('#analysis/compare.ts');
  return {
    before: { profile: stored.value.profile, name: basename(previous) },
    after: { profile, name: basename(path) },
    comparison: computeComparison(stored.value.profile, profile, ownershipOf(options)),
  };
}

/** What the terminal report says of it, after a blank line; "" for nothing. */
export async function previousText(
  previous: ComparedRuns | undefined,
  screen: { readonly width: number; readonly colour: boolean },
  { lines, reduced }: PresentationOptions,
): Promise<string> {
  if (!previous) return '';
  const { renderSince } = await import('#report/terminal-since.ts');
  const { before, after, comparison } = previous;
  const { width, colour } = screen;
  return `\n${renderSince(before, after, comparison, { width, colour, lines, reduced })}`;
}
