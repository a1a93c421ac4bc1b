import { describe, expect, it } from 'vitest';
import { MemorySource } from '../byte-source.ts';
import { ClassTable } from './class-table.ts';
import { KIND, type PickleGraph } from './graph.ts';
import { arenaShape, BlockCosts } from './heap-layout.ts';
import { LoadEffects } from './load-effects.ts';
import { runPickle } from './machine.ts';
import { ObjectSizes } from './object-sizes.ts';
import { computeReach, MARK } from './reach.ts';
import { written } from './written.ts';

const PYTHON = { major: 3, minor: 11 };

function effectsOf(graph: PickleGraph, classes: ClassTable): LoadEffects {
  return new LoadEffects(graph, classes, new ObjectSizes(PYTHON), new BlockCosts(arenaShape(PYTHON)));
}

/** Names of the objects with that mark: classes, and strings by their text. */
function marked(words: string, mark: number): string[] {
  const { graph, root } = runPickle(new MemorySource(written(words)), 0, { ceiling: 1e8 });
  const classes = new ClassTable(graph);
  const { marks } = computeReach(graph, root, effectsOf(graph, classes));
  return [...marks.keys()]
    .filter((node) => (marks[node]! & mark) !== 0 && graph.kind[node] !== KIND.global)
    .map((node) => (graph.kind[node] === KIND.string ? graph.readText(node)! : classes.names[classes.classOf(node)]!));
}

const live = (words: string) => marked(words, MARK.live);
const pinned = (words: string) => marked(words, MARK.pinned);

const INSTANCE =
  'GLOBAL:m,C EMPTY_TUPLE NEWOBJ MEMOIZE EMPTY_DICT MEMOIZE MARK SHORT_BINUNICODE:name EMPTY_LIST SETITEMS BUILD';

describe('what is alive after loading', () => {
  it('of an instance: itself, its attributes and their names, but not the dict that they came in', () => {
    expect(live(`${INSTANCE} STOP`)).toEqual(['m.C', 'name', 'list']);
    expect(pinned(`${INSTANCE} STOP`)).toEqual(['dict']);
  });

  it('attribute names are interned: the second string of a name is garbage at once', () => {
    const names = live(`${INSTANCE} ${INSTANCE} TUPLE2 STOP`);
    expect(names.filter((name) => name !== 'name')).toEqual(['m.C', 'list', 'm.C', 'list', 'tuple']);
    expect(names.filter((name) => name === 'name')).toHaveLength(1);
  });

  it('keys of a dict are not', () => {
    const words = 'EMPTY_DICT MARK SHORT_BINUNICODE:k EMPTY_LIST SHORT_BINUNICODE:k EMPTY_LIST SETITEMS STOP';
    expect(live(words)).toEqual(['dict', 'k', 'list', 'k', 'list']);
  });

  it('slots come as a tuple of nothing and a dict: both dissolve', () => {
    const words = `GLOBAL:m,S EMPTY_TUPLE NEWOBJ NONE EMPTY_DICT MEMOIZE SHORT_BINUNICODE:x BINFLOAT:1.5 SETITEM TUPLE2 MEMOIZE BUILD STOP`;
    expect(live(words)).toEqual(['m.S', 'x']);
    expect(pinned(words)).toEqual(['dict', 'tuple']);
  });

  it('a random generator keeps nothing of its state', () => {
    const state = `BININT1:3 MARK ${'BININT:70000 '.repeat(20)} TUPLE MEMOIZE NONE TUPLE3 MEMOIZE`;
    const words = `GLOBAL:random,Random EMPTY_TUPLE REDUCE ${state} BUILD STOP`;
    expect(live(words)).toEqual(['random.Random']);
    expect(pinned(words)).toEqual(['tuple', 'tuple']);
  });

  it('an array keeps large data, and copies small ones', () => {
    const array = (length: number) =>
      `GLOBAL:numpy.core.multiarray,_reconstruct GLOBAL:numpy,ndarray BININT1:0 TUPLE1 SHORT_BINBYTES:b TUPLE3 REDUCE ` +
      `MARK BININT1:1 BININT2:${length} TUPLE1 NONE NEWFALSE BINBYTES:${'x'.repeat(length)} MEMOIZE TUPLE BUILD STOP`;
    expect(live(array(2000))).toEqual(['numpy.ndarray', 'bytes']);
    expect(live(array(900))).toEqual(['numpy.ndarray']);
    expect(pinned(array(900))).toEqual(['bytes']);
  });

  it('goes round a circle once', () => {
    expect(live('EMPTY_LIST MEMOIZE BINGET:0 APPEND STOP')).toEqual(['list']);
  });

  it('what the memo forgot was freed long ago', () => {
    const words = 'SHORT_BINUNICODE:first BINPUT:0 POP SHORT_BINUNICODE:second BINPUT:0 POP NONE STOP';
    expect([live(words), pinned(words)]).toEqual([[], ['second']]);
  });
});
