import { describe, expect, it } from 'vitest';
import { ImportPlaces } from './import-places.ts';
import { ImportTimes } from './import-times.ts';

const SYSTEM = '<frozen importlib._bootstrap>';
const EXTERNAL = '<frozen importlib._bootstrap_external>';

// Frames of a test: IMPORT begins an import, NATIVE loads a native module, a name is the body of a module, name() a function.
function frameOf(word: string): [file: string, func: string] {
  if (word === 'IMPORT') return [SYSTEM, '_find_and_load'];
  if (word === 'SEARCH') return [EXTERNAL, 'FileFinder.find_spec'];
  if (word === 'NATIVE') return [EXTERNAL, 'ExtensionFileLoader.create_module'];
  if (word === 'EXEC') return [EXTERNAL, '_LoaderBasics.exec_module'];
  return word.endsWith('()') ? [word, 'f'] : [word, '<module>'];
}

/** Stacks by their text, with the ids that a stream gives them. */
class Stacks {
  readonly places = new ImportPlaces();
  readonly #ids = new Map<string, number>([['', 0]]);
  readonly #codes = new Map<string, number>();
  readonly names: string[] = [''];

  at(path: string): number {
    const known = this.#ids.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf(' > ');
    const parent = this.at(cut < 0 ? '' : path.slice(0, cut));
    const word = cut < 0 ? path : path.slice(cut + 3);
    const code = this.#codes.get(word) ?? this.#codes.size;
    this.#codes.set(word, code);
    this.places.code(code, ...frameOf(word));
    const id = this.#ids.size;
    this.#ids.set(path, id);
    this.names.push(path);
    this.places.add(parent, code, id);
    return id;
  }
}

/** Lines "5 app > IMPORT > np", ms and stack, with "t2" for a second thread; gives "np 3 (2-4)", inner ones indented. */
function times(text: string, end: number): string[] {
  const stacks = new Stacks();
  const times = new ImportTimes(stacks.places);
  for (const line of text.trim().split('\n')) {
    const [, ms, thread, path] = /^\s*(\d+)(?: t(\d))? (.*)$/.exec(line)!;
    times.see(Number(ms) * 1e6, Number(thread ?? 1), stacks.places.of(stacks.at(path!)));
  }
  times.end(end * 1e6);
  const depthOf = new Map([[0, -1]]);
  return times.rows().map(({ place, around, time, least, most }) => {
    depthOf.set(place, depthOf.get(around)! + 1);
    const name = stacks.names[stacks.places.stack.at(place)]!.split(' > ').at(-1)!;
    const ms = (ns: number) => Math.round(ns / 1e4) / 100;
    return `${'  '.repeat(depthOf.get(place)!)}${name} ${ms(time)} (${ms(least)}-${ms(most)})`;
  });
}

describe('times of imports', () => {
  it('reach from first to last record, and half-way to the neighbours inside of another import', () => {
    const text = `
      0 app
      1 app > IMPORT > sk
      4 app > IMPORT > sk > IMPORT > np
      9 app > IMPORT > sk > IMPORT > np > f()
      11 app > IMPORT > sk
      12 app`;
    expect(times(text, 100)).toEqual(['sk 11 (10-12)', '  np 7.5 (5-10)']);
  });

  it('contain the search for the module, and its code being read', () => {
    const text = `
      10 app > IMPORT > SEARCH
      14 app > IMPORT > a > f() > IMPORT
      16 app > IMPORT > a > f() > IMPORT > SEARCH
      20 app > IMPORT > a > f() > IMPORT > b
      22 app > IMPORT > a`;
    expect(times(text, 22)).toEqual(['a 12 (12-12)', '  b 9 (6-12)']);
  });

  it('tell modules apart that one statement loads in turn', () => {
    const text = `
      10 app > IMPORT > a
      12 app > IMPORT > SEARCH
      13 app > IMPORT > SEARCH
      16 app > IMPORT > a.b
      18 app > IMPORT > a.b`;
    expect(times(text, 18)).toEqual(['a 1 (0-2)', 'a.b 7 (6-8)']);
  });

  it('of native modules stay with the statement, apart from what those import', () => {
    const text = `
      10 app > IMPORT > torch
      12 app > IMPORT > torch > IMPORT > SEARCH
      40 app > IMPORT > torch > IMPORT > NATIVE > IMPORT > EXEC > np
      44 app > IMPORT > torch > IMPORT > NATIVE > IMPORT > EXEC > np
      46 app > IMPORT > torch > IMPORT > NATIVE
      50 app > IMPORT > torch`;
    expect(times(text, 50)).toEqual([
      'torch 40 (40-40)',
      '  IMPORT 3 (0-6)',
      '  NATIVE 34 (32-36)',
      '    np 8.33 (4-34)',
    ]);
  });

  it('are not stretched by long silence of code outside', () => {
    const text = `
      0 app
      5000 app > IMPORT > a
      5001 app > IMPORT > a
      5002 app > IMPORT > a
      9000 app`;
    expect(times(text, 9000)).toEqual(['a 4 (2-7.99)']);
  });

  it('are those of each thread by itself, summed up', () => {
    const text = `
      10 t1 app > IMPORT > a
      11 t2 work() > IMPORT > b
      12 t1 app > IMPORT > a
      15 t2 work() > IMPORT > b
      15 t1 app`;
    expect(times(text, 15)).toEqual(['a 3.33 (2-5)', 'b 4 (4-4)']);
  });

  it('of code that was run by other means are none', () => {
    expect(times('1 app\n2 app > runner() > script\n9 app', 9)).toEqual([]);
  });

  it('survive a stream whose times go back', () => {
    const rows = times('10 app > IMPORT > a\n4 app > IMPORT > a\n12 app > IMPORT > a\n3 app', 0);
    expect(rows).toEqual(['a 2 (2-2)']);
  });
});
