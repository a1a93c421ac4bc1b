// `highwater report`: any form of a report from a saved profile, or from the folder of a run that was cut off.
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { computeGrowth } from '#analysis/growth.ts';
import type { Overview } from '#analysis/overview.ts';
import { ok, type Result } from '#base/result.ts';
import { assembleProfile } from '#capture/assemble.ts';
import { packProfile, readProfileFile, writeProfileFile } from '#capture/profile-store.ts';
import { RUN_SUFFIX, RunDirectory } from '#capture/run-directory.ts';
import type { Profile } from '#profile/types.ts';
import { renderTerminal } from '#report/terminal.ts';
import { renderGrowth } from '#report/terminal-growth.ts';
import type { Between } from '../between.ts';
import { edgesOf } from '../between-edges.ts';
import { FILE_FORMATS, type ReportOptions } from '../options.ts';
import { overviewOf, type Shown, writeFormats } from '../presentation.ts';
import { findPrevious, previousText } from '../previous.ts';
import { complain, screenOf, write } from '../say.ts';

export interface Opened {
  readonly profile: Profile;
  readonly packed: () => Uint8Array;
  readonly stem: string;
}

/** A profile or a folder of a run. */
export function openInput(input: string): Result<Opened> {
  const path = resolve(input);
  const stem = basename(path)
    .replace(/\.highwater$/, '')
    .replace(RUN_SUFFIX, '');
  if (isFolder(path)) {
    const profile = assembleProfile(new RunDirectory(path), null);
    return profile.ok ? ok({ profile: profile.value, packed: () => packProfile(profile.value), stem }) : profile;
  }
  const stored = readProfileFile(path);
  return stored.ok ? ok({ profile: stored.value.profile, packed: () => stored.value.bytes, stem }) : stored;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

type Grown = Required<Pick<Shown, 'between' | 'growth'>>;

/** What the formats that know of two moments are given. */
function growthBetween(profile: Profile, { ownership }: Overview, between: Between): Result<Grown> {
  const edges = edgesOf(profile, between);
  if (!edges.ok) return edges;
  return ok({ between: edges.value, growth: computeGrowth(profile, ownership, { ...edges.value, by: 'user' }) });
}

/** Exit codes: 0 done, 2 usage, 3 the input could not be read or the output not written. */
export async function report(input: string, options: ReportOptions): Promise<number> {
  const opened = openInput(input);
  if (!opened.ok) {
    complain(opened.error);
    return 3;
  }
  const { profile, packed } = opened.value;
  const overview = overviewOf(profile, options);
  const grown = options.between && growthBetween(profile, overview, options.between);
  if (grown && !grown.ok) {
    complain(grown.error);
    return 3;
  }
  const isForTerminal = FILE_FORMATS.every((format) => options[format] === undefined);
  const isPreviousSaid = isForTerminal || options.html !== undefined;
  const previous = isPreviousSaid ? await findPrevious(resolve(input), profile, options) : undefined;
  const stdoutOnly = { ...options, ...(options.json === true && { json: '-' as const }) };
  const shown = { ...opened.value, overview, previous, ...grown?.value };
  const results: Result<void>[] = [await writeFormats(shown, stdoutOnly)];
  if (options.output !== undefined) results.push(writeProfileFile(resolve(options.output), packed()));
  if (isForTerminal) {
    const screen = screenOf(1);
    const asked = { ...options, width: screen.width, colour: screen.colour };
    if (grown) write(1, renderGrowth(profile, grown.value.growth, asked).text);
    else write(1, renderTerminal(profile, overview, asked).text + (await previousText(previous, screen, options)));
  }
  for (const result of results) if (!result.ok) complain(result.error);
  return results.every((result) => result.ok) ? 0 : 3;
}
