// `highwater slim` against real interpreters: what is loaded from its files is what was loaded from the old ones.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Trial, tryGraphs } from '../artifact/graph-trial.ts';
import { BIN, type Ended, highwater, makeFolder, ROOT } from './highwater.ts';
import { PYTHON, pythonOf, pythonWith } from './pythons.ts';

const COMPARE = join(ROOT, 'python', 'compare_loads.py');

describe('random object graphs', () => {
  const trials: readonly (readonly [string, Pick<Trial, 'loader' | 'slotState' | 'first' | 'count'>])[] = [
    ['3.9', { loader: 'pickle', slotState: false, first: 0, count: 120 }],
    ['3.11', { loader: 'pure', slotState: false, first: 1000, count: 60 }],
    ['3.11', { loader: 'pickle', slotState: true, first: 2000, count: 60 }],
    ['3.13', { loader: 'pickle', slotState: false, first: 3000, count: 120 }],
  ];
  test.for(trials)('on Python %s, %o: equal in values, types, bits and sharing', ([version, trial], ctx) => {
    const result = tryGraphs({ ...trial, python: pythonOf(version, ctx), folder: makeFolder() });
    expect(result.mismatches).toEqual([]);
    expect([result.graphs, result.opaque]).toEqual([trial.count, 0]);
    // The trial is about something: there were objects, and much was left out.
    expect(result.objects).toBeGreaterThan(trial.count * 20);
    expect(result.memoAfter).toBeLessThan(result.memoBefore / 2);
    expect(result.wrappedStates > 0).toBe(trial.slotState);
  });
});

describe('files of joblib', () => {
  const MAKE = `
import joblib, numpy as np, sys
from sklearn.ensemble import RandomForestClassifier
rows = np.random.default_rng(0).normal(size=(300, 4))
forest = RandomForestClassifier(5, random_state=0).fit(rows, rows[:, 0] > 0)
arrays = {"o": np.array([1, "two", [3]], dtype=object), "F": np.asfortranarray(rows), "e": np.zeros((0, 3)), "r": [rows] * 2}
joblib.dump([forest, arrays], "m", compress=int(sys.argv[1]), protocol=int(sys.argv[2]))
`;
  test.for([
    [0, 4],
    [0, 2],
    [0, 5],
    [3, 4],
  ])(
    'compressed %i, protocol %i: load to the same, arrays where a mapping can be made of them',
    ([compress, protocol], ctx) => {
      const python = pythonWith('science', ctx);
      const cwd = makeFolder();
      const run = (code: string, ...words: string[]) => {
        const { status, stdout, stderr } = spawnSync(python, ['-c', code, ...words], { cwd, encoding: 'utf8' });
        expect(status, stderr).toBe(0);
        return stdout.trim();
      };
      run(MAKE, String(compress), String(protocol));
      const slimmed = highwater(['slim', 'm', '-o', 'n', '--verify', 'load', '--python', python, '--json'], { cwd });
      expect(slimmed.status, slimmed.stderr).toBe(0);
      const report = JSON.parse(slimmed.stdout);
      expect(report.splicedArrays).toBeGreaterThan(10);
      expect(report.memoAfter).toBeLessThan(report.memoBefore / 2);
      if (compress !== 0) return;
      const aligned =
        'x = joblib.load("n", mmap_mode="r")[1]["F"]; print(type(x).__name__, x.ctypes.data % 16, x[1, 2])';
      expect(run(`import joblib; ${aligned}`)).toBe(run(`import joblib; ${aligned.replace('"n"', '"m"')}`));
    },
  );
});

