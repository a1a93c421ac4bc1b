import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { assemble, disassemble } from '../../../test/artifact/pickle-text.ts';
import { MemorySink } from '../byte-sink.ts';
import { MemorySource } from '../byte-source.ts';
import { JoblibSplice } from '../joblib-splice.ts';
import { findSplices } from './joblib-splices.ts';
import { runPickles } from './read-pickle.ts';
import { PickleScanner } from './scan.ts';
import { slimPickle } from './slim.ts';

/** A wrapper as joblib pickles it, without memo entries, and what comes behind its BUILD. */
function wrapper(dtype: string, shape: string, behind: string, alignment = ''): string {
  return `GLOBAL joblib.numpy_pickle|NumpyArrayWrapper
    EMPTY_TUPLE
    NEWOBJ
    EMPTY_DICT
    MARK
    SHORT_BINUNICODE "shape"
    ${shape}
    SHORT_BINUNICODE "dtype"
    GLOBAL numpy|dtype
    SHORT_BINUNICODE "${dtype}"
    NEWFALSE
    NEWTRUE
    TUPLE3
    REDUCE
    ${alignment}
    SETITEMS
    BUILD
    ${behind}`;
}

const ALIGNED = 'SHORT_BINUNICODE "numpy_array_alignment_bytes"\nBININT1 16';

function find(text: string) {
  const scanner = new PickleScanner(new MemorySource(assemble(text)));
  const splices = findSplices(scanner, 0);
  return Array.from({ length: splices.count }, (_, row) => splices.read(row));
}

describe('arrays in the middle of a pickle', () => {
  it('are as long as shape and dtype say', () => {
    const [first, second, ...more] = find(
      `PROTO 4\nMARK
       ${wrapper('i2', 'BININT1 3\nTUPLE1', 'bytes 01 00 02 00 03 00')}
       ${wrapper('U1', 'EMPTY_TUPLE', 'bytes 61 00 00 00')}
       LIST\nSTOP`,
    );
    expect([first!.end - first!.at, second!.end - second!.at, more]).toEqual([6, 4, []]);
  });

  it('may have a shape and a dtype that stood before, as in a file that was slimmed', () => {
    const first = wrapper('i2', 'BININT1 2\nTUPLE1\nMEMOIZE', 'bytes 2e 2e 2e 2e').replace('REDUCE', 'REDUCE\nMEMOIZE');
    const second = wrapper('', 'BINGET 0', 'bytes 2e 2e 2e 2e').replace(/GLOBAL numpy\|dtype[\s\S]*REDUCE/, 'BINGET 1');
    const found = find(`PROTO 4\nMARK\n${first}\n${second}\nLIST\nSTOP`);
    expect(found.map(({ at, end }) => end - at)).toEqual([4, 4]);
  });

  it('begin behind their padding, and get a new one that ends at a multiple of 16', () => {
    const text = `PROTO 4\n${wrapper('u1', 'BININT1 4\nTUPLE1', 'bytes 02 ff ff 2e 2e 2e 2e', ALIGNED)}\nSTOP`;
    expect(find(text)).toMatchObject([{ alignment: 16, isPickle: false }]);
    const sink = new MemorySink();
    slimPickle(new PickleScanner(new MemorySource(assemble(text))), sink, 5, { budget: 0 });
    const slimmed = Buffer.from(sink.bytes());
    const at = slimmed.indexOf('....');
    expect((5 + at) % 16).toBe(0);
    expect(
      slimmed[
        at -
          1 -
          slimmed
            .subarray(0, at)
            .toReversed()
            .findIndex((byte) => byte !== 0xff)
      ],
    ).toBeLessThan(17);
  });

  it('of objects are pickles of their own, slimmed too', () => {
    const inner = 'PROTO 4\nEMPTY_LIST\nMEMOIZE\nSTOP';
    const text = `PROTO 4\n${wrapper('O8', 'BININT1 1\nTUPLE1', inner)}\nSTOP`;
    expect(find(text)).toMatchObject([{ isPickle: true }]);
    const sink = new MemorySink();
    slimPickle(new PickleScanner(new MemorySource(assemble(text))), sink, 0, { budget: 0 });
    expect(disassemble(sink.bytes())).toContain('BUILD\nPROTO 4\nEMPTY_LIST\nSTOP\nSTOP');
  });

  it('of objects count towards what is shared', () => {
    const twice = (text: string) => `SHORT_BINUNICODE "${text}"\nSHORT_BINUNICODE "${text}"\nTUPLE2`;
    const inner = `PROTO 4\n${twice('a word that comes again')}\nSTOP`;
    const text = `PROTO 4\n${wrapper('O8', 'BININT1 1\nTUPLE1', inner)}\nSTOP`;
    const facts = slimPickle(new PickleScanner(new MemorySource(assemble(text))), new MemorySink(), 0, {
      budget: 2 ** 20,
    });
    expect(facts.shared.text).toBe(1);
  });

  it.each(['joblib.numpy_pickle', 'sklearn.externals.joblib.numpy_pickle'])('%s is read by xray, too', (module) => {
    const text = wrapper('i2', 'BININT1 3\nTUPLE1', 'bytes 01 00 02 00 03 00').replace('joblib.numpy_pickle', module);
    const source = new MemorySource(assemble(`PROTO 4\n${text}\nSTOP`));
    const splice = new JoblibSplice(source, 2 ** 20);
    expect(runPickles(source, { python: { major: 3, minor: 11 }, splice })).toHaveLength(1);
  });

  it('of records that hold objects are pickles too, for both machines', () => {
    // test/fixtures/pickles/arrays.py: arrays of every kind, one of them of records with a field of objects.
    const name = fileURLToPath(new URL('../../../test/fixtures/pickles/arrays.joblib', import.meta.url));
    const source = new MemorySource(new Uint8Array(readFileSync(name)));
    const splices = findSplices(new PickleScanner(source), 0);
    const nested = Array.from({ length: splices.count }, (_, row) => splices.read(row)).filter(
      ({ isPickle }) => isPickle,
    );
    const splice = new JoblibSplice(source, 2 ** 24);
    const [pickle] = runPickles(source, { python: { major: 3, minor: 11 }, splice });
    expect(pickle!.end).toBe(source.size);
    expect(splice.nested.map(({ start, end }) => [start, end])).toEqual(nested.map(({ at, end }) => [at, end]));
    expect(nested.length).toBeGreaterThan(1);
  });

  it.each([
    ['an unknown dtype', wrapper('what', 'BININT1 1\nTUPLE1', ''), /unknown dtype/],
    ['an unknown shape', wrapper('i2', 'NONE', ''), /unknown shape/],
    [
      'an alignment that no byte holds',
      wrapper('u1', 'BININT1 1\nTUPLE1', '', ALIGNED.replace('BININT1 16', 'BININT2 256')),
      /alignment of 256/,
    ],
    ['an array longer than the file', wrapper('i8', 'BININT 2000000000\nTUPLE1', ''), /16000000000 bytes begins here/],
    [
      'a wrapper of before 0.10',
      'GLOBAL joblib.numpy_pickle|NDArrayWrapper\nEMPTY_TUPLE\nNEWOBJ\nNONE\nBUILD',
      /before 0\.10/,
    ],
  ])('refuse %s', (_what, text, message) => {
    expect(() => find(`PROTO 4\n${text}\nSTOP`)).toThrow(message);
  });
});
