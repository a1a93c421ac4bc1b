// The table of opcodes against the one that Python documents itself by, Lib/pickletools.py.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ARGUMENT, EFFECT, type Effect, OPCODES, type Opcode } from '../../src/artifact/pickle/opcodes.ts';
import { pythonOf, VERSIONS } from './pythons.ts';

const QUESTION = `
import json, pickletools
names = lambda row: [item.name for item in row]
print(json.dumps({o.name: [ord(o.code), o.arg.name if o.arg else "none", names(o.stack_before), names(o.stack_after), o.proto] for o in pickletools.opcodes}))
`;

type Row = [code: number, argument: string, before: string[], after: string[], protocol: number];

/** By pickletools' names of arguments. */
const SHAPES: Readonly<Record<string, keyof typeof ARGUMENT>> = {
  decimalnl_long: 'line',
  floatnl: 'line',
  stringnl: 'line',
  stringnl_noescape: 'line',
  unicodestringnl: 'line',
  stringnl_noescape_pair: 'twoLines',
  string1: 'counted1',
  bytes1: 'counted1',
  unicodestring1: 'counted1',
  long1: 'counted1',
  bytes4: 'counted4',
  unicodestring4: 'counted4',
  string4: 'countedSigned4',
  long4: 'countedSigned4',
  bytes8: 'counted8',
  unicodestring8: 'counted8',
  bytearray8: 'counted8',
};

function shapeOf(name: string, argument: string): number {
  if (argument === 'decimalnl_short') return name === 'INT' ? ARGUMENT.line : ARGUMENT.decimalLine;
  return ARGUMENT[SHAPES[argument] ?? (argument as keyof typeof ARGUMENT)];
}

/** How the number of values on the stack changes, but for those down to the mark. */
function changeOf({ effect, pops }: Opcode): number {
  const changes: Readonly<Record<Effect, number>> = {
    [EFFECT.nothing]: 0,
    [EFFECT.push]: 1,
    [EFFECT.make]: 1 - pops,
    [EFFECT.makeToMark]: 1,
    [EFFECT.fill]: -pops,
    [EFFECT.fillToMark]: 0,
    [EFFECT.mark]: 1,
    [EFFECT.drop]: -1,
    [EFFECT.dropToMark]: 0,
    [EFFECT.duplicate]: 1,
    [EFFECT.put]: 0,
    [EFFECT.get]: 1,
    [EFFECT.stop]: -1,
  };
  return changes[effect];
}

const TO_MARK: readonly number[] = [EFFECT.makeToMark, EFFECT.fillToMark, EFFECT.dropToMark];

describe.for(VERSIONS)('the opcodes of Python %s', (version) => {
  test('have the codes, names, arguments, effects and protocols of our table', (ctx) => {
    const { stdout, stderr } = spawnSync(pythonOf(version, ctx), ['-c', QUESTION], { encoding: 'utf8' });
    const theirs: Record<string, Row> = JSON.parse(stdout || stderr);
    expect(Object.keys(theirs).sort()).toEqual(OPCODES.map(({ name }) => name).sort());
    for (const opcode of OPCODES) {
      const [code, argument, before, after, protocol] = theirs[opcode.name]!;
      const isToMark = before.includes('stackslice');
      // OBJ names the class between the mark and the slice; for us it is one of the values down to the mark.
      const taken = isToMark ? before.indexOf('mark') : before.length;
      expect([opcode.name, opcode.code, opcode.argument, opcode.protocol]).toEqual([
        opcode.name,
        code,
        shapeOf(opcode.name, argument),
        protocol,
      ]);
      expect([opcode.name, TO_MARK.includes(opcode.effect)]).toEqual([opcode.name, isToMark]);
      expect([opcode.name, changeOf(opcode)]).toEqual([opcode.name, after.length - taken]);
    }
  });
});
