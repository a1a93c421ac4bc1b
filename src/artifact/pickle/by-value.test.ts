// A real file of cloudpickle: functions and classes of a script that are in it themselves.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../test/artifact/pickle-text.ts';
import { MemorySource } from '../byte-source.ts';
import { readPickle } from './read-pickle.ts';

const OPTIONS = { python: { major: 3, minor: 11 } };

describe('what is in a file by value', () => {
  const path = fileURLToPath(new URL('../../../test/fixtures/pickles/cloud.pkl', import.meta.url));
  const bytes = new Uint8Array(readFileSync(path));
  const findings = readPickle(new MemorySource(bytes), OPTIONS);

  it('is named among what the file would call, with the byte where its name stands', () => {
    const rows = findings.security.globals.filter(({ why }) => why.startsWith('by value'));
    expect(rows.map(({ name, verdict, called }) => [name, verdict, called])).toEqual([
      ['__main__.Model', 'unknown', true],
      ['__main__.Base', 'unknown', false],
      ['__main__.hello', 'unknown', false],
      ['__main__.__init__', 'unknown', false],
      ['__main__.helper', 'unknown', false],
      ['__main__.<lambda>', 'unknown', false],
      ['__main__.Colour', 'unknown', true],
    ]);
    for (const { name, at } of rows) {
      const last = name.slice('__main__.'.length);
      expect(Buffer.from(bytes.subarray(at, at + last.length)).toString()).toBe(last);
    }
  });

  it('names the classes of the objects that are made of it', () => {
    const counts = Object.fromEntries(findings.classes.rows.map(({ name, count }) => [name, count]));
    expect(counts).toMatchObject({ '__main__.Model': 4, '__main__.Colour': 1 });
    expect(counts.code).toBeGreaterThan(1);
    expect(counts.unknown).toBeUndefined();
  });

  it('does not make a dangerous name harmless that it is given', () => {
    const make = 'GLOBAL cloudpickle.cloudpickle|_make_skeleton_class';
    const text = `PROTO 4\nMARK\nGLOBAL os|system\n${make}
      MARK\nNONE\nSHORT_BINUNICODE "system"\nEMPTY_TUPLE\nEMPTY_DICT\nSHORT_BINUNICODE "__module__"\nSHORT_BINUNICODE "os"\nSETITEM
      NONE\nTUPLE\nREDUCE\nLIST\nSTOP`;
    const { security } = readPickle(new MemorySource(assemble(text)), OPTIONS);
    const system = security.globals.filter(({ name }) => /system$/.test(name));
    expect(system.map(({ verdict }) => verdict)).toContain('dangerous');
  });
});
