import { expect, test } from 'vitest';
import { computeFlameTree, liveByStack } from '#analysis/flame.ts';
import { profileFromText } from '../../../test/profiles.ts';
import { searchTree } from './flame-search.ts';

const profile = profileFromText(`
  x.py:fit:1 > x.py:step:2 > x.py:fit:1 = 30 KiB
  x.py:step:2 = 10 KiB
`);
const tree = computeFlameTree(profile, liveByStack(profile, 0), false);
const named = (name: string) => (frame: number) => profile.strings[profile.frames.func[frame]!] === name;

test('a match inside a match is marked and not counted again', () => {
  const found = searchTree(tree, named('fit'));
  expect([found.count, found.total]).toEqual([2, 30 * 1024]);
  expect([...found.rows]).toEqual([0, 1, 0, 1, 0]);
});

test('matches in several places add up', () => {
  expect(searchTree(tree, named('step')).total).toBe(40 * 1024);
  expect(searchTree(tree, named('nothing'))).toMatchObject({ count: 0, total: 0 });
});
