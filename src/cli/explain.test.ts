import { expect, test } from 'vitest';
import { explain, runExitCode } from './explain.ts';

test('a failure, its usual causes and one thing to try', () => {
  const text = explain({ code: 'script-missing', message: 'there is no script a.py', cause: 'ENOENT' });
  const lines = text.split('\n');
  expect(lines[0]).toBe('there is no script a.py (ENOENT).');
  expect(lines[1]).toMatch(/^ {2}Usual causes: /);
  expect(lines[2]).toMatch(/^ {2}Try: /);
  expect(lines).toHaveLength(3);
});

test('a failure that nobody has advice for is told all the same', () => {
  expect(explain({ code: 'new-kind', message: 'something happened' })).toBe('something happened.');
});

test('exit codes: 127 not there, 126 not runnable, 125 not measured', () => {
  const codes = ['script-missing', 'python-unusable', 'no-compiler', 'new-kind'].map((code) =>
    runExitCode({ code, message: '' }),
  );
  expect(codes).toEqual([127, 126, 125, 125]);
});
