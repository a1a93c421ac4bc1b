import { describe, expect, it } from 'vitest';
import { assemble, disassemble, trimLines } from '../../../test/artifact/pickle-text.ts';
import { MemorySink } from '../byte-sink.ts';
import { MemorySource } from '../byte-source.ts';
import { hashGraph } from './graph-hash.ts';
import { readMemoUse } from './memo-use.ts';
import { PickleScanner } from './scan.ts';
import { slimPickle } from './slim.ts';
import { findStateClasses, findWrappedStates } from './slot-state.ts';

function scannerOf(text: string): PickleScanner {
  return new PickleScanner(new MemorySource(assemble(text)));
}

/** As slimmed with the states of a.Plain, and of nothing else, as (None, state). */
function wrap(text: string): string {
  const scanner = scannerOf(text);
  const wrapped = findWrappedStates(scanner, readMemoUse(scanner), (module, name) => `${module}.${name}` === 'a.Plain');
  const sink = new MemorySink();
  slimPickle(scannerOf(text), sink, 0, { budget: 2 ** 20, wrapped });
  expect(hashGraph(new PickleScanner(new MemorySource(sink.bytes())))).toBe(hashGraph(scannerOf(text), wrapped));
  return disassemble(sink.bytes());
}

function instance(name: string, state: string): string {
  return `GLOBAL a|${name}\nEMPTY_TUPLE\nNEWOBJ\nMEMOIZE\n${state}\nBUILD`;
}

const STATE = 'EMPTY_DICT\nMEMOIZE\nMARK\nSHORT_BINUNICODE "x"\nMEMOIZE\nBININT1 1\nSETITEMS';

describe('states as (None, state)', () => {
  it('are made of dicts of texts, of instances whose class allows it', () => {
    expect(wrap(`PROTO 4\nMARK\n${instance('Plain', STATE)}\n${instance('Other', STATE)}\nLIST\nSTOP`)).toBe(
      trimLines(`
        PROTO 4
        MARK
        GLOBAL a|Plain
        EMPTY_TUPLE
        NEWOBJ
        NONE
        EMPTY_DICT
        MARK
        SHORT_BINUNICODE "x"
        MEMOIZE
        BININT1 1
        SETITEMS
        TUPLE2
        BUILD
        GLOBAL a|Other
        EMPTY_TUPLE
        NEWOBJ
        EMPTY_DICT
        MARK
        BINGET 0
        BININT1 1
        SETITEMS
        BUILD
        LIST
        STOP`),
    );
  });

  it('nest', () => {
    const inner = instance('Plain', STATE);
    const outer = instance('Plain', `EMPTY_DICT\nSHORT_BINUNICODE "inner"\n${inner}\nSETITEM`);
    expect(wrap(`PROTO 4\n${outer}\nSTOP`).match(/NONE|EMPTY_DICT|TUPLE2|BUILD/g)).toEqual([
      'NONE',
      'EMPTY_DICT',
      'NONE',
      'EMPTY_DICT',
      'TUPLE2',
      'BUILD',
      'TUPLE2',
      'BUILD',
    ]);
  });

  it.each([
    ['a key that is no text', 'EMPTY_DICT\nBININT1 1\nBININT1 1\nSETITEM'],
    ['a state that is no dict', 'BININT1 1'],
    ['nothing in it', 'EMPTY_DICT'],
    ['a dict that is fetched', 'POP\nEMPTY_DICT\nMEMOIZE\nPOP\nBINGET 0\nBINGET 1'],
    ['a state that was wrapped before', `NONE\n${STATE}\nTUPLE2`],
  ])('leave %s', (_what, state) => {
    expect(wrap(`PROTO 4\n${instance('Plain', state)}\nSTOP`)).not.toMatch(
      /NONE\nEMPTY_DICT(?![\s\S]*TUPLE2\nBUILD\nSTOP$)/,
    );
    const scanner = scannerOf(`PROTO 4\n${instance('Plain', state)}\nSTOP`);
    expect(findWrappedStates(scanner, readMemoUse(scanner), () => true).count).toBe(0);
  });

  it('ask about each class once, with all its attributes', () => {
    const other = STATE.replace('"x"', '"y"');
    const scanner = scannerOf(`PROTO 4\nMARK\n${instance('Plain', STATE)}\n${instance('Plain', other)}\nLIST\nSTOP`);
    expect(findStateClasses(scanner, readMemoUse(scanner))).toEqual([
      { module: 'a', name: 'Plain', attributes: ['x', 'y'], instances: 2 },
    ]);
  });

  it('know a class by STACK_GLOBAL and names that are fetched, and copyreg by what it makes', () => {
    const names = 'SHORT_BINUNICODE "a"\nMEMOIZE\nSHORT_BINUNICODE "Plain"\nMEMOIZE\nSTACK_GLOBAL\nEMPTY_TUPLE\nNEWOBJ';
    const again = 'BINGET 0\nBINGET 1\nSTACK_GLOBAL\nEMPTY_TUPLE\nNEWOBJ';
    const old = 'GLOBAL copyreg|_reconstructor\nGLOBAL a|Plain\nGLOBAL builtins|object\nNONE\nTUPLE3\nREDUCE';
    const parts = [names, again, old].map((made) => `${made}\n${STATE.replaceAll('MEMOIZE\n', '')}\nBUILD`);
    const scanner = scannerOf(`PROTO 4\nMARK\n${parts.join('\n')}\nLIST\nSTOP`);
    expect(findStateClasses(scanner, readMemoUse(scanner))).toMatchObject([{ name: 'Plain', instances: 3 }]);
  });
});
