// Greenlets (and gevent, where it is there) switch stacks beneath Python's feet: each block must count for its own calls.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call, highwater, makeFolder, measure, ROOT } from './highwater.ts';
import { pythonWith } from './pythons.ts';

const PROGRAM = join(ROOT, 'agent', 'tests', 'programs', 'greenlets.py');
/** Blocks are a little larger than their contents, and small objects of the same calls may be sampled. */
const SLACK = 3 * 65536;

/** "even:41;even:42", outermost first. */
function pathOf(frames: readonly (readonly [string, string, number])[]): string {
  return frames.map(([, name, line]) => `${name}:${line}`).join(';');
}

function pathOfFolded(folded: string): string {
  return folded
    .split(';')
    .map((frame) => frame.replace(/^(.*) \(.*:(\d+)\)$/, '$1:$2'))
    .join(';');
}

test('blocks of greenlets count for the calls of the greenlet that made them', (ctx) => {
  const python = pythonWith('science', ctx);
  const cwd = makeFolder();
  if (call(python, ['-c', 'import greenlet'], { cwd }).status !== 0) ctx.skip('there is no greenlet for this Python');
  const { ended } = measure(['--python', python, PROGRAM], { cwd });
  expect(ended.status, ended.stderr).toBe(0);
  const expected = new Map<string, number>();
  for (const [bytes, frames] of JSON.parse(ended.stdout)) {
    expected.set(pathOf(frames), (expected.get(pathOf(frames)) ?? 0) + bytes);
  }
  expect(expected.size).toBeGreaterThan(20);
  const written = highwater(['report', '--collapsed=stacks.txt', 'measured.highwater'], { cwd });
  expect(written.status, written.stderr).toBe(0);
  const found = new Map<string, number>();
  for (const line of readFileSync(join(cwd, 'stacks.txt'), 'utf8').trim().split('\n')) {
    const [, folded, bytes] = /^(.*) (\d+)$/.exec(line)!;
    found.set(pathOfFolded(folded!), Number(bytes));
  }
  for (const [path, bytes] of expected) {
    expect(found.get(path), path).toBeGreaterThanOrEqual(bytes);
    expect(found.get(path), path).toBeLessThanOrEqual(bytes + SLACK);
  }
});
