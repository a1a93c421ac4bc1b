// Arrays of a file that hold the same numbers. Only what could be equal is read: arrays of one type, shape and length, then a
// few bytes of each, and in full only those whose samples agree; unequal ones are told apart by their first difference.
import type { Bytes } from '#base/units.ts';
import { type ByteSource, MemorySource } from './byte-source.ts';
import { InflatedSource } from './inflate.ts';
import { hashBytes } from './pickle/content-hash.ts';
import type { ArtifactNote, Duplicates } from './types.ts';

/** Smaller ones are not worth a look. */
export const LEAST_COMPARED: Bytes = 1024;

export interface PlacedArray {
  readonly source: ByteSource;
  /** Where its bytes begin. What begins at the same place is the same array, unless `key` says otherwise. */
  readonly at: number;
  readonly key?: number;
  readonly bytes: Bytes;
  /** 'float32'. Equal bytes of another type or shape are another array. */
  readonly type: string;
  readonly shape: string;
  /** Asked for the few that are shown. */
  readonly path: () => string;
}

export interface EqualArrays {
  readonly duplicates: Duplicates;
  /** Arrays that look equal to others, but were not read: it would have taken too long. */
  readonly unread: number;
}

const MOST_ARRAYS = 200_000;
const SAMPLE = 64;
const CHUNK = 2 ** 18;
/** Bytes that are compared in full, for one file. */
const MOST_COMPARED: Bytes = 2 ** 30;
/** Arrays of one sample that are all different: beyond, a new one is not compared with every other. */
const MOST_ALIKE = 16;
/** A compressed stream can be read in any order only as a whole. */
const MOST_INFLATED: Bytes = 2 ** 26;
const MOST_EXAMPLES = 5;
const MOST_PATHS = 3;

/** Objects that hold the same bytes: the first, and the ones that could be dropped for it. */
interface Group {
  readonly first: PlacedArray;
  readonly others: PlacedArray[];
}

export function findEqualArrays(arrays: readonly PlacedArray[], kind: 'array' | 'bytes' = 'array'): EqualArrays {
  const search = new Search();
  const large = arrays.filter(({ bytes }) => bytes >= LEAST_COMPARED).slice(0, MOST_ARRAYS);
  for (const shaped of groupBy(large, ({ bytes, type, shape }) => `${bytes} ${type} ${shape}`)) {
    const placed = search.open(shaped);
    for (const alike of groupBy(placed, (array) => `${sampleOf(array)}`)) search.compare(alike);
  }
  return { duplicates: describe(search.groups, kind), unread: search.unread };
}

/** As a report has them. */
export function equalRows(arrays: readonly PlacedArray[]): {
  readonly rows: readonly Duplicates[];
  readonly notes: readonly ArtifactNote[];
} {
  const { duplicates, unread } = findEqualArrays(arrays);
  return { rows: duplicates.count > 0 ? [duplicates] : [], notes: unreadNotes(unread) };
}

export function unreadNotes(unread: number): ArtifactNote[] {
  if (unread === 0) return [];
  const text = `${unread} arrays look equal to others, and were not compared: reading them would take long`;
  return [{ severity: 'info', code: 'arrays-not-compared', text }];
}

/** Groups of two and more. */
function groupBy(arrays: readonly PlacedArray[], keyOf: (array: PlacedArray) => string): PlacedArray[][] {
  const groups = new Map<string, PlacedArray[]>();
  for (const array of arrays) {
    const key = keyOf(array);
    const group = groups.get(key);
    if (group) group.push(array);
    else groups.set(key, [array]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** Of its beginning and its middle; a hash of little, for what is equal everywhere it is the same. */
function sampleOf({ source, at, bytes }: PlacedArray): number {
  const middle = at + Math.floor((bytes - SAMPLE) / 2);
  return hashBytes(source.read(middle, SAMPLE), 0, SAMPLE, hashBytes(source.read(at, SAMPLE), 0, SAMPLE, 0));
}

class Search {
  readonly groups: Group[] = [];
  unread = 0;
  #left = MOST_COMPARED;
  readonly #inflated = new Map<ByteSource, ByteSource | undefined>();

  /** In sources that can be read in any order, each place once. */
  open(arrays: readonly PlacedArray[]): PlacedArray[] {
    const seen = new Map<ByteSource, Set<number>>();
    return arrays.flatMap((array) => {
      const places = seen.get(array.source) ?? new Set();
      seen.set(array.source, places);
      const key = array.key ?? array.at;
      if (places.has(key)) return [];
      places.add(key);
      const source = this.#openSource(array.source);
      if (source) return [{ ...array, source }];
      this.unread++;
      return [];
    });
  }

  #openSource(source: ByteSource): ByteSource | undefined {
    if (!(source instanceof InflatedSource)) return source;
    if (!this.#inflated.has(source)) {
      const whole = source.size <= MOST_INFLATED ? new MemorySource(source.read(0, source.size)) : undefined;
      this.#inflated.set(source, whole);
    }
    return this.#inflated.get(source);
  }

  compare(alike: readonly PlacedArray[]): void {
    const found: Group[] = [];
    for (const array of alike) {
      if (this.#left <= 0) {
        this.unread++;
        continue;
      }
      const same = found.find(({ first }) => this.#isEqual(first, array));
      if (same) same.others.push(array);
      else if (found.length < MOST_ALIKE) found.push({ first: array, others: [] });
    }
    this.groups.push(...found.filter(({ others }) => others.length > 0));
  }

  #isEqual(a: PlacedArray, b: PlacedArray): boolean {
    for (let done = 0; done < a.bytes; done += CHUNK) {
      const length = Math.min(CHUNK, a.bytes - done);
      this.#left -= length;
      if (!areEqual(a.source.read(a.at + done, length), b.source.read(b.at + done, length))) return false;
    }
    return true;
  }
}

/** By words of four bytes. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  const words = a.length >> 2;
  const [left, right] = [wordsOf(a, words), wordsOf(b, words)];
  for (let i = 0; i < words; i++) if (left[i] !== right[i]) return false;
  for (let i = words * 4; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function wordsOf(bytes: Uint8Array, words: number): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, words);
}

function describe(groups: readonly Group[], kind: 'array' | 'bytes'): Duplicates {
  const spare = ({ first, others }: Group) => first.bytes * others.length;
  const sorted = [...groups].sort((a, b) => spare(b) - spare(a));
  return {
    kind,
    count: groups.reduce((sum, { others }) => sum + others.length, 0),
    bytes: groups.reduce((sum, group) => sum + spare(group), 0),
    examples: sorted.slice(0, MOST_EXAMPLES).map((group) => ({
      text: wordsFor(group),
      count: group.others.length + 1,
      bytes: spare(group),
    })),
  };
}

/** "float32 [512, 512]: model.a, model.b, ..." */
function wordsFor({ first, others }: Group): string {
  const paths = [first, ...others.slice(0, MOST_PATHS - 1)].map(({ path }) => path());
  const more = others.length + 1 > paths.length ? ', ...' : '';
  const what = first.shape === '' ? first.type : `${first.type} [${first.shape}]`;
  return `${what}: ${paths.join(', ')}${more}`;
}
