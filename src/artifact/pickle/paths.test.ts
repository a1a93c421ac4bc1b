import { describe, expect, it } from 'vitest';
import { MemorySource } from '../byte-source.ts';
import { ClassTable } from './class-table.ts';
import { KIND, type PickleGraph } from './graph.ts';
import { arenaShape, BlockCosts } from './heap-layout.ts';
import { LoadEffects } from './load-effects.ts';
import { runPickle } from './machine.ts';
import { ObjectSizes } from './object-sizes.ts';
import { PathFinder } from './paths.ts';
import type { SizeModel } from './tally.ts';
import { written } from './written.ts';

const PYTHON = { major: 3, minor: 11 };

function modelOf(graph: PickleGraph): SizeModel {
  const [sizes, costs, classes] = [new ObjectSizes(PYTHON), new BlockCosts(arenaShape(PYTHON)), new ClassTable(graph)];
  const effects = new LoadEffects(graph, classes, sizes, costs);
  return { graph, classes, sizes, costs, effects, marks: new Uint8Array(graph.nodeCount) };
}

/** Path to each bytes object of the pickle, in the order in which they stand in it. */
function pathsOf(words: string): string[] {
  const { graph, root } = runPickle(new MemorySource(written(words)), 0, { ceiling: 1e8 });
  const finder = new PathFinder(modelOf(graph), root, 'model');
  return [...graph.kind.subarray(0, graph.nodeCount).keys()]
    .filter((node) => graph.kind[node] === KIND.bytes)
    .map((node) => finder.pathOf(node));
}

const BYTES = 'SHORT_BINBYTES:abc';

describe('the path to an object', () => {
  it('goes by attributes, keys and indices', () => {
    const inner = `EMPTY_DICT MARK SHORT_BINUNICODE:x17 ${BYTES} SETITEMS`;
    const tree = `GLOBAL:m,Tree EMPTY_TUPLE NEWOBJ EMPTY_DICT MARK SHORT_BINUNICODE:stats ${inner} SETITEMS BUILD`;
    const words = `GLOBAL:m,Forest EMPTY_TUPLE NEWOBJ EMPTY_DICT MARK SHORT_BINUNICODE:trees EMPTY_LIST MARK NONE ${tree} APPENDS SETITEMS BUILD STOP`;
    expect(pathsOf(words)).toEqual(['model.trees[1].stats["x17"]']);
  });

  it('counts the integers that were folded, and batches', () => {
    const numbers = 'BININT1:1 '.repeat(20);
    expect(pathsOf(`EMPTY_LIST MARK ${numbers} APPENDS MARK ${numbers} ${BYTES} APPENDS STOP`)).toEqual(['model[40]']);
  });

  it('is the shortest one, and ends in circles', () => {
    const words = `EMPTY_LIST MEMOIZE EMPTY_LIST ${BYTES} MEMOIZE APPEND APPEND BINGET:1 APPEND BINGET:0 APPEND STOP`;
    expect(pathsOf(words)).toEqual(['model[1]']);
  });

  it('names numbers among keys, and slots', () => {
    expect(pathsOf(`EMPTY_DICT BININT1:5 ${BYTES} SETITEM BINFLOAT:0.5 ${BYTES} SETITEM STOP`)).toEqual([
      'model[5]',
      'model[0.5]',
    ]);
    const slots = `GLOBAL:m,S EMPTY_TUPLE NEWOBJ NONE EMPTY_DICT SHORT_BINUNICODE:left ${BYTES} SETITEM TUPLE2 BUILD STOP`;
    expect(pathsOf(slots)).toEqual(['model.left']);
  });
});