describe('arrays of equal numbers', () => {
  test('stay arrays of their own: writing into one changes no other', (ctx) => {
    const python = pythonWith('science', ctx);
    const cwd = makeFolder();
    const run = (code: string) => {
      const { status, stdout, stderr } = spawnSync(python, ['-c', `import numpy, pickle\n${code}`], {
        cwd,
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      return stdout.trim();
    };
    for (const protocol of [2, 4, 5]) {
      run(
        `pickle.dump([numpy.zeros(n) for n in (1, 30, 32, 100, 126, 500, 9000) for _ in "ab"], open("m", "wb"), ${protocol})`,
      );
      expect(highwater(['slim', 'm', '-o', 'n', '--force'], { cwd }).status).toBe(0);
      const written = run(`
arrays = pickle.load(open("n", "rb"))
for i, array in enumerate(arrays): array += i + 1
print([int(array[0]) for array in arrays] == list(range(1, 15)))`);
      expect([protocol, written]).toEqual([protocol, 'True']);
    }
  });
});

describe('the comparison of two loads', () => {
  const pairs: readonly (readonly [string, string, string, RegExp | null])[] = [
    ['equal', '[1, "ab", [2]]', '[1, "ab", [2]]', null],
    ['texts that are one', '["".join("ab"), "".join("ab")]', 'x = "".join("ab"); [x, x]', null],
    ['one text that is two', 'x = "".join("ab"); [x, x]', '["".join("ab"), "".join("ab")]', /one str became several/],
    ['lists that are one', '[[1], [1]]', 'x = [1]; [x, x]', /several objects of list became one/],
    ['one list that is two', 'x = [1]; [x, x]', '[[1], [1]]', /one list became several/],
    ['the bit of a zero', '[0.0]', '[-0.0]', /root\[0\]\[0\]: 0\.0 became -0\.0/],
    ['an int and a bool', '[1]', '[True]', /a int became a bool/],
    ['an int and a float', '{"a": 1}', '{"a": 1.0}', /root\[0\]\['a'\]: a int became a float/],
    ['two NaNs that are one', '[float("nan"), float("nan")]', 'NAN', /several objects of float became one/],
    ['the order of a dict', '{"a": 1, "b": 2}', '{"b": 2, "a": 1}', /'a' became 'b'/],
    ['a set', '{1, 2}', '{1, 3}', /2 became 3/],
    ['bytes of a bytearray', 'bytearray(b"a")', 'bytearray(b"b")', /the bytes differ/],
    [
      'state that only a pickler sees',
      'import random; random.Random(1)',
      'import random; random.Random(2)',
      /__reduce_ex__/,
    ],
    [
      'an attribute',
      'import types; types.SimpleNamespace(a=1)',
      'import types; types.SimpleNamespace(a=2)',
      /1 became 2/,
    ],
  ];
  test.for(pairs)('%s', ([, first, second, difference]) => {
    const folder = makeFolder();
    pickleTo(join(folder, 'a'), first);
    pickleTo(join(folder, 'b'), second);
    const { stdout } = spawnSync(PYTHON, [COMPARE, 'a', 'b'], { cwd: folder, encoding: 'utf8' });
    const verdict = JSON.parse(stdout);
    if (difference === null) expect(verdict).toMatchObject({ equal: true, difference: null });
    else expect(verdict.difference).toMatch(difference);
  });
});

/** No pickler makes it: floats are not put into the memo. */
const ONE_NAN_TWICE = Buffer.from('80045d28477ff8000000000000946800652e', 'hex');

/** Statements, the last of them an expression. */
function pickleTo(path: string, code: string): void {
  if (code === 'NAN') {
    writeFileSync(path, ONE_NAN_TWICE);
    return;
  }
  const parts = code.split('; ');
  const last = parts.pop();
  const program = `import pickle\n${parts.join('\n')}\npickle.dump(${last}, open(${JSON.stringify(path)}, "wb"), 4)`;
  const { status, stderr } = spawnSync(PYTHON, ['-c', program], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

describe('the command', () => {
  const OBJECTS = 'x = [1]; [x, x, "".join("ab"), "".join("ab"), {"a": 1.5, "b": 1.5}]';

  function makeModel(): string {
    const folder = makeFolder();
    pickleTo(join(folder, 'm.pkl'), OBJECTS);
    return folder;
  }

  test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'ended by %s in the middle leaves nothing behind',
    async (signal) => {
      const folder = makeFolder();
      pickleTo(join(folder, 'm.pkl'), '[{"n": i, "s": str(i), "f": i / 7} for i in range(400_000)]');
      const child = spawn(process.execPath, [BIN, 'slim', 'm.pkl', '-o', 'out.pkl'], { cwd: folder, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
      const files = () => readdirSync(folder).filter((name) => name !== 'm.pkl');
      await until(() => files().length > 0);
      child.kill(signal);
      expect(await ended).toBe(signal);
      await until(() => files().length === 0);
    },
  );

  async function until(isSo: () => boolean): Promise<void> {
    const end = performance.now() + 30_000;
    while (!isSo()) {
      if (performance.now() > end) throw new Error('it did not come to that within 30 s');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  function expectRefusal({ status, stdout, stderr }: Ended, code: number, words: RegExp): void {
    expect(stderr).toMatch(words);
    expect(stdout).toBe('');
    expect(status).toBe(code);
  }

  test('rewrites, loads both on request, and says so as JSON', () => {
    const cwd = makeModel();
    const { status, stdout, stderr } = highwater(
      ['slim', 'm.pkl', '-o', 'n.pkl', '--verify', 'load', '--python', PYTHON, '--json'],
      { cwd },
    );
    expect(status, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ pickles: 1, shared: { text: 1, float: 1 }, load: { opaque: {} } });
    expect(report.outputBytes).toBe(statSync(join(cwd, 'n.pkl')).size);
    expect(readdirSync(cwd).sort()).toEqual(['m.pkl', 'n.pkl']);
  });

  test('asks about a class once, however many pickles of it there are', () => {
    const cwd = makeFolder({ 'classes.py': 'class Own:\n    def __setstate__(self, state): self.__dict__ = state\n' });
    const program = `import pickle, sys
from classes import Own
with open("m.pkl", "wb") as file:
    for i in range(50):
        own = Own()
        own.a, own.b = i, "text"
        pickle.dump(own, file)`;
    const env = { ...process.env, PYTHONPATH: cwd };
    expect(spawnSync(PYTHON, ['-c', program], { cwd, env }).status).toBe(0);
    const words = ['slim', 'm.pkl', '-o', 'n.pkl', '--slot-state', '--python', PYTHON, '--json'];
    const { status, stdout, stderr } = highwater(words, { cwd, env });
    expect(status, stderr).toBe(0);
    const { pickles, keptClasses } = JSON.parse(stdout);
    expect([pickles, keptClasses.length]).toEqual([50, 1]);
    expect(keptClasses[0]).toMatchObject({ name: 'classes.Own', instances: 50 });
  });

  test('a name in the file cannot steer the terminal through the JSON', () => {
    const cwd = makeFolder();
    const name = Buffer.from('O\u202ewn\u0085', 'utf8').toString('latin1');
    const pickle = `\x80\x04\x8c\x07classes\x8c${String.fromCharCode(name.length)}${name}\x93)\x81}\x8c\x01aK\x01sb.`;
    writeFileSync(join(cwd, 'm.pkl'), Buffer.from(pickle, 'latin1'));
    const words = ['slim', 'm.pkl', '-o', 'n.pkl', '--slot-state', '--python', PYTHON, '--json'];
    const { status, stdout, stderr } = highwater(words, { cwd });
    expect(status, stderr).toBe(0);
    expect(stdout).not.toMatch(/[\u0085\u202e]/);
    expect(JSON.parse(stdout).keptClasses[0].name).toBe('classes.O\u202ewn\u0085');
  });

  test('executes nothing of the file', () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, 'm.pkl'), "cos\nsystem\n(S'touch executed'\ntR.");
    expect(highwater(['slim', 'm.pkl', '-o', 'n.pkl'], { cwd }).status).toBe(0);
    expect(readdirSync(cwd).sort()).toEqual(['m.pkl', 'n.pkl']);
  });

  test('takes zlib and gzip apart and together again', () => {
    const cwd = makeModel();
    spawnSync('gzip', ['-k', 'm.pkl'], { cwd });
    expect(highwater(['slim', 'm.pkl.gz', '-o', 'n.pkl.gz'], { cwd }).status).toBe(0);
    const load = 'import gzip, pickle; print(pickle.load(gzip.open("n.pkl.gz")))';
    const { stdout } = spawnSync(PYTHON, ['-c', load], { cwd, encoding: 'utf8' });
    expect(stdout.trim()).toBe("[[1], [1], 'ab', 'ab', {'a': 1.5, 'b': 1.5}]");
  });

  test('does not replace a file, but with --force', () => {
    const cwd = makeModel();
    writeFileSync(join(cwd, 'n.pkl'), 'mine');
    expectRefusal(highwater(['slim', 'm.pkl', '-o', 'n.pkl'], { cwd }), 2, /n\.pkl exists already/);
    expect(readFileSync(join(cwd, 'n.pkl'), 'utf8')).toBe('mine');
    expect(highwater(['slim', 'm.pkl', '-o', 'n.pkl', '--force'], { cwd }).status).toBe(0);
    expectRefusal(highwater(['slim', 'm.pkl', '-o', './m.pkl', '--force'], { cwd }), 2, /is the input itself/);
  });

  test.for([
    ['is missing', 'gone.pkl', '', 3, /cannot open .*gone\.pkl \(ENOENT\)/],
    ['is empty', 'm', '', 3, /is empty/],
    ['is no model', 'm', 'Dear all,\n', 3, /of no kind that highwater knows/],
    ['is cut off', 'm', '\x80\x04\x95\x10\0\0\0\0\0\0\0]', 3, /m: FRAME asks for a frame of 16 bytes.*\(at byte 2\)/],
    ['is followed by something', 'm', '\x80\x04N.rest', 3, /behind the pickle stand 4 bytes.*\(at byte 4\)/],
    ['is compressed otherwise', 'm', 'BZh91AY&SY', 3, /compressed with bz2/],
  ] as const)('refuses a file that %s', ([, name, content, code, words]) => {
    const cwd = makeFolder();
    if (name === 'm') writeFileSync(join(cwd, name), Buffer.from(content, 'latin1'));
    expectRefusal(highwater(['slim', name, '-o', 'n'], { cwd }), code, words);
    expect(existsSync(join(cwd, 'n'))).toBe(false);
    expect(readdirSync(cwd)).toEqual(name === 'm' ? ['m'] : []);
  });

  test('refuses a folder that does not exist, and leaves nothing', () => {
    const cwd = makeModel();
    expectRefusal(highwater(['slim', 'm.pkl', '-o', 'no/n.pkl'], { cwd }), 3, /cannot write .*no\//);
    expect(readdirSync(cwd)).toEqual(['m.pkl']);
  });
});
