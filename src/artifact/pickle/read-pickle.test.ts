import { describe, expect, it } from 'vitest';
import { MemorySource } from '../byte-source.ts';
import type { PickleFindings } from './findings.ts';
import { readPickle } from './read-pickle.ts';
import { written } from './written.ts';

function find(words: string | Uint8Array, minor = 11): PickleFindings {
  const bytes = typeof words === 'string' ? written(words) : words;
  return readPickle(new MemorySource(bytes), { python: { major: 3, minor } });
}

/** `count` instances of m.C in a list, each with a float and a tuple of its own as attributes. */
function instances(count: number, attribute = 'BINFLOAT:1.5'): string {
  const one = `BINGET:0 EMPTY_TUPLE NEWOBJ MEMOIZE EMPTY_DICT MEMOIZE MARK SHORT_BINUNICODE:weight ${attribute} SETITEMS BUILD `;
  return `GLOBAL:m,C BINPUT:0 POP EMPTY_LIST BINPUT:1 MARK ${one.repeat(count)} APPENDS STOP`;
}

const STATE = `BININT1:3 MARK ${'BININT:70000 '.repeat(625)} TUPLE MEMOIZE NONE TUPLE3 MEMOIZE`;
const GENERATOR = `GLOBAL:random,Random EMPTY_TUPLE REDUCE MEMOIZE ${STATE} BUILD `;
const GENERATORS = Buffer.concat([
  written('EMPTY_LIST MEMOIZE MARK'),
  ...Array<Uint8Array>(1200).fill(written(GENERATOR.trim())),
  written('APPENDS STOP'),
]);

