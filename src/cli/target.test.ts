import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveTarget, type TargetRequest } from './target.ts';

const FACTS = {
  executable: '/opt/python3',
  version: '3.11.7',
  implementation: 'CPython',
  prefix: '/opt',
  basePrefix: '/opt',
  libraryPaths: [],
  freeThreaded: false,
};

/** A folder with a `python3` that answers as asked, and scripts of several kinds. */
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'highwater-target-'));
  writeFileSync(join(folder, 'python3'), `#!/bin/sh\necho '${JSON.stringify(FACTS)}'\n`);
  chmodSync(join(folder, 'python3'), 0o755);
  mkdirSync(join(folder, 'package'));
  const scripts = {
    'a.py': 'pass\n',
    'with env.py': '#!/usr/bin/env python3\n',
    'uv.py': '#!/usr/bin/env -S uv run --script\n',
    'no-suffix': 'print(1)\n',
    'window.pyw': '',
    elf: '\x7fELF\x02',
    'job.sh': '#!/bin/bash\n',
    'perl.pl': '#!/usr/bin/perl\n',
  };
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(folder, name), text, 'latin1');
});
afterAll(() => rmSync(folder, { recursive: true }));

function resolve(request: Partial<TargetRequest>) {
  const words = (request.words ?? []).map((word) => word.replace('@', `${folder}/`));
  return resolveTarget({ isCommand: false, ...request, words }, { PATH: folder });
}

function commandOf(request: Partial<TargetRequest>): string {
  const target = resolve(request);
  if (!target.ok) return target.error.code;
  const { command, title, stem, python } = target.value;
  return `${command.join(' ').replaceAll(`${folder}/`, '@')} | ${title} | ${stem} | ${python ? python.version : 'any'}`;
}

describe('what is run, its title, the name of its profile, and by which Python', () => {
  const cases: readonly [Partial<TargetRequest>, string][] = [
    [{ words: ['@a.py', 'x', '--y'] }, '/opt/python3 @a.py x --y | a.py | a | 3.11.7'],
    [{ words: ['@with env.py'] }, '/opt/python3 @with env.py | with env.py | with-env | 3.11.7'],
    [{ words: ['@uv.py'] }, '/opt/python3 @uv.py | uv.py | uv | 3.11.7'],
    [{ words: ['@no-suffix'] }, '/opt/python3 @no-suffix | no-suffix | no-suffix | 3.11.7'],
    [{ words: ['@window.pyw'] }, '/opt/python3 @window.pyw | window.pyw | window | 3.11.7'],
    [{ words: ['@package'] }, '/opt/python3 @package | package | package | 3.11.7'],
    [{ words: ['x'], module: 'pkg.mod' }, '/opt/python3 -m pkg.mod x | pkg.mod | pkg.mod | 3.11.7'],
    [{ words: ['x'], code: 'pass' }, '/opt/python3 -c pass x | inline code | inline-code | 3.11.7'],
    [{ words: ['/bin/sh', '-c', 'x'], isCommand: true }, '/bin/sh -c x | sh | sh | any'],
    [{ words: ['größe!'], isCommand: true }, 'größe! | größe! | gr-e- | any'],
    [{ words: ['/'], isCommand: true }, '/ |  | run | any'],
  ];
  test.for(cases)('%j', ([request, expected]) => expect(commandOf(request)).toBe(expected));
});

describe('what is refused, by name', () => {
  const cases: readonly [Partial<TargetRequest>, string][] = [
    [{ words: ['@gone.py'] }, 'script-missing'],
    [{ words: ['@a.py/b.py'] }, 'script-missing'],
    [{ words: ['@elf'] }, 'not-python'],
    [{ words: ['@job.sh'] }, 'not-python'],
    [{ words: ['@perl.pl'] }, 'not-python'],
    [{ words: ['@a.py'], python: 'nonsense' }, 'python-not-found'],
    [{ words: ['@a.py'], python: '/' }, 'python-unusable'],
  ];
  test.for(cases)('%j', ([request, expected]) => expect(commandOf(request)).toBe(expected));

  test('no Python on the PATH', () => {
    const target = resolveTarget({ words: [], isCommand: false, code: 'pass' }, { PATH: '/nowhere' });
    expect(target).toMatchObject({ ok: false, error: { code: 'python-not-found' } });
  });
});
