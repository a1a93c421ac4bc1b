import { describe, expect, it } from 'vitest';
import { assemble, disassemble, trimLines } from '../../../test/artifact/pickle-text.ts';
import { MemorySink } from '../byte-sink.ts';
import { MemorySource } from '../byte-source.ts';
import { hashGraph } from './graph-hash.ts';
import { PickleScanner } from './scan.ts';
import { slimPickle } from './slim.ts';

function slim(bytes: Uint8Array): Uint8Array {
  const sink = new MemorySink();
  slimPickle(new PickleScanner(new MemorySource(bytes)), sink, 0, { budget: 2 ** 20 });
  return sink.bytes();
}

function graph(bytes: Uint8Array): string {
  return hashGraph(new PickleScanner(new MemorySource(bytes)));
}

/** The pickle and what becomes of it, which makes the same graph. */
function expectSlimmed(before: string, after: string): void {
  const bytes = assemble(before);
  const slimmed = slim(bytes);
  expect(disassemble(slimmed)).toBe(trimLines(after));
  expect(graph(slimmed)).toBe(graph(bytes));
  expect(disassemble(slim(slimmed))).toBe(trimLines(after));
}

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['both ways to number a memo', 'EMPTY_LIST\nMEMOIZE\nBINPUT 1\nSTOP', /by MEMOIZE and by stated indices at once/],
  ['an index put twice', 'EMPTY_LIST\nBINPUT 0\nEMPTY_LIST\nBINPUT 0\nSTOP', /the memo entry 0 is put twice/],
  ['an index far beyond the file', 'EMPTY_LIST\nLONG_BINPUT 4000000000\nSTOP', /out of order/],
  ['a fetch of what was not put', 'PROTO 4\nEMPTY_LIST\nMEMOIZE\nBINGET 1\nSTOP', /fetches memo entry 1, which/],
  ['an end without STOP', 'EMPTY_LIST', /STOP is missing/],
  ['a protocol of the future', 'PROTO 9\nNONE\nSTOP', /of protocol 9, and 5 is the newest/],
];

