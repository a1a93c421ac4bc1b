// What imports cost: heap that is alive at a moment and was allocated on behalf of an import statement, by the package
// that the statement named.
import type { Bytes } from '#base/units.ts';
import type { IndexIntoMoments, Profile } from '#profile/types.ts';
import { addLiveRow, isLiveMemory } from './domains.ts';
import type { Estimate } from './interval.ts';
import { OWNER, type Ownership } from './ownership.ts';
import { samplingMean, Tally } from './tally.ts';

export interface ImportRow {
  /** Top-level package or module: "sklearn", "json"; "(interpreter start)" for what is imported before any user code. */
  readonly name: string;
  readonly bytes: Bytes;
  /** The same with its interval. */
  readonly heap: Estimate;
}

export const INTERPRETER_START = '(interpreter start)';

/** What an import statement loaded where nothing below the import system tells which package it was. */
export const IMPORT_SYSTEM = '(import system)';

/** By the package that the innermost importing line of the user's code named; sorted by bytes. */
export function computeImports(
  profile: Profile,
  ownership: Ownership,
  moment: IndexIntoMoments,
  process?: number,
): ImportRow[] {
  const { live } = profile;
  const tallies = new Map<string, Tally>();
  const mean = samplingMean(profile, process);
  const nameOf = packageNames(profile, ownership);
  for (let row = 0; row < live.length; row++) {
    const stack = live.stack[row]!;
    if (live.moment[row] !== moment || !isLiveMemory(live.domain[row]!) || stack < 0) continue;
    if (process !== undefined && live.process[row] !== process) continue;
    if (ownership.importing[stack] !== 1) continue;
    const name = nameOf(stack);
    let tally = tallies.get(name);
    if (!tally) {
      tally = new Tally(mean);
      tallies.set(name, tally);
    }
    addLiveRow(tally, live, row);
  }
  const rows = [...tallies].map(([name, tally]) => ({ name, bytes: tally.bytes, heap: tally.estimate() }));
  return rows.filter((row) => row.bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

function packageNames(profile: Profile, ownership: Ownership): (stack: number) => string {
  const known = new Map<number, string>();
  const statements = importStatements(profile);
  return (stack) => {
    let name = known.get(stack);
    if (name === undefined) {
      name = packageOf(profile, ownership, stack, statements);
      known.set(stack, name);
    }
    return name;
  };
}

function packageOf(
  profile: Profile,
  ownership: Ownership,
  stack: number,
  statements: ReadonlyMap<string, string>,
): string {
  const { stacks, frames, strings } = profile;
  // On the way out to the innermost user frame: what ran right inside the outermost import.
  let inside = '';
  let named = '';
  let hasLibrary = false;
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!;
    const owner = ownership.frame[frame]!;
    if (owner === OWNER.user) {
      return named || (statements.get(`${frames.file[frame]}:${frames.line[frame]}`) ?? IMPORT_SYSTEM);
    }
    if (owner === OWNER.importing) named = inside;
    else if (owner !== OWNER.native) inside = moduleOf(strings[frames.file[frame]!]!);
    hasLibrary ||= owner === OWNER.library;
  }
  // A worker process, or python -m: what runs there is some package's, and no line of the user's asked for it.
  return hasLibrary && named !== 'site' && named !== '' ? named : INTERPRETER_START;
}

const IMPORT_STATEMENT = /^\s*(?:import|from)\s+([A-Za-z_]\w*)(?![^#]*[,;])|^\s*from\s+([A-Za-z_]\w*)/;

/** Package that a source line imports, by "file:line", where it names one only. */
function importStatements(profile: Profile): Map<string, string> {
  const { sources, strings } = profile;
  const statements = new Map<string, string>();
  for (let row = 0; row < sources.length; row++) {
    const match = IMPORT_STATEMENT.exec(strings[sources.text[row]!]!);
    if (match) statements.set(`${sources.file[row]}:${sources.line[row]}`, (match[1] ?? match[2])!);
  }
  return statements;
}

const INSTALLED_AS = /\/(?:site|dist)-packages\/(?:[^/]+\.egg\/)?([^/]+)/;
const STANDARD_AS = /\/lib(?:64)?\/python3[^/]*\/([^/]+)/;

/** "…/site-packages/sklearn/utils/x.py" -> "sklearn"; "…/lib/python3.11/json/decoder.py" -> "json". */
export function moduleOf(file: string): string {
  const frozen = /^<frozen ([^.>]+)/.exec(file);
  if (frozen) return frozen[1]!;
  const installed = INSTALLED_AS.exec(file) ?? STANDARD_AS.exec(file);
  if (installed) return withoutSuffix(installed[1]!);
  const parts = file.split('/');
  const name = withoutSuffix(parts.pop()!);
  return name === '__init__' && parts.length > 0 ? parts.pop()! : name;
}

function withoutSuffix(name: string): string {
  return name.replace(/\.py[cio]?$/, '');
}
