// Lines of code of two runs, matched: by file below each run's working directory, so that two checkouts compare; by function
// and source text, so that a line that only moved stays the same line; and by number, shifted as its neighbours, where its text was edited.
import type { Profile } from '#profile/types.ts';
import type { LineRow } from './lines.ts';
import type { Overview } from './overview.ts';

export interface Candidate {
  readonly row: LineRow;
  readonly file: string;
  readonly source: string;
}

export type Pair = readonly [before: Candidate | undefined, after: Candidate | undefined];

interface Run {
  readonly profile: Profile;
  readonly overview: Overview;
}

/** Lines that import are left to the packages. */
export function candidatesOf({ profile, overview }: Run): Candidate[] {
  const { sources, strings } = profile;
  const texts = new Map<string, string>();
  for (let row = 0; row < sources.length; row++) {
    texts.set(`${sources.line[row]}:${strings[sources.file[row]!]}`, strings[sources.text[row]!]!.trim());
  }
  return overview.lines
    .filter((row) => !row.importing)
    .map((row) => ({
      row,
      file: comparablePath(row.file, profile.meta.workingDirectory),
      source: row.place === 'line' ? (texts.get(`${row.line}:${row.file}`) ?? '') : '',
    }));
}

const INSTALLED = /\/(?:site|dist)-packages\/(.+)$/;
const STANDARD = /\/lib(?:64)?\/python3[^/]*\/(.+)$/;

/** The part of a path that two checkouts, or two environments, have in common. */
export function comparablePath(file: string, workingDirectory: string): string {
  const library = INSTALLED.exec(file) ?? STANDARD.exec(file);
  if (library) return library[1]!;
  const root = workingDirectory.endsWith('/') ? workingDirectory : `${workingDirectory}/`;
  return root.length > 1 && file.startsWith(root) ? file.slice(root.length) : file;
}

/** Each candidate in exactly one pair. Texts first, in all functions: how they moved tells where edited lines went. */
export function matchLines(before: readonly Candidate[], after: readonly Candidate[]): Pair[] {
  const pairs: Pair[] = [];
  // One and the same file stays that, wherever the two runs were started.
  const wholePaths = new Set(before.map(({ row }) => row.file));
  const inBoth = new Set(after.map(({ row }) => row.file).filter((file) => wholePaths.has(file)));
  const byFile = ({ row, file }: Candidate) => JSON.stringify([row.place, inBoth.has(row.file) ? row.file : file]);
  for (const file of groupBoth(before, after, byFile)) {
    const functions = [...groupBoth(...file, (one) => one.row.func)].map(([a, b]) => {
      const same: Pair[] = [];
      const [restA, restB] = pairByText(a, b, same);
      return { same, restA, restB };
    });
    const inFile = functions.flatMap(({ same }) => same);
    for (const { same, restA, restB } of functions) {
      pairs.push(...same);
      pairByNumber(restA, restB, shiftOf(same.length > 0 ? same : inFile), pairs);
    }
  }
  return pairs;
}

/** Lines with the same text: by number where one run has more of them, else in the order in which they stand. */
function pairByText(before: readonly Candidate[], after: readonly Candidate[], pairs: Pair[]) {
  const rest: [Candidate[], Candidate[]] = [[], []];
  for (const [a, b] of groupBoth(before, after, (one) => one.source)) {
    if ((a[0] ?? b[0])!.source === '') {
      rest[0].push(...a);
      rest[1].push(...b);
      continue;
    }
    const [restA, restB] = a.length === b.length ? [a, b] : pairSameNumbers(a, b, pairs);
    const count = Math.min(restA.length, restB.length);
    const [inOrderA, inOrderB] = [restA.sort(byLine), restB.sort(byLine)];
    for (let i = 0; i < count; i++) pairs.push([inOrderA[i], inOrderB[i]]);
    rest[0].push(...inOrderA.slice(count));
    rest[1].push(...inOrderB.slice(count));
  }
  return rest;
}

/** By how many lines code moved: the median of those whose text did not change; 0 where there are none. */
function shiftOf(pairs: readonly Pair[]): number {
  const shifts = pairs.map(([a, b]) => b!.row.line - a!.row.line).sort((x, y) => x - y);
  const middle = (shifts.length - 1) / 2;
  return shifts.length === 0 ? 0 : (shifts[Math.floor(middle)]! + shifts[Math.ceil(middle)]!) / 2;
}

/** What is left is matched by number, moved as the others or as it was; and then stands alone. */
function pairByNumber(before: readonly Candidate[], after: readonly Candidate[], shift: number, pairs: Pair[]): void {
  const [movedA, movedB] = pairSameNumbers(before, after, pairs, shift);
  const [restA, restB] = pairSameNumbers(movedA, movedB, pairs);
  for (const one of restA) pairs.push([one, undefined]);
  for (const one of restB) pairs.push([undefined, one]);
}

function pairSameNumbers(before: readonly Candidate[], after: readonly Candidate[], pairs: Pair[], shift = 0) {
  const rest: [Candidate[], Candidate[]] = [[], []];
  const isMoved = new Set(before);
  const numberOf = (one: Candidate) => String(one.row.line + (isMoved.has(one) ? shift : 0));
  for (const [a, b] of groupBoth(before, after, numberOf)) {
    const count = Math.min(a.length, b.length);
    for (let i = 0; i < count; i++) pairs.push([a[i], b[i]]);
    rest[0].push(...a.slice(count));
    rest[1].push(...b.slice(count));
  }
  return rest;
}

function byLine(a: Candidate, b: Candidate): number {
  return a.row.line - b.row.line;
}

/** Groups of equal key, of both runs. */
function groupBoth(
  before: readonly Candidate[],
  after: readonly Candidate[],
  keyOf: (one: Candidate) => string,
): Iterable<[Candidate[], Candidate[]]> {
  const groups = new Map<string, [Candidate[], Candidate[]]>();
  [before, after].forEach((side, i) => {
    for (const one of side) {
      const key = keyOf(one);
      const group = groups.get(key) ?? [[], []];
      group[i]!.push(one);
      groups.set(key, group);
    }
  });
  return groups.values();
}