describe('a slimmed pickle', () => {
  it('has no memo entries that nothing fetches, and the others numbered anew', () => {
    expectSlimmed(
      `PROTO 2
       EMPTY_LIST
       BINPUT 0
       MARK
       EMPTY_LIST
       BINPUT 1
       EMPTY_DICT
       BINPUT 2
       BINGET 1
       BINGET 0
       APPENDS
       STOP`,
      `PROTO 2
       EMPTY_LIST
       BINPUT 0
       MARK
       EMPTY_LIST
       BINPUT 1
       EMPTY_DICT
       BINGET 1
       BINGET 0
       APPENDS
       STOP`,
    );
  });

  it('has equal texts once, and singles not in the memo', () => {
    expectSlimmed(
      `PROTO 4
       MARK
       SHORT_BINUNICODE "twice"
       MEMOIZE
       SHORT_BINUNICODE "once"
       MEMOIZE
       BINUNICODE "twice"
       MEMOIZE
       LIST
       STOP`,
      `PROTO 4
       MARK
       SHORT_BINUNICODE "twice"
       MEMOIZE
       SHORT_BINUNICODE "once"
       BINGET 0
       LIST
       STOP`,
    );
  });

  it('shares floats by their bits: 0.0 is not -0.0, and no NaN is another', () => {
    expectSlimmed(
      `PROTO 4
       MARK
       BINFLOAT 0
       BINFLOAT -0
       BINFLOAT 0
       BINFLOAT -0
       BINFLOAT NaN
       BINFLOAT NaN
       LIST
       STOP`,
      `PROTO 4
       MARK
       BINFLOAT 0
       MEMOIZE
       BINFLOAT -0
       MEMOIZE
       BINGET 0
       BINGET 1
       BINFLOAT NaN
       BINFLOAT NaN
       LIST
       STOP`,
    );
  });

  it('shares no text with bytes of the same content', () => {
    const text = 'PROTO 4\nMARK\nSHORT_BINUNICODE "ab"\nSHORT_BINBYTES "ab"\nSHORT_BINSTRING "ab"\nLIST\nSTOP';
    expectSlimmed(text, text);
  });

  it('shares tuples of constants by the types of their items: (1, 2) is not (1.0, 2) nor (True, 2)', () => {
    expectSlimmed(
      `PROTO 4
       MARK
       BININT1 1
       BININT1 2
       TUPLE2
       MEMOIZE
       BINFLOAT 1
       BININT1 2
       TUPLE2
       MEMOIZE
       NEWTRUE
       BININT1 2
       TUPLE2
       MEMOIZE
       BININT1 1
       BININT1 2
       TUPLE2
       MEMOIZE
       LIST
       STOP`,
      `PROTO 4
       MARK
       BININT1 1
       BININT1 2
       TUPLE2
       MEMOIZE
       BINFLOAT 1
       BININT1 2
       TUPLE2
       NEWTRUE
       BININT1 2
       TUPLE2
       BINGET 0
       LIST
       STOP`,
    );
  });

  it('shares the outermost equal tuple, and puts nothing into the memo for what is inside', () => {
    const tuple = 'MARK\nSHORT_BINUNICODE "ab"\nMEMOIZE\nBININT1 7\nTUPLE1\nMEMOIZE\nTUPLE\nMEMOIZE';
    expectSlimmed(
      `PROTO 4
       MARK
       ${tuple}
       ${tuple}
       ${tuple}
       LIST
       STOP`,
      `PROTO 4
       MARK
       MARK
       SHORT_BINUNICODE "ab"
       BININT1 7
       TUPLE1
       TUPLE
       MEMOIZE
       BINGET 0
       BINGET 0
       LIST
       STOP`,
    );
  });

  it('shares a text that is an item of a shared tuple and stands elsewhere too', () => {
    expectSlimmed(
      `PROTO 4
       MARK
       SHORT_BINUNICODE "ab"
       MEMOIZE
       TUPLE1
       MEMOIZE
       SHORT_BINUNICODE "ab"
       MEMOIZE
       TUPLE1
       MEMOIZE
       BINGET 2
       LIST
       STOP`,
      `PROTO 4
       MARK
       SHORT_BINUNICODE "ab"
       MEMOIZE
       TUPLE1
       MEMOIZE
       BINGET 1
       BINGET 0
       LIST
       STOP`,
    );
  });

  it('keeps a tuple with something in it that can change', () => {
    const text = 'PROTO 4\nMARK\nEMPTY_LIST\nTUPLE1\nEMPTY_LIST\nTUPLE1\nLIST\nSTOP';
    expectSlimmed(text, text);
  });

  it('keeps large bytes apart: numpy lets arrays write into them', () => {
    const text = `PROTO 4\nMARK\nBINBYTES ${'61'.repeat(300)}\nBINBYTES ${'61'.repeat(300)}\nLIST\nSTOP`;
    const slimmed = slim(assemble(text));
    expect(disassemble(slimmed)).not.toContain('GET');
  });

  it('is right where something stands between the items of a tuple that was there before', () => {
    const between = 'MARK\nBININT1 1\nPROTO 4\nSHORT_BINUNICODE "ab"\nTUPLE';
    const items = `PROTO 4\nMARK\n${between}\n${between}\n${between}\nLIST\nSTOP`;
    expect(graph(slim(assemble(items)))).toBe(graph(assemble(items)));
  });

  it('speaks the protocol of the old one', () => {
    expectSlimmed(
      'MARK\nUNICODE ab\nPUT 0\nUNICODE ab\nPUT 1\nLIST\nPUT 2\nSTOP',
      'MARK\nUNICODE ab\nPUT 0\nGET 0\nLIST\nSTOP',
    );
  });

  it('is framed as CPython frames, with large payloads between the frames', () => {
    const items = Array.from({ length: 30_000 }, (_, i) => `SHORT_BINUNICODE "word ${i}"`).join('\n');
    const slimmed = slim(assemble(`PROTO 4\nMARK\n${items}\nBINBYTES ${'61'.repeat(70_000)}\nLIST\nSTOP`));
    const frames: number[] = [];
    const scanner = new PickleScanner(new MemorySource(slimmed));
    let frameEnd = 2;
    for (let op = scanner.next(); op !== -1; op = scanner.next()) {
      if (op === 0x95) {
        expect(scanner.at).toBeGreaterThanOrEqual(frameEnd);
        frames.push(scanner.value);
        frameEnd = scanner.position + scanner.value;
      } else if (scanner.length > 65_536 && op === 0x42) expect(scanner.at).toBe(frameEnd);
      else if (op !== 0x80 && frames.length > 0 && scanner.at < frameEnd) {
        expect(scanner.position).toBeLessThanOrEqual(frameEnd);
      }
    }
    expect(frames.length).toBeGreaterThan(5);
    for (const length of frames) expect(length).toBeLessThan(200_000);
  });

  it.each(REFUSED)('is not made from %s', (_what, text, message) => {
    expect(() => slim(assemble(text))).toThrow(message);
  });
});

