// `highwater formats` as a user calls it: each format measured, what does not apply with its reason, nothing left behind.
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import schema from '../../docs/schemas/formats.schema.json' with { type: 'json' };
import { expectOneMessage, highwater, makeFolder, ROOT } from './highwater.ts';
import { PYTHON, pythonWith } from './pythons.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

interface Row {
  readonly id: string;
  readonly notApplicable: string;
  readonly bytes: number | null;
  readonly loadPeak: number | null;
  readonly resident: number | null;
  readonly difference: string | null;
}

function rowsOf(stdout: string): Map<string, Row> {
  const report = JSON.parse(stdout);
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  return new Map(report.rows.map((row: Row) => [row.id, row]));
}

function make(program: string, path: string, python = PYTHON): void {
  const { status, stderr } = spawnSync(python, ['-c', program, path], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

/** Makes a model by a program that takes its path, and gives the rows of its formats. */
function rowsOfMade(program: string, name: string, python = PYTHON): Map<string, Row> {
  const cwd = makeFolder();
  make(program, join(cwd, name), python);
  return rowsOf(highwater(['formats', name, '--python', python, '--json'], { cwd }).stdout);
}

test('a forest whose classes are in a script: slimmed it loads with a fraction', () => {
  const cwd = makeFolder();
  const script = join(ROOT, 'examples', 'online_forest.py');
  expect(spawnSync(PYTHON, [script, join(cwd, 'forest.pkl')]).status).toBe(0);
  const ended = highwater(['formats', 'forest.pkl', '--script', script, '--python', PYTHON, '--json'], { cwd });
  expect(ended.status, ended.stderr).toBe(0);
  const rows = rowsOf(ended.stdout);
  const peak = (id: string) => rows.get(id)!.loadPeak!;
  expect(peak('pickle4')).toBeGreaterThan(40e6);
  expect(peak('slim')).toBeLessThan(peak('pickle4') / 4);
  expect(peak('parts')).toBeLessThan(peak('pickle4') / 2);
  for (const id of ['pickle4', 'pickle5', 'slim', 'parts']) expect([id, rows.get(id)!.difference]).toEqual([id, '']);
  expect(rows.get('npz')!.notApplicable).toBe('it is no dict of arrays');
  expect(readdirSync(cwd)).toEqual(['forest.pkl']);
});

test('shared objects: fast copies what was one, and says so', () => {
  const cwd = makeFolder();
  make("import pickle, sys; x = [1.5, 2.5]; pickle.dump([x, x], open(sys.argv[1], 'wb'))", join(cwd, 'shared.pkl'));
  const rows = rowsOf(highwater(['formats', 'shared.pkl', '--python', PYTHON, '--json'], { cwd }).stdout);
  expect(rows.get('pickle4')!.difference).toBe('');
  expect(rows.get('fast')!.difference).not.toBe('');
  expect(highwater(['formats', 'shared.pkl', '--python', PYTHON], { cwd }).stdout).toMatch(
    /pickle, fast = True .* no: /,
  );
});

test('arrays: those formats that hold arrays', (ctx) => {
  const python = pythonWith('science', ctx);
  const program =
    "import numpy, pickle, sys; pickle.dump({'a': numpy.ones((300, 400)), 'b': numpy.arange(9)}, open(sys.argv[1], 'wb'))";
  const rows = rowsOfMade(program, 'arrays.pkl', python);
  for (const id of ['npz', 'joblib', 'joblib-mmap']) expect([id, rows.get(id)!.difference]).toEqual([id, '']);
  expect(rows.get('npz')!.bytes).toBeGreaterThan(300 * 400 * 8);
  expect(rows.get('joblib-mmap')!.loadPeak!).toBeLessThan(rows.get('joblib')!.loadPeak!);
  expect(rows.get('parquet')!.notApplicable).toBe('it is no DataFrame');
});

test('a model whose parts are an array of objects: each by itself, and the same again', (ctx) => {
  const python = pythonWith('science', ctx);
  const program =
    'import numpy, pickle, sys; from types import SimpleNamespace as N; parts = numpy.empty((3, 2), dtype=object); ' +
    'parts[:] = [[N(depth=i + 10 * k, next=[1.5]) for k in range(2)] for i in range(3)]; ' +
    "pickle.dump(N(rate=0.1, estimators_=parts, few=[N(), N()]), open(sys.argv[1], 'wb'))";
  const rows = rowsOfMade(program, 'boosting.pkl', python);
  expect(rows.get('parts')!.loadPeak).not.toBeNull();
  expect(rows.get('parts')!.difference).toMatch(/^$|became several/); // names of attributes are interned once a pickle
  expect(rows.get('msgpack')!.notApplicable).toBe('it holds a SimpleNamespace');
});

test('plain data: MessagePack, and no parts', (ctx) => {
  const python = pythonWith('science', ctx);
  if (spawnSync(python, ['-c', 'import msgpack']).status !== 0) ctx.skip('msgpack is not installed');
  const program =
    "import pickle, sys; pickle.dump({'words': ['a', 'ö'], 1: [2.5, None, True, b'x']}, open(sys.argv[1], 'wb'))";
  const rows = rowsOfMade(program, 'plain.pkl', python);
  expect(rows.get('msgpack')!.difference).toBe('');
  expect(rows.get('parts')!.notApplicable).toBe('it is no list of models, and none of its attributes is');
});

test('datasets of HDF5 as the source: saved in other formats, and the same again', (ctx) => {
  const python = pythonWith('science', ctx);
  if (spawnSync(python, ['-c', 'import h5py']).status !== 0) ctx.skip('h5py is not installed');
  const program =
    "import h5py, numpy, sys; f = h5py.File(sys.argv[1], 'w'); f['a'] = numpy.ones((300, 400)); f['g/b'] = numpy.arange(9)";
  const rows = rowsOfMade(program, 'model.h5', python);
  for (const id of ['pickle4', 'npz', 'hdf5']) expect([id, rows.get(id)!.difference]).toEqual([id, '']);
});

test('a version of Python that is none is usage', () => {
  const cwd = makeFolder();
  make("import pickle, sys; pickle.dump([1], open(sys.argv[1], 'wb'))", join(cwd, 'm.pkl'));
  const ended = highwater(['formats', 'm.pkl', '--python', '3.20'], { cwd });
  expectOneMessage(ended.stderr);
  expect([ended.status, ended.stdout]).toEqual([2, '']);
});

test('a model that does not load is one message and exit code 3', () => {
  const cwd = makeFolder();
  writeFileSync(join(cwd, 'lost.pkl'), 'cno_such_module\nThing\n.');
  const ended = highwater(['formats', 'lost.pkl', '--python', PYTHON], { cwd });
  expectOneMessage(ended.stderr);
  expect(ended.stderr).toMatch(/lost\.pkl cannot be loaded \(ModuleNotFoundError/);
  expect([ended.status, ended.stdout]).toEqual([3, '']);
});
