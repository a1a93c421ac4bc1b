// How a line of code is written in reports: a short path and what stands there.
import type { LineRow } from '#analysis/lines.ts';
import type { IndexIntoFrames, Profile } from '#profile/types.ts';
import { plainLine, plainText } from './plain-text.ts';

/** Path below the working directory, or below site-packages, or as it is. */
export function shortPath(file: string, workingDirectory: string): string {
  const root = workingDirectory.endsWith('/') ? workingDirectory : `${workingDirectory}/`;
  if (root.length > 1 && file.startsWith(root)) return plainText(file.slice(root.length));
  const installed = /\/(?:site|dist)-packages\/(.+)$/.exec(file);
  return plainText(installed ? installed[1]! : file);
}

/** "train.py:12"; without a line number where none is known. */
export function formatPlace(file: string, line: number, workingDirectory: string): string {
  const path = shortPath(file, workingDirectory) || '(native code)';
  return line > 0 ? `${path}:${line}` : path;
}

/** "train.py:12 (load)". */
export function formatPlaceOfFrame({ frames, strings, meta }: Profile, frame: IndexIntoFrames): string {
  const place = formatPlace(strings[frames.file[frame]!]!, frames.line[frame]!, meta.workingDirectory);
  const func = plainLine(strings[frames.func[frame]!]!);
  return func === '' || func === '<module>' ? place : `${place} (${func})`;
}

export const PLACE_TITLES: Readonly<Record<Exclude<LineRow['place'], 'line'>, string>> = {
  startup: '(outside your code)',
  native: '(native code)',
};

export function formatLinePlace(
  row: Pick<LineRow, 'file' | 'line' | 'func' | 'place'>,
  workingDirectory: string,
): string {
  if (row.place === 'line') return formatPlace(row.file, row.line, workingDirectory);
  const isLibrary = row.place === 'startup' && row.func !== '';
  return isLibrary ? `(${plainText(row.func)}, outside your code)` : PLACE_TITLES[row.place];
}

/** The source line at a place, "" where the profile has none. */
export function sourceLookup(profile: Profile): (file: string, line: number) => string {
  const { sources, strings } = profile;
  const texts = new Map<string, number>();
  for (let row = 0; row < sources.length; row++) {
    texts.set(`${sources.line[row]}:${strings[sources.file[row]!]}`, sources.text[row]!);
  }
  return (file, line) => strings[texts.get(`${line}:${file}`) ?? 0]!;
}

/** What stands at a place: the source text, or else the function. */
export function codeLookup(profile: Profile): (file: string, line: number, func: string) => string {
  const source = sourceLookup(profile);
  return (file, line, func) => plainLine(source(file, line)) || (func === '' ? '' : `in ${plainLine(func)}`);
}
