import { describe, expect, it } from 'vitest';
import { StringTableBuilder, TableBuilder } from '#profile/build.ts';
import type { Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { computeImports } from './imports.ts';
import { computeLines } from './lines.ts';
import { computeOwnership } from './ownership.ts';

const SITE = '/v/lib/python3.11/site-packages';

// Names that the text of profileFromText has no room for.
const UNWRITABLE: Readonly<Record<string, string>> = { IMPORT: '<frozen importlib._bootstrap>', MODULE: '<module>' };

/** Profile from text in which IMPORT is a frame of the import system; `sources` gives lines of app.py. */
function imported(text: string, sources: Readonly<Record<number, string>> = {}): Profile {
  const profile = profileFromText(
    text.replaceAll('IMPORT', 'IMPORT:load:1').replaceAll('SITE', SITE).replaceAll('<module>', 'MODULE'),
  );
  const strings = new StringTableBuilder();
  for (const name of profile.strings) strings.intern(UNWRITABLE[name] ?? name);
  const table = new TableBuilder('sources');
  for (const [line, source] of Object.entries(sources)) {
    table.add({ file: strings.intern('app.py'), line: Number(line), text: strings.intern(source) });
  }
  return { ...profile, strings: strings.finish(), sources: table.finish() };
}

function show(profile: Profile): string[] {
  return computeImports(profile, computeOwnership(profile), 0).map(({ name, bytes }) => `${name} ${bytes / 1024}`);
}

describe('imports', () => {
  it('count for the package that the user named, whatever it imports in turn', () => {
    const profile = imported(`
      app.py:<module>:1 > IMPORT > SITE/sklearn/__init__.py:<module>:5 = 8 KiB
      app.py:<module>:1 > IMPORT > SITE/sklearn/__init__.py:<module>:6 > IMPORT > SITE/numpy/__init__.py:<module>:9 = 4 KiB
      app.py:<module>:1 > IMPORT > SITE/sklearn/__init__.py:<module>:7 > IMPORT = 2 KiB
      app.py:<module>:2 > IMPORT > /usr/lib/python3.11/json/__init__.py:<module>:1 = 1 KiB
    `);
    expect(show(profile)).toEqual(['sklearn 14', 'json 1']);
  });

  it("by the user's own modules count for what those import, and their own lines stay lines", () => {
    const profile = imported(`
      app.py:<module>:1 > IMPORT > helpers.py:<module>:3 > IMPORT > SITE/numpy/__init__.py:<module>:9 = 4 KiB
      app.py:<module>:1 > IMPORT > helpers.py:<module>:5 > SITE/pandas/io.py:read_csv:7 = 64 KiB
      app.py:<module>:1 > IMPORT > helpers.py:<module>:8 = 2 KiB
    `);
    expect(show(profile)).toEqual(['numpy 4']);
    const lines = computeLines(profile, computeOwnership(profile), { moment: 0, by: 'user' });
    expect(
      lines.map((row) => `${row.file}:${row.line} ${row.importing ? 'import' : 'line'} ${row.heap.bytes / 1024}`),
    ).toEqual(['helpers.py:5 line 64', 'helpers.py:3 import 4', 'helpers.py:8 line 2']);
  });

  it('inside a call count for what was imported there', () => {
    const profile = imported(`
      app.py:main:9 > SITE/sklearn/base.py:fit:70 > IMPORT > SITE/joblib/__init__.py:<module>:2 = 4 KiB
    `);
    expect(show(profile)).toEqual(['joblib 4']);
  });

  it('before any user code are the start of the interpreter', () => {
    const profile = imported(`
      IMPORT > /usr/lib/python3.11/site.py:<module>:7 = 4 KiB
      /usr/lib/python3.11/runpy.py:run:1 > IMPORT = 2 KiB
      /usr/lib/python3.11/site.py:main:7 = 1 KiB
    `);
    expect(show(profile)).toEqual(['(interpreter start) 6']);
  });

  it('that ran in the import system alone are named by their statement', () => {
    const text = (line: number) => `app.py:<module>:${line} > IMPORT = ${line} KiB\n`;
    const profile = imported([1, 2, 3, 4, 5, 6].map(text).join(''), {
      1: 'import numpy as np',
      2: 'from scipy.sparse import csr_matrix, eye',
      3: 'import json, pickle',
      4: '    import os.path  # a, b',
      5: 'model = load_plugins()',
    });
    expect(show(profile)).toEqual(['(import system) 14', 'os 4', 'scipy 2', 'numpy 1']);
  });

  it('count memory only, of the moment and process that were asked for', () => {
    const profile = imported('app.py:<module>:1 > IMPORT > SITE/a/b.py:f:1 = 4 KiB mmap');
    expect(show(profile)).toEqual([]);
    const heap = imported('app.py:<module>:1 > IMPORT > SITE/a/b.py:f:1 = 4 KiB');
    expect(computeImports(heap, computeOwnership(heap), 1)).toEqual([]);
    expect(computeImports(heap, computeOwnership(heap), 0, 7)).toEqual([]);
  });
});
