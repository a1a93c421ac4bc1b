// `highwater xray` as a user calls it: what it says, its exit codes, what it refuses and how.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MODELS } from '../models.ts';
import { type Ended, expectOneMessage, highwater, makeFolder, userEnvironment } from './highwater.ts';
import { PYTHON, pythonWith } from './pythons.ts';

function xray(args: readonly string[], cwd = makeFolder(), env: Readonly<Record<string, string>> = {}): Ended {
  return highwater(['xray', ...args], { cwd, env: { ...userEnvironment(), ...env } });
}

const fixture = (name: string) => join(MODELS, name);

/** Pickles that Python makes here. */
function pickleOf(expression: string, cwd: string, name = 'model.pkl'): string {
  const program = `import pickle, sys; pickle.dump(${expression}, open(sys.argv[1], 'wb'), protocol=4)`;
  const { status, stderr } = spawnSync(PYTHON, ['-c', program, join(cwd, name)], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return join(cwd, name);
}

/** A pickle that calls os.system when it is loaded: it must never run. */
function writeDangerous(cwd: string): string {
  const path = join(cwd, 'evil.pkl');
  writeFileSync(path, `cos\nsystem\n(S'touch ${join(cwd, 'executed')}'\ntR.`);
  return path;
}

describe('what it says', () => {
  test('of a pickle: prediction, objects, imports; exit code 0', () => {
    const cwd = makeFolder();
    const ended = xray([pickleOf("[{'name': 'x' * 10, 'value': float(i)} for i in range(30000)]", cwd)], cwd);
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(ended.stdout).toMatch(/pickle protocol 4/);
    expect(ended.stdout).toMatch(/Loading it is predicted to take [\d.]+ MiB at the peak/);
    expect(ended.stdout).toMatch(/dict +30,000/);
    for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('of several files, one after the other, and as JSON', () => {
    const ended = xray([fixture('stored.npz'), fixture('weights.h5'), '--json']);
    const report = JSON.parse(ended.stdout);
    expect(report.schema).toBe('highwater-artifact/1');
    expect(report.models.map((model: { format: { id: string } }) => model.format.id)).toEqual(['npz', 'hdf5']);
    expect(report.models[0].measured).toBeNull();
  });

  test('for a version of Python that is named', () => {
    const cwd = makeFolder();
    const model = pickleOf("['text %d' % i for i in range(50000)]", cwd);
    const peaks = ['3.9', '3.13'].map((version) => {
      const [first] = JSON.parse(xray([model, '--python', version, '--json'], cwd).stdout).models;
      expect(first.forecast.python.minor).toBe(Number(version.slice(2)));
      return first.forecast.peak as number;
    });
    expect(peaks[0]).toBeGreaterThan(peaks[1]!); // a str has eight bytes more in 3.9
  });

  test('as a page', () => {
    const cwd = makeFolder();
    const ended = xray([fixture('weights.h5'), '--html', 'out.html'], cwd);
    expect([ended.status, ended.stderr]).toEqual([0, 'highwater: wrote out.html\n']);
    expect(readFileSync(join(cwd, 'out.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<svg class="map"/);
  });

  test('of shards, by the index beside them', () => {
    const cwd = makeFolder();
    copyFileSync(fixture('tensors.safetensors'), join(cwd, 'model-00001-of-00002.safetensors'));
    const map = { 'embedding.weight': 'model-00001-of-00002.safetensors', lost: 'model-00002-of-00002.safetensors' };
    writeFileSync(join(cwd, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    const ended = xray(['model.safetensors.index.json'], cwd);
    expect(ended.status).toBe(0);
    expect(ended.stdout).toMatch(/safetensors in 2 shards/);
    expect(ended.stdout).toMatch(/Warning: The shard model-00002-of-00002\.safetensors is not beside the index\./);
    expect(ended.stdout).toMatch(/1 of 2 shards are missing/);
  });
});

describe('what it would import', () => {
  test('is named, and nothing of it is executed', () => {
    const cwd = makeFolder();
    const model = writeDangerous(cwd);
    const ended = xray([model], cwd);
    expect(ended.status).toBe(0);
    expect(ended.stdout).toMatch(/KNOWN-DANGEROUS +os\.system +called +1 +at byte \d+: can start programs/);
    expect(existsSync(join(cwd, 'executed'))).toBe(false);
    expect(spawnSync(PYTHON, ['-c', `import pickle; pickle.load(open(${JSON.stringify(model)}, 'rb'))`]).status).toBe(
      0,
    );
    expect(existsSync(join(cwd, 'executed'))).toBe(true); // the file is what it seems: the test can fail
  });

  test('--fail-on makes it an exit code', () => {
    const cwd = makeFolder();
    const dangerous = writeDangerous(cwd);
    writeFileSync(join(cwd, 'unknown.pkl'), 'cmylib.models\nNet\n.');
    const data = pickleOf('[1, 2, 3]', cwd, 'data.pkl');
    const code = (file: string, verdict: string) => xray([file, '--fail-on', verdict], cwd).status;
    expect([code(dangerous, 'dangerous'), code(dangerous, 'unknown')]).toEqual([1, 1]);
    expect([code('unknown.pkl', 'dangerous'), code('unknown.pkl', 'unknown')]).toEqual([0, 1]);
    expect([code(data, 'dangerous'), code(data, 'unknown')]).toEqual([0, 0]);
  });
});

describe('what it refuses', () => {
  function expectRefusal(ended: Ended, code: number, words: RegExp): void {
    expectOneMessage(ended.stderr);
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr).toMatch(/\n {2}Try: /);
    expect(ended.status).toBe(code);
    expect(ended.stdout).toBe('');
  }

  test('missing, empty, a folder, a pipe', () => {
    const cwd = makeFolder({ empty: '' });
    mkdirSync(join(cwd, 'folder'));
    spawnSync('mkfifo', [join(cwd, 'pipe')]);
    expectRefusal(xray(['gone.pkl'], cwd), 3, /cannot open gone\.pkl \(ENOENT\)/);
    expectRefusal(xray(['empty'], cwd), 3, /empty is empty/);
    expectRefusal(xray(['folder'], cwd), 3, /folder is a folder/);
    expectRefusal(xray(['pipe'], cwd), 3, /pipe is no regular file/);
  });

  test('what is no model: text, a web page, a pointer of Git LFS, a program', () => {
    const cwd = makeFolder({
      'notes.txt': 'Some words about a model.\nNothing else.\n',
      'page.pkl': '<!DOCTYPE html><html><body>404</body></html>',
      'lfs.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n',
    });
    expectRefusal(xray(['notes.txt'], cwd), 3, /notes\.txt is in no format that highwater knows/);
    expectRefusal(xray(['page.pkl'], cwd), 3, /is a web page: the download gave an error/);
    expectRefusal(xray(['lfs.bin'], cwd), 3, /a pointer of Git LFS: the model itself was not downloaded/);
    expectRefusal(xray(['/bin/true'], cwd), 3, /is a compiled program or library/);
  });

  test('cut off: one message that names the byte', () => {
    const cwd = makeFolder();
    for (const name of ['stored.npz', 'tensors.safetensors', 'table.parquet', 'weights.h5', 'plain.joblib']) {
      const bytes = readFileSync(fixture(name));
      writeFileSync(join(cwd, name), bytes.subarray(0, Math.floor(bytes.length * 0.7)));
      expectRefusal(xray([name], cwd), 3, /\(at byte \d+\)/);
    }
  });

  test('one bad file among good ones: the good ones are told, and the code is 3', () => {
    const ended = xray([fixture('plain.npy'), 'gone.npy']);
    expect(ended.stdout).toMatch(/plain\.npy: npy/);
    expectOneMessage(ended.stderr);
    expect(ended.status).toBe(3);
  });

  test('no file, an unknown option, a Python that is none: usage', () => {
    expect(xray([]).status).toBe(2);
    expect(xray(['x', '--fail-on', 'all']).status).toBe(2);
    expect(xray([fixture('plain.npy'), '--python', '/no/python']).status).toBe(3);
    const old = xray([fixture('plain.npy'), '--python', '3.8']);
    expect([old.status, old.stderr]).toEqual([2, expect.stringMatching(/Python 3\.8 is not among 3\.9 to 3\.14/)]);
    expect(xray([fixture('plain.npy'), '--html', '/no/folder/x.html']).stderr).toMatch(/cannot write \/no\/folder/);
  });
});

describe('--measure', () => {
  test('loads it in a fresh interpreter and tells both figures', () => {
    const cwd = makeFolder();
    const model = pickleOf("{'blob': bytes(30_000_000), 'rows': [str(i) for i in range(100000)]}", cwd);
    const ended = xray([model, '--measure', '--python', PYTHON, '--json'], cwd);
    const [{ forecast, measured }] = JSON.parse(ended.stdout).models;
    expect(measured.failure).toBe('');
    expect(measured.peak).toBeGreaterThan(30e6);
    expect(Math.abs(forecast.peak / measured.peak - 1)).toBeLessThan(0.1);
    expect(xray([model, '--measure', '--python', PYTHON], cwd).stdout).toMatch(/Measured +predicted MiB +measured MiB/);
  });

  test('says what was loaded by class, and which lines of the load hold it', () => {
    const cwd = makeFolder({
      'shapes.py': `class Shape:
    def __setstate__(self, state):
        self.points = list(range(state, state + 400))
`,
      'make.py': `import pickle, sys
from shapes import Shape
made = [Shape() for _ in range(5000)]
Shape.__getstate__ = lambda self: 1000
pickle.dump([made, [str(i) * 3 for i in range(30000)]], open('shapes.pkl', 'wb'))
`,
    });
    expect(spawnSync(PYTHON, ['make.py'], { cwd, encoding: 'utf8' }).stderr).toBe('');
    const ended = xray(['shapes.pkl', '--measure', '--python', PYTHON, '--json'], cwd);
    const [{ measured }] = JSON.parse(ended.stdout).models;
    expect(measured.failure).toBe('');
    const classes = new Map<string, { count: number; predictedCount: number | null }>(
      measured.classes.map((row: { name: string }) => [row.name, row]),
    );
    expect(classes.get('shapes.Shape')).toMatchObject({ count: 5000, predictedCount: 5000 });
    expect(classes.get('str')!.count).toBeGreaterThanOrEqual(30_000);
    // What __setstate__ makes is in no file: only the load tells.
    expect(classes.get('list')!.count).toBeGreaterThanOrEqual(5002);
    const [line] = measured.lines;
    expect(line).toMatchObject({ file: join(cwd, 'shapes.py'), line: 3, func: 'Shape.__setstate__' });
    // A place in a list, and an int of 28 bytes, which takes 32.
    expect(Math.abs(line.after / (5000 * 400 * (8 + 32)) - 1)).toBeLessThan(0.1);
    expect(xray(['shapes.pkl', '--measure', '--python', PYTHON], cwd).stdout).toMatch(
      /shapes\.py:3 Shape\.__setstate__/,
    );
  });

  test('names and memory of the script are neither those of the measurement nor of the load', () => {
    const cwd = makeFolder({
      'own.py': `from time import time
def load(*anything): return 42
def limit(*anything): pass
def measure(*anything): pass
def main(*anything): pass
json = status = classes_of = load
class Row:
    pass
kept = bytearray(b"x") * 40_000_000
passed = bytearray(b"x") * 90_000_000
del passed
`,
      'make.py': `import pickle, sys
from own import Row
Row.__module__ = "__main__"
sys.modules["__main__"].Row = Row
rows = [Row() for _ in range(20000)]
for i, row in enumerate(rows): row.name = "row %d" % i
pickle.dump(rows, open("rows.pkl", "wb"))
`,
      'sitecustomize.py': 'print("a line of the environment")\n',
    });
    expect(spawnSync(PYTHON, ['make.py'], { cwd, encoding: 'utf8' }).stderr).toBe('');
    const args = ['rows.pkl', '--measure', '--script', 'own.py', '--python', PYTHON, '--json'];
    const ended = xray(args, cwd, { PYTHONPATH: cwd });
    const [{ measured }] = JSON.parse(ended.stdout).models;
    expect(measured.failure).toBe('');
    expect(measured.classes.find(({ name }: { name: string }) => name === '__mp_main__.Row').count).toBe(20_000);
    expect(measured.lines.length).toBeGreaterThan(0);
    for (const { file, peak, after } of measured.lines) {
      expect([file, peak]).toEqual(['', null]); // the script's own 130 MB were the peak
      expect(after).toBeLessThan(12e6);
    }
  });

  test('arrays count with the bytes that they lie in, and what prints while it loads does not hide the answer', (ctx) => {
    const cwd = makeFolder();
    const python = pythonWith('science', ctx);
    const program = `import numpy, pickle
class Loud:
    def __reduce__(self):
        return print, ("a word of the model",)
kinds = numpy.zeros(1000, dtype=[("a", "i8"), ("b", "O")])
pickle.dump([numpy.arange(2_000_000.0), kinds, Loud()], open("m.pkl", "wb"))`;
    expect(spawnSync(python, ['-c', program], { cwd }).status).toBe(0);
    const ended = xray(['m.pkl', '--measure', '--python', python, '--json'], cwd);
    const [{ measured }] = JSON.parse(ended.stdout).models;
    const bytesOf = (...names: string[]) =>
      measured.classes
        .filter(({ name }: { name: string }) => names.includes(name))
        .reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0);
    expect(bytesOf('numpy.ndarray', 'bytes')).toBeGreaterThan(16e6);
    expect(bytesOf('numpy.ndarray', 'bytes')).toBeLessThan(17e6);
    expect(bytesOf('tuple')).toBeLessThan(1e4); // rows of `kinds` are no objects
  });

  test('loads by the call that is predicted: a deflated pickle, an array of objects', (ctx) => {
    const cwd = makeFolder();
    const python = pythonWith('science', ctx);
    const program = `import gzip, numpy, pickle
pickle.dump(numpy.random.default_rng(1).bytes(20_000_000), gzip.open("m.pkl.gz", "wb"))
words = numpy.array(["word %d" % i for i in range(100_000)], dtype=object)
numpy.save("m.npy", words)
numpy.savez("m.npz", words=words)`;
    expect(spawnSync(python, ['-c', program], { cwd }).status).toBe(0);
    const ended = xray(['m.pkl.gz', 'm.npy', 'm.npz', '--measure', '--python', python, '--json'], cwd);
    for (const { path, forecast, measured } of JSON.parse(ended.stdout).models) {
      expect([path, measured.failure]).toEqual([path, '']);
      expect(Math.abs(forecast.peak / measured.peak - 1), path).toBeLessThan(0.15);
    }
  });

  test('keeps the memory limit, and says what the loader said', () => {
    const cwd = makeFolder();
    const model = pickleOf('bytes(200_000_000)', cwd);
    const args = [model, '--measure', '--python', PYTHON, '--memory-limit', '50M', '--json'];
    const [{ measured }] = JSON.parse(xray(args, cwd).stdout).models;
    expect(measured.failure).toMatch(/MemoryError/);
  });

  test('a library that is missing is named', (ctx) => {
    const cwd = makeFolder();
    const python = pythonWith('science', ctx);
    const probe = spawnSync(python, ['-c', 'import safetensors'], { env: userEnvironment() });
    if (probe.status === 0) ctx.skip('safetensors is installed');
    const ended = xray([fixture('tensors.safetensors'), '--measure', '--python', python, '--json'], cwd);
    expect(JSON.parse(ended.stdout).models[0].measured.failure).toMatch(/cannot be imported/);
  });
});
