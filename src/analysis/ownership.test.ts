import { describe, expect, it } from 'vitest';
import type { Meta } from '#profile/types.ts';
import { profileFromText, TEST_META } from '../../test/profiles.ts';
import { moduleOf, packageOf } from './module-names.ts';
import { computeOwnership, OWNER, type OwnershipOptions, pathMatcher } from './ownership.ts';

const PYTHON = {
  executable: '/usr/bin/python3',
  version: '3.11.7',
  implementation: 'cpython',
  prefix: '/usr',
  basePrefix: '/usr',
  libraryPaths: ['/usr/lib/python3.11', '/opt/odd/libs/'],
  freeThreaded: false,
};

/** OWNER's name for one file; "[x]" stands for "<x>". */
function ownerOf(file: string, options: OwnershipOptions = {}, meta: Partial<Meta> = {}): string {
  const environment = { ...TEST_META.environment, python: PYTHON };
  const profile = profileFromText(`FILE:f:1 = 1 KiB`, { meta: { environment, ...meta } });
  const renamed = { ...profile, strings: profile.strings.map((s) => (s === 'FILE' ? file : s)) };
  const owner = computeOwnership(renamed, options).frame[0];
  return Object.entries(OWNER).find(([, value]) => value === owner)![0];
}

describe('whose code a file is', () => {
  it.each([
    ['/home/me/project/app.py', 'user'],
    ['app.py', 'user'],
    ['/home/me/lib/app.py', 'user'],
    ['/home/me/lib/python-tools/app.py', 'user'],
    ['/srv/lib64/model.py', 'user'],
    ['/usr/local/bin/train', 'user'],
    ['/tmp/ipykernel_12/345.py', 'user'],
    ['<stdin>', 'user'],
    ['<ipython-input-3-abc>', 'user'],
    ['/home/me/project/.venv/lib/python3.11/site-packages/numpy/core.py', 'library'],
    ['/opt/conda/lib/python3.10/site-packages/torch/nn.py', 'library'],
    ['/opt/conda/envs/x/lib/python3.12/json/decoder.py', 'standard'],
    ['/home/me/.pyenv/versions/3.9.18/lib/python3.9/threading.py', 'standard'],
    ['/usr/lib/python3/dist-packages/yaml/__init__.py', 'library'],
    ['/usr/lib/python3.11/pickle.py', 'standard'],
    ['/usr/lib64/python3.9/os.py', 'standard'],
    ['/opt/py/lib/python3.13t/os.py', 'standard'],
    ['/opt/odd/libs/x.py', 'standard'],
    ['<frozen runpy>', 'standard'],
    ['<frozen importlib._bootstrap>', 'importing'],
    ['<frozen importlib._bootstrap_external>', 'importing'],
    ['<attrs generated init app.Point>', 'standard'],
    ['<__array_function__ internals>', 'standard'],
    ['', 'native'],
  ])('%s: %s', (file, owner) => {
    expect(ownerOf(file)).toBe(owner);
  });

  it("text given to python -c is the user's, text that libraries compile is not", () => {
    expect(ownerOf('<string>', {}, { command: ['python3', '-c', 'print(1)'] })).toBe('user');
    expect(ownerOf('<string>', {}, { command: ['python3', 'app.py'] })).toBe('standard');
  });

  it('include, exclude and all change it', () => {
    const numpy = '/v/lib/python3.11/site-packages/numpy/core.py';
    expect(ownerOf(numpy, { all: true })).toBe('user');
    expect(ownerOf(numpy, { include: ['numpy'] })).toBe('user');
    expect(ownerOf('/home/me/app.py', { include: ['numpy'] })).toBe('standard');
    expect(ownerOf('/home/me/app.py', { exclude: ['**/app.py'] })).toBe('standard');
    expect(ownerOf('/home/me/app.py', { exclude: ['*.pyc'] })).toBe('user');
    expect(ownerOf('<frozen importlib._bootstrap>', { all: true })).toBe('importing');
  });
});

describe('pathMatcher', () => {
  it.each([
    ['app', '/home/me/app.py', true],
    ['*.py', '/home/me/app.py', true],
    ['me/*.py', '/home/me/app.py', true],
    ['me/*.py', '/home/me/sub/app.py', false],
    ['me/**/*.py', '/home/me/sub/deep/app.py', true],
    ['me/**/*.py', '/home/me/app.py', true],
    ['/home/**', '/home/me/app.py', true],
    ['a?p.py', '/home/me/app.py', true],
    ['*.py', '/home/me/app.pyc', false],
    ['(x*', '/home/(x1', true],
  ])('%s on %s: %s', (pattern, path, matches) => {
    expect(pathMatcher(pattern)(path)).toBe(matches);
  });
});

describe('the innermost user frame', () => {
  it('is found through library frames', () => {
    const profile = profileFromText(`
      app.py:main:3 > app.py:load:9 > /v/site-packages/np.py:ones:9 = 1 KiB
      /usr/lib/python3.11/runpy.py:run:1 > app.py:main:4 = 1 KiB
      /usr/lib/python3.11/site.py:main:1 = 1 KiB
    `);
    const { userFrame } = computeOwnership(profile);
    const lines = Array.from(userFrame, (frame) => (frame < 0 ? 'none' : `line ${profile.frames.line[frame]}`));
    expect(lines).toEqual(['line 3', 'line 9', 'line 9', 'none', 'line 4', 'none']);
  });
});

describe('moduleOf', () => {
  it.each([
    ['/v/lib/python3.11/site-packages/sklearn/utils/x.py', 'sklearn'],
    ['/v/lib/python3.11/site-packages/six.py', 'six'],
    ['/v/lib/python3.11/site-packages/foo-1.0-py3.9.egg/foo/x.py', 'foo'],
    ['/usr/lib/python3/dist-packages/yaml/__init__.py', 'yaml'],
    ['/usr/lib/python3.11/json/decoder.py', 'json'],
    ['/opt/py/lib/python3.13t/pickle.py', 'pickle'],
    ['<frozen collections.abc>', 'collections'],
    ['<frozen os>', 'os'],
    ['/home/me/helpers.py', 'helpers'],
    ['/home/me/shop/__init__.py', 'shop'],
  ])('%s: %s', (file, name) => {
    expect(packageOf(moduleOf(file))).toBe(name);
  });
});
