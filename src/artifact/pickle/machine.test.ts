import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../byte-source.ts';
import { Damage } from '../damage.ts';
import { describeGraph } from './graph-text.ts';
import { type LoadedPickle, runPickle, type Splice } from './machine.ts';
import { OP } from './opcodes.ts';
import { written } from './written.ts';

const CEILING = 64 * 1024 * 1024;

function run(words: string, splice?: Splice): LoadedPickle {
  return runPickle(new MemorySource(written(words)), 0, { ceiling: CEILING, ...(splice && { splice }) });
}

const graphOf = (words: string) => describeGraph(run(words)).split('\n');

describe('the pickle machine', () => {
  it('makes plain values, and folds long runs of integers', () => {
    const numbers = Array.from({ length: 12 }, (_, i) => `BININT1:${i}`).join(' ');
    expect(graphOf(`MARK ${numbers} NONE SHORT_BINUNICODE:x BINFLOAT:-0 BININT:-7 NEWTRUE LONG1:@ TUPLE STOP`)).toEqual(
      ['#1 tuple[18]', '  13 ints', '  #2 "x"', '  -0.0', '  -7', '  True', '  64'],
    );
  });

  it('fills containers batch by batch, in order', () => {
    const words = 'EMPTY_LIST MARK BININT1:1 BININT1:2 APPENDS BININT1:3 APPEND MARK BININT1:4 APPENDS STOP';
    expect(graphOf(words)).toEqual(['#1 list[4]', '  1', '  2', '  3', '  4']);
    expect(graphOf('EMPTY_DICT SHORT_BINUNICODE:k BININT1:1 SETITEM STOP')).toEqual(['#1 dict[1]', '  #2 "k"', '  1']);
    expect(graphOf('EMPTY_SET MARK BININT1:1 ADDITEMS STOP')).toEqual(['#1 set[1]', '  1']);
    expect(graphOf('MARK BININT1:1 FROZENSET STOP')).toEqual(['#1 frozenset[1]', '  1']);
  });

  it('hands the same object out of the memo, and makes circles', () => {
    const words = 'EMPTY_LIST BINPUT:0 SHORT_BINUNICODE:a MEMOIZE APPEND BINGET:0 APPEND BINGET:1 APPEND STOP';
    expect(graphOf(words)).toEqual(['#1 list[3]', '  #2 "a"', '  #1', '  #2']);
  });

  it('keeps a number that something shares as one object', () => {
    expect(graphOf('BINFLOAT:1.5 DUP TUPLE2 STOP')).toEqual(['#1 tuple[2]', '  1.5 (shared)', '  1.5 (shared)']);
  });

  it('calls nothing: REDUCE, NEWOBJ, OBJ and INST make an object of what was named', () => {
    const words =
      'SHORT_BINUNICODE:os SHORT_BINUNICODE:system STACK_GLOBAL SHORT_BINUNICODE:rm TUPLE1 REDUCE EMPTY_DICT BUILD STOP';
    expect(graphOf(words)).toEqual([
      '#1 os.system object',
      '  args:',
      '    #2 tuple[1]',
      '      #3 "rm"',
      '  state:',
      '    #4 dict[0]',
    ]);
    expect(graphOf('GLOBAL:m,C EMPTY_TUPLE NEWOBJ STOP')[0]).toBe('#1 m.C object');
    expect(graphOf('MARK GLOBAL:m,C BININT1:1 OBJ STOP')).toEqual([
      '#1 m.C object',
      '  args:',
      '    #2 tuple[1]',
      '      1',
    ]);
    expect(graphOf('MARK BININT1:1 INST:m,C STOP')).toEqual(['#1 m.C object', '  args:', '    #2 tuple[1]', '      1']);
  });

  it('sees through the memo to what a name resolves to', () => {
    const words =
      'SHORT_BINUNICODE:system MEMOIZE POP SHORT_BINUNICODE:posix MEMOIZE POP BINGET:1 BINGET:0 STACK_GLOBAL STOP';
    expect(graphOf(words)).toEqual(['posix.system']);
  });

  it('counts characters and their width, not bytes', () => {
    const { graph, root } = run('BINUNICODE:日本語é STOP');
    expect([graph.length[root], (graph.flags[root]! >> 2) & 3]).toEqual([4, 2]);
  });

  it('reads what protocol 0 writes', () => {
    expect(graphOf('MARK INT:1 INT:01 LONG:5L FLOAT:1.5 UNICODE:ab PUT:3 GET:3 TUPLE STOP')).toEqual([
      '#1 tuple[6]',
      '  1',
      '  True',
      '  5',
      '  1.5',
      '  #2 "ab"',
      '  #2',
    ]);
  });

  it('says how large the memo of the loader becomes: twice the index that does not fit', () => {
    const slots = (words: string) => run(words).memo.slots;
    expect(slots('NONE BINPUT:31 STOP')).toBe(32);
    expect(slots('NONE BINPUT:32 STOP')).toBe(64);
    expect(slots('NONE LONG_BINPUT:2147483647 STOP')).toBe(4294967294);
  });

  it('goes on behind bytes that a splice takes', () => {
    const splice: Splice = { isBehind: (name) => name === 'm.Wrapper', skip: (_graph, _node, at) => at + 3 };
    const words = 'GLOBAL:m,Wrapper EMPTY_TUPLE NEWOBJ EMPTY_DICT BUILD ffffff BININT1:1 TUPLE2 STOP';
    expect(describeGraph(run(words, splice)).split('\n').at(-1)).toBe('  1');
  });
});

