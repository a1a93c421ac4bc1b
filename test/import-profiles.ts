// Profiles of programs that import, from text.
import { ensure } from '#base/assert.ts';
import { StringTableBuilder, TableBuilder } from '#profile/build.ts';
import type { Profile } from '#profile/types.ts';
import { findProblems } from '#profile/validate.ts';
import { profileFromText } from './profiles.ts';

const SITE = '/v/lib/python3.11/site-packages';

// Names that the text of profileFromText has no room for.
const UNWRITABLE: Readonly<Record<string, string>> = { IMPORT: '<frozen importlib._bootstrap>', MODULE: '<module>' };

/**
 * Text as of profileFromText, in which "sk/a.py" is the body of a module of an installed package, IMPORT the import system,
 * NATIVE the import system while it loads a native module; and "5 ms" in place of a size is how long a module took.
 */
export function profileOfImports(text: string): Profile {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' = ') as [string, string])
    .map(([path, value]) => [path.split(' > ').map(frameOf).join(' > '), value] as const);
  const profile = profileFromText(
    lines.map(([path, value]) => (value.endsWith('ms') ? `${path} = 1 B freed` : `${path} = ${value}`)).join('\n'),
  );
  const paths = pathsOf(profile);
  const imports = new TableBuilder('imports');
  const rows: string[] = [];
  for (const [path, value] of lines.filter(([, value]) => value.endsWith('ms'))) {
    const ms = Number.parseFloat(value);
    const parent = rows.findLastIndex((outer) => path.startsWith(`${outer} > `));
    rows.push(path);
    const times = { first: 0, time: ms, timeLow: ms - 1, timeHigh: ms + 2 };
    imports.add({ process: 0, stack: paths.indexOf(path), parent, ...times });
  }
  const strings = new StringTableBuilder();
  for (const name of profile.strings) strings.intern(UNWRITABLE[name] ?? name);
  const whole = { ...profile, strings: strings.finish(), imports: imports.finish() };
  ensure(findProblems(whole).length === 0, findProblems(whole).join());
  return whole;
}

function frameOf(word: string): string {
  if (word === 'IMPORT') return 'IMPORT:_find_and_load:1';
  if (word === 'NATIVE') return 'IMPORT:create_module:2';
  if (/^\w+\.py:\d+$/.test(word)) return word.replace(':', ':MODULE:');
  if (word.endsWith('.py')) return `${SITE}/${word}:MODULE:1`;
  return word.includes('/') ? `${SITE}/${word}` : word;
}

function pathsOf({ stacks, frames, strings }: Profile): string[] {
  const paths: string[] = [];
  for (let row = 0; row < stacks.length; row++) {
    const frame = stacks.frame[row]!;
    const name = `${strings[frames.file[frame]!]}:${strings[frames.func[frame]!]}:${frames.line[frame]}`;
    paths.push(stacks.parent[row]! < 0 ? name : `${paths[stacks.parent[row]!]} > ${name}`);
  }
  return paths;
}
