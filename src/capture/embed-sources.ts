// The source lines that reports show, taken along in the profile: the lines of the user's own code that appear in stacks,
// with a few around them, and of library code the line itself.
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type StringTableBuilder, TableBuilder } from '#profile/build.ts';
import type { FrameTable, SourceTable } from '#profile/types.ts';

const CONTEXT_LINES = 4;
const MOST_LINES = 50_000;
const LONGEST_LINE = 200;
const LARGEST_FILE = 4 << 20;

export interface SourceOptions {
  /** For relative paths, as Python has them when a script is run by one. */
  readonly workingDirectory: string;
  /** False: nothing is embedded. */
  readonly embed: boolean;
  readonly isOwn: (file: string) => boolean;
}

export function embedSources(frames: FrameTable, strings: StringTableBuilder, options: SourceOptions): SourceTable {
  const table = new TableBuilder('sources');
  if (!options.embed) return table.finish();
  const names = strings.finish();
  for (const [file, wanted] of wantedLines(frames, names, options)) {
    const lines = readLines(names[file]!, options.workingDirectory);
    for (const line of [...wanted].sort((a, b) => a - b)) {
      const text = lines[line - 1];
      if (text === undefined || table.length >= MOST_LINES) continue;
      table.add({ file, line, text: strings.intern(text.trimEnd().slice(0, LONGEST_LINE)) });
    }
  }
  return table.finish();
}

function wantedLines(
  frames: FrameTable,
  names: readonly string[],
  options: SourceOptions,
): ReadonlyMap<number, ReadonlySet<number>> {
  const wanted = new Map<number, Set<number>>();
  for (let row = 0; row < frames.length; row++) {
    const file = frames.file[row]!;
    const line = frames.line[row]!;
    const name = names[file]!;
    if (line < 1 || name === '' || name.startsWith('<')) continue;
    const lines = wanted.get(file) ?? new Set<number>();
    wanted.set(file, lines);
    const reach = options.isOwn(name) ? CONTEXT_LINES : 0;
    for (let near = Math.max(1, line - reach); near <= line + reach; near++) lines.add(near);
  }
  return wanted;
}

function readLines(file: string, workingDirectory: string): string[] {
  const path = isAbsolute(file) ? file : join(workingDirectory, file);
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > LARGEST_FILE) return [];
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