describe('the switch of the machine', () => {
  it('has every opcode of the table, under its own number', () => {
    const files = ['machine.ts', 'hot-opcodes.ts', 'rare-opcodes.ts'];
    const source = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('');
    const cases = source.matchAll(/case (0x[0-9a-f]{2}): (?:\{\s*)?\/\/ (\w+)/g);
    expect(Object.fromEntries([...cases].map(([, code, name]) => [name, Number(code)]))).toEqual(OP);
  });
});

describe('a file that is no pickle', () => {
  it.each([
    ['BININT1:1', 'the pickle ends without STOP (at byte 2)'],
    ['STOP', 'STOP finds too few values on the stack (at byte 0)'],
    ['BININT1:1 APPENDS', 'APPENDS finds no mark on the stack (at byte 2)'],
    ['BININT1:1 MARK APPEND', 'APPEND finds too few values on the stack (at byte 3)'],
    ['BINGET:9 STOP', "BINGET fetches the memo's entry 9, which was never put (at byte 0)"],
    ['NONE NONE STACK_GLOBAL STOP', 'STACK_GLOBAL finds no two strings on the stack (at byte 2)'],
    ['NONE EMPTY_TUPLE REDUCE STOP', 'REDUCE would call something that is no class or function (at byte 2)'],
    ['MARK NONE DICT STOP', 'DICT finds a key without a value (at byte 2)'],
    ['PROTO:9 STOP', 'protocol 9 does not exist (at byte 0)'],
    ['INT:x STOP', 'INT has "x" for a number (at byte 0)'],
  ])('%s', (words, message) => {
    expect(() => run(words)).toThrow(new RegExp(`^${message.replace(/[()'[\]]/g, '\\$&')}$`));
  });

  it('is refused where its objects would take more than the ceiling', () => {
    const bytes = new Uint8Array(400_000).fill(0x5d); // EMPTY_LIST
    expect(() => runPickle(new MemorySource(bytes), 0, { ceiling: 1_000_000 })).toThrow(
      /more objects than highwater holds/,
    );
  });

  it('nests a million deep without a word', () => {
    const depth = 200_000;
    const bytes = new Uint8Array(2 * depth + 2).fill(0x5d, 0, depth + 1).fill(0x61, depth + 1, 2 * depth + 1);
    bytes[2 * depth + 1] = 0x2e;
    expect(runPickle(new MemorySource(bytes), 0, { ceiling: CEILING }).graph.nodeCount).toBe(depth + 1);
  });

  const WHOLE = written(
    'PROTO:4 EMPTY_DICT MEMOIZE MARK SHORT_BINUNICODE:key MEMOIZE GLOBAL:m,C EMPTY_TUPLE NEWOBJ MEMOIZE EMPTY_DICT MEMOIZE ' +
      'MARK BINGET:1 BINFLOAT:2.5 SHORT_BINUNICODE:b EMPTY_LIST MARK BININT:70000 LONG1:abcdefgh APPENDS SETITEMS BUILD ' +
      'BININT2:300 MARK NONE NEWFALSE TUPLE SETITEMS STOP',
  );

  it('gives Damage, and nothing else, wherever it is cut or changed', () => {
    const anyChange = fc.array(fc.tuple(fc.nat(WHOLE.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(anyChange, fc.integer({ min: 0, max: WHOLE.length }), (changes, length) => {
        const bytes = WHOLE.slice(0, length);
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        try {
          runPickle(new MemorySource(bytes), 0, { ceiling: CEILING });
        } catch (error) {
          expect(error).toBeInstanceOf(Damage);
          expect((error as Damage).at).toBeLessThanOrEqual(length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