describe('the hash of a graph', () => {
  const list = (items: string) => graph(assemble(`PROTO 4\nMARK\n${items}\nLIST\nSTOP`));

  it('sees one object in two places', () => {
    expect(list('EMPTY_LIST\nMEMOIZE\nBINGET 0')).not.toBe(list('EMPTY_LIST\nEMPTY_LIST'));
  });

  it('sees which of two equal objects stands where', () => {
    const two = 'EMPTY_LIST\nMEMOIZE\nEMPTY_LIST\nMEMOIZE\n';
    expect(list(`${two}BINGET 0`)).not.toBe(list(`${two}BINGET 1`));
  });

  it('does not see memo numbers, unused entries, or which of equal constants is meant', () => {
    expect(list('EMPTY_LIST\nMEMOIZE\nSHORT_BINUNICODE "ab"\nMEMOIZE\nBINGET 0\nBINGET 1')).toBe(
      list('EMPTY_LIST\nBINPUT 7\nSHORT_BINUNICODE "ab"\nBINGET 7\nBINUNICODE "ab"'),
    );
  });

  it.each([
    ['BININT1 1', 'NEWTRUE'],
    ['BININT1 1', 'BINFLOAT 1'],
    ['BINFLOAT 0', 'BINFLOAT -0'],
    ['SHORT_BINUNICODE "a"', 'SHORT_BINBYTES "a"'],
    ['GLOBAL a|b', 'GLOBAL a|c'],
    ['BININT1 1\nTUPLE1', 'BININT1 1'],
    ['BININT1 1\nBININT1 2', 'BININT1 2\nBININT1 1'],
    ['EMPTY_LIST', 'EMPTY_SET'],
    ['EMPTY_LIST\nBININT1 1\nAPPEND', 'EMPTY_LIST\nBININT1 1'],
    ['BYTEARRAY8 "ab"', 'BYTEARRAY8 "ac"'],
  ])('tells %j from %j', (a, b) => {
    expect(list(a)).not.toBe(list(b));
  });

  it.each([
    ['no mark', 'PROTO 4\nLIST\nSTOP'],
    ['an empty stack', 'PROTO 4\nTUPLE2\nSTOP'],
    ['a value below the mark', 'PROTO 4\nEMPTY_LIST\nMARK\nAPPEND\nSTOP'],
    ['nothing to put into the memo', 'PROTO 4\nMEMOIZE\nSTOP'],
  ])('refuses a machine that finds %s', (_what, text) => {
    expect(() => graph(assemble(text))).toThrow(/finds (?:no mark|too few values)/);
  });
});