describe('findings of a pickle', () => {
  it('count live objects by class, with a path to one of them', () => {
    const { rows } = find(instances(100)).classes;
    expect(rows.map(({ name, count, example }) => `${name} ${count} ${example}`)).toEqual([
      'm.C 100 model[0]',
      'float 100 ',
      'list 1 model',
      'str 1 ',
    ]);
    expect(rows.every(({ known }) => known)).toBe(true);
  });

  it('say what the memo pins, and for whom', () => {
    const { pinned } = find(instances(100));
    expect(pinned.rows.map(({ name, count, owner }) => [name, count, owner])).toEqual([
      ['dict', 100, 'm.C'],
      ['str', 99, 'm.C'],
    ]);
    expect(pinned.memoSlots).toBe(256);
  });

  it('random generators: a tenth is alive, the rest is their state', () => {
    const { forecast, pinned, whatIfs, advice } = find(GENERATORS);
    expect(forecast.peak / 1200).toBeGreaterThan(27_000);
    expect(forecast.peak / 1200).toBeLessThan(29_000);
    expect(pinned.rows[0]).toMatchObject({ name: 'int', count: 1200 * 625, owner: 'random.Random' });
    const slim = whatIfs.find(({ id }) => id === 'slim')!;
    expect(forecast.peak / slim.peak).toBeGreaterThan(7);
    expect(advice.map(({ id }) => id)).toEqual(expect.arrayContaining(['slim', 'random-generators']));
  });

  it('the parts of the peak add up to it', () => {
    const { forecast } = find(GENERATORS);
    expect(forecast.peakParts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeCloseTo(forecast.peak, 3);
  });

  it('the range of what stays lies between what is alive and what ever was', () => {
    for (const minor of [9, 10, 11, 12, 13, 14]) {
      const { forecast } = find(instances(2000), minor);
      expect(forecast.residentLow).toBeLessThan(forecast.residentHigh);
      expect(forecast.residentHigh).toBeLessThan(forecast.peak * 1.1 + 512 * 1024);
    }
  });

  it('equal floats and strings are counted by what sharing would save', () => {
    const strings = 'SHORT_BINUNICODE:hello '.repeat(50);
    const { duplicates } = find(
      `EMPTY_LIST MARK ${strings} ${'BINFLOAT:0 '.repeat(20)} BINFLOAT:-0 BININT1:0 APPENDS STOP`,
    );
    expect(duplicates.map(({ kind, count, examples }) => [kind, count, examples[0]?.text])).toEqual([
      ['str', 49, '"hello"'],
      ['float', 19, '0'],
    ]);
  });

  it('equal tuples are those of the same types and bits', () => {
    const tuples =
      'BININT1:1 BINFLOAT:1 TUPLE2 BININT1:1 BINFLOAT:1 TUPLE2 NEWTRUE BINFLOAT:1 TUPLE2 BINFLOAT:1 BININT1:1 TUPLE2';
    const { duplicates } = find(`EMPTY_LIST MARK ${tuples} APPENDS STOP`);
    expect(duplicates.find(({ kind }) => kind === 'tuple')?.count).toBe(1);
  });

  it('fast pickling copies what was shared, and cannot write a circle', () => {
    const shared = 'EMPTY_LIST MEMOIZE BINGET:0 BINGET:0 TUPLE3 STOP';
    expect(find(shared).whatIfs.find(({ id }) => id === 'fast')?.cost).toMatch(/^2 references/);
    const circle = 'EMPTY_LIST MEMOIZE BINGET:0 APPEND STOP';
    expect(find(circle).whatIfs.find(({ id }) => id === 'fast')?.notApplicable).toMatch(/circle/);
  });

  it('arrays have type, shape and path', () => {
    const dtype = 'GLOBAL:numpy,dtype SHORT_BINUNICODE:f4 NEWFALSE NEWTRUE TUPLE3 REDUCE';
    const array =
      `GLOBAL:numpy.core.multiarray,_reconstruct GLOBAL:numpy,ndarray BININT1:0 TUPLE1 SHORT_BINBYTES:b TUPLE3 REDUCE ` +
      `MARK BININT1:1 BININT2:10 BININT2:30 TUPLE2 ${dtype} NEWFALSE BINBYTES:${'x'.repeat(1200)} TUPLE BUILD`;
    const { arrays } = find(`EMPTY_DICT MARK SHORT_BINUNICODE:w ${array} SETITEMS STOP`);
    expect(arrays.rows).toEqual([
      { path: 'model["w"]', type: 'float32', shape: [10, 30], bytes: 1200, storedBytes: 1200 },
    ]);
  });

  it('several pickles in one file are loaded one after the other', () => {
    const { parts, notes, forecast } = find(`${instances(100)} ${instances(100)}`);
    expect(parts.map(({ at }) => at)).toEqual([0, parts[0]!.bytes]);
    expect(notes.map(({ code }) => code)).toEqual(['several-pickles']);
    expect(forecast.residentHigh).toBeGreaterThan(find(instances(100)).forecast.residentHigh * 1.9);
  });

  it('several pickles in one file have a row each, and tables of all', () => {
    const [small, large] = [find(instances(100)), find(instances(300))];
    const both = find(`${instances(100)} ${instances(300)}`);
    expect(both.pickles.map(({ name, root, at }) => [name, root, at])).toEqual([
      ['pickle 1', 'list', 0],
      ['model', 'list', both.parts[0]!.bytes],
    ]);
    expect(both.pickles.map(({ peak }) => peak)).toEqual([small.forecast.peak, large.forecast.peak]);
    expect(both.classes.count).toBe(small.classes.count + large.classes.count);
    expect(both.classes.bytes).toBeCloseTo(small.classes.bytes + large.classes.bytes);
    expect(both.tree.children.map(({ path }) => path)).toEqual(['model', 'pickle 1']);
    const peakOf = (findings: typeof both) => findings.whatIfs.find(({ id }) => id === 'slim')!.peak;
    expect(peakOf(both) - peakOf(large)).toBeCloseTo(both.forecast.peak - large.forecast.peak);
    expect([small.pickles, large.pickles]).toEqual([[], []]);
  });

  it('a booster of xgboost is parsed beside the bytes that it comes from', () => {
    const size = 4_000_000;
    const state = `EMPTY_DICT MARK SHORT_BINUNICODE:handle BINBYTES:${'x'.repeat(size)} SETITEMS`;
    const { forecast } = find(`GLOBAL:xgboost.core,Booster EMPTY_TUPLE NEWOBJ ${state} BUILD STOP`);
    const firstUse = 3.6 * 2 ** 20;
    expect(forecast.peak / (firstUse + size * (1 + 2.9 + 0.95))).toBeCloseTo(1, 1);
    expect(forecast.residentLow).toBeLessThan(firstUse + size * 2.9);
    expect(forecast.residentHigh).toBeGreaterThan(firstUse + size * 2.9);
    expect(forecast.peakParts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeCloseTo(forecast.peak);
  });

  it('confidence is the share of bytes whose classes are known', () => {
    const { confidence } = find(`GLOBAL:m,make BINBYTES:${'x'.repeat(60_000)} TUPLE1 REDUCE STOP`).forecast;
    expect(confidence.share).toBeGreaterThan(0.9); // the bytes object is known, who keeps it is not
    const unknown = find(`EMPTY_LIST MARK ${'GLOBAL:m,make EMPTY_TUPLE REDUCE '.repeat(100)} APPENDS STOP`).forecast;
    expect(unknown.confidence.level).toBe('low');
  });

  it('every name is judged, dangerous ones first', () => {
    const { security } = find(
      'GLOBAL:collections,OrderedDict EMPTY_TUPLE REDUCE GLOBAL:posix,system SHORT_BINUNICODE:id TUPLE1 REDUCE TUPLE2 STOP',
    );
    expect(security.globals.map(({ name, verdict, called }) => [name, verdict, called])).toEqual([
      ['posix.system', 'dangerous', true],
      ['collections.OrderedDict', 'allowed', true],
    ]);
    expect(security.weightsOnly).toBeNull();
  });

  it('says whether the restricted loader of torch would take it', () => {
    const layer = 'GLOBAL:collections,OrderedDict EMPTY_TUPLE REDUCE';
    const tensor = 'GLOBAL:torch._utils,_rebuild_tensor_v2 NONE TUPLE1 REDUCE';
    expect(find(`${layer} ${tensor} TUPLE2 STOP`).security.weightsOnly).toEqual({ accepted: true, reason: '' });
    const own = find(`GLOBAL:mylib,Net EMPTY_TUPLE NEWOBJ ${tensor} TUPLE2 STOP`).security.weightsOnly;
    expect(own).toEqual({ accepted: false, reason: 'mylib.Net is not among the names that it allows' });
    const newer = find(`SHORT_BINUNICODE:a ${tensor} TUPLE2 STOP`).security.weightsOnly;
    expect(newer?.reason).toBe('it does not know the opcode SHORT_BINUNICODE');
  });

  it('a file of nothing but the smallest objects gets no paths, and says so', () => {
    const lists = Buffer.concat([written('EMPTY_LIST MARK'), Buffer.alloc(3_000_000, 0x5d), written('APPENDS STOP')]);
    const { classes, forecast, notes, tree, whatIfs } = find(lists);
    expect(classes.rows.map(({ name, count, example }) => [name, count, example])).toEqual([['list', 3_000_001, '']]);
    expect(forecast.peak).toBeGreaterThan(3e6 * 64);
    expect(notes.map(({ code }) => code)).toEqual(['coarse-report']);
    expect(tree.children).toEqual([]);
    expect(whatIfs.find(({ id }) => id === 'fast')?.notApplicable).toMatch(/too many objects/);
  });

  it('thousands of small pickles in one file are read one after the other', () => {
    const { objects, parts } = find(Buffer.concat(Array<Uint8Array>(3000).fill(written('EMPTY_LIST STOP'))));
    expect([objects, parts.length]).toEqual([3000, 3000]);
  });
});
