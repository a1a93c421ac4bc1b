import { expect, test } from 'vitest';
import { PathNames } from './path-names.ts';

const names = new PathNames('/home/me/project');

test.each([
  ['/home/me/project/src/train.py', 12, 'src/train.py:12'],
  ['/home/me/project/.venv/lib/python3.11/site-packages/sklearn/base.py', 3, 'sklearn/base.py:3'],
  ['/usr/lib/python3.11/json/decoder.py', -1, 'json/decoder.py'],
  ['/opt/other.py', 1, '/opt/other.py:1'],
  ['<frozen importlib._bootstrap>', 241, 'importlib._bootstrap:241'],
  ['', -1, '(native code)'],
])('%s', (file, line, place) => {
  expect(names.place(file, line)).toBe(place);
});
