import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPackages } from './packages.ts';

let site = '';
beforeAll(() => {
  site = join(mkdtempSync(join(tmpdir(), 'highwater-packages-')), 'lib/python3.11/site-packages');
  const files = {
    'numpy-1.26.4.dist-info/RECORD': 'numpy/__init__.py,sha256=x,1\nnumpy.libs/libopenblas.so,,\n',
    'scikit_learn-1.4.0.dist-info/RECORD': '../../bin/x,,\nsklearn/__init__.py,,\nsklearn/tree/_tree.so,,\n',
    'PyYAML-6.0.1.dist-info/top_level.txt': '_yaml\nyaml\n',
    'six-1.16.0.dist-info/RECORD': 'six.py,sha256=y,3\n',
    'old-0.1.egg-info/top_level.txt': 'oldmod\n',
    'unused-9.dist-info/RECORD': 'unused/__init__.py,,\n',
    'broken-1.dist-info/nothing': '',
    'six.py': '',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), text);
  }
});
afterAll(() => rmSync(join(site, '../../..'), { recursive: true }));

const found = (...files: string[]) => findPackages(files).map(({ name, version }) => `${name} ${version}`);

test('a package is there when a file of it is', () => {
  expect(found(`${site}/numpy/core/numeric.py`, `${site}/numpy/lib.py`)).toEqual(['numpy 1.26.4']);
});

test('its name need not be that of its modules', () => {
  expect(found(`${site}/sklearn/tree/_classes.py`, `${site}/yaml/loader.py`, `${site}/oldmod/x.py`)).toEqual([
    'old 0.1',
    'PyYAML 6.0.1',
    'scikit_learn 1.4.0',
  ]);
});

test('a package of one file', () => expect(found(`${site}/six.py`)).toEqual(['six 1.16.0']));

test('files of nobody, and folders that are gone', () => {
  expect(found('/home/me/app.py', '<string>', '', `${site}/mine.py`, '/gone/site-packages/numpy/x.py')).toEqual([]);
});
