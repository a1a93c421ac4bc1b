// The sizes that forecasts of pickles stand on, held against what each interpreter says of itself.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listRoom, ObjectSizes } from '../../src/artifact/pickle/object-sizes.ts';
import { pythonOf, VERSIONS } from './pythons.ts';

const PROGRAM = join(import.meta.dirname, '..', 'artifact', 'object_sizes.py');

interface Said {
  readonly strings: readonly (readonly [number, number, number])[];
  readonly bytes: readonly (readonly [number, number])[];
  readonly ints: readonly (readonly [number, number])[];
  readonly tuples: readonly (readonly [number, number])[];
  readonly dicts_of_strings: readonly (readonly [number, number])[];
  readonly dicts_of_ints: readonly (readonly [number, number])[];
  readonly sets: readonly (readonly [number, number])[];
  readonly lists: readonly (readonly [number, readonly number[]])[];
  readonly floats: number;
  readonly instances: readonly (readonly [number, number])[];
}

function ask(python: string): Said {
  const { stdout, stderr, status } = spawnSync(python, [PROGRAM], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function instanceBytes(sizes: ObjectSizes, attributes: number): number {
  let sum = 0;
  sizes.instance(attributes, true, (bytes) => {
    sum += bytes <= 512 ? Math.ceil(bytes / 16) * 16 : Math.ceil((bytes + 8) / 16) * 16;
  });
  return sum;
}

function roomAfter(batches: readonly number[]): number {
  let [room, length] = [0, 0];
  for (const added of batches) {
    room = listRoom(room, length, added);
    length += added;
  }
  return room;
}

describe.each(VERSIONS)('Python %s', (version) => {
  it('has objects as large as object-sizes.ts says', (ctx) => {
    const said = ask(pythonOf(version, ctx));
    const sizes = new ObjectSizes({ major: 3, minor: Number(version.split('.')[1]) });
    const dict = (entries: number, strings: boolean) => sizes.dictHead + sizes.dictKeys(entries, strings);
    expect(said.strings.map(([, width, n]) => [sizes.string(width, n), width, n])).toEqual(said.strings);
    expect(said.bytes.map(([, n]) => [sizes.bytes(n), n])).toEqual(said.bytes);
    expect(said.ints.map(([, digits]) => [sizes.int(digits), digits])).toEqual(said.ints);
    expect(said.tuples.map(([, n]) => [sizes.tuple(n), n])).toEqual(said.tuples);
    expect(said.dicts_of_strings.map(([, n]) => [dict(n, true), n])).toEqual(said.dicts_of_strings);
    expect(said.dicts_of_ints.map(([, n]) => [dict(n, false), n])).toEqual(said.dicts_of_ints);
    expect(said.sets.map(([, n]) => [sizes.setHead + sizes.setTable(n), n])).toEqual(said.sets);
    expect(said.lists.map(([, batches]) => [roomAfter(batches), batches])).toEqual(said.lists);
    expect(sizes.float).toBe(said.floats);
    for (const [bytes, attributes] of said.instances) {
      // The first thirty instances of a class have more room than later ones, and some traces are tracemalloc's own.
      expect(Math.abs(instanceBytes(sizes, attributes) - bytes), `${attributes} attributes`).toBeLessThan(5);
    }
  });
});
