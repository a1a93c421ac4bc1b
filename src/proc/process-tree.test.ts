import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeRoot, statText, writeFiles } from './fixture.ts';
import { ForkWatch } from './fork-watch.ts';
import { ProcessTree, readChildren } from './process-tree.ts';

let root = '';
afterEach(() => {
  if (root) rmSync(root, { recursive: true });
  root = '';
});

const pidsOf = (processes: readonly { pid: number }[]) => processes.map((one) => one.pid);

function end(pid: number): void {
  rmSync(join(root, `proc/${pid}`), { recursive: true });
}

test('finds descendants in any order of pids, parents first, and no strangers', () => {
  root = makeRoot({
    'proc/100/stat': statText(100, 1, 50),
    'proc/12/stat': statText(12, 100, 60),
    'proc/7/stat': statText(7, 12, 70),
    'proc/101/stat': statText(101, 1, 55),
    'proc/meminfo': '',
  });
  const tree = new ProcessTree(100, root);
  expect(pidsOf(tree.discover())).toEqual([12, 7]);
  expect(tree.discover()).toEqual([]);
  expect([...tree.members.keys()]).toEqual([100, 12, 7]);
});

test('a known descendant stays when its parent has ended and it was handed to init', () => {
  root = makeRoot({ 'proc/100/stat': statText(100, 1, 50), 'proc/110/stat': statText(110, 100, 60) });
  writeFiles(root, { 'proc/120/stat': statText(120, 110, 70) });
  const tree = new ProcessTree(100, root);
  tree.discover();
  end(110);
  tree.forget(110);
  writeFiles(root, { 'proc/120/stat': statText(120, 1, 70), 'proc/130/stat': statText(130, 120, 80) });
  expect(pidsOf(tree.discover())).toEqual([130]);
  expect([...tree.members.keys()]).toEqual([100, 120, 130]);
});

test('an orphan never seen with its parent is known by the group that a member founded', () => {
  root = makeRoot({ 'proc/100/stat': statText(100, 1, 50), 'proc/110/stat': statText(110, 100, 60) });
  const tree = new ProcessTree(100, root);
  tree.discover();
  end(110);
  tree.forget(110);
  writeFiles(root, { 'proc/140/stat': statText(140, 1, 80, 110), 'proc/141/stat': statText(141, 1, 80, 141, 110) });
  writeFiles(root, { 'proc/150/stat': statText(150, 1, 80, 150) });
  expect(pidsOf(tree.discover())).toEqual([140, 141]);
});

test('a pid that comes round again is another process', () => {
  root = makeRoot({ 'proc/100/stat': statText(100, 1, 50), 'proc/110/stat': statText(110, 100, 60) });
  const tree = new ProcessTree(100, root);
  tree.discover();
  tree.forget(110);
  writeFiles(root, { 'proc/110/stat': statText(110, 1, 900) });
  expect(tree.discover()).toEqual([]);
  writeFiles(root, { 'proc/111/stat': statText(111, 110, 910) });
  expect(tree.discover()).toEqual([]);
  end(110);
  writeFiles(root, { 'proc/112/stat': statText(112, 100, 920) });
  expect(tree.discover()).toEqual([{ pid: 112, parentPid: 100, startTicks: 920 }]);
});

test('a process older than its parent is no child of it: the parent pid was reused', () => {
  root = makeRoot({ 'proc/100/stat': statText(100, 1, 50), 'proc/90/stat': statText(90, 100, 40) });
  expect(new ProcessTree(100, root).discover()).toEqual([]);
});

test('where the kernel tells children, it is asked', () => {
  root = makeRoot({
    'proc/100/stat': statText(100, 1, 50),
    'proc/100/task/100/children': '110 ',
    'proc/100/task/105/children': '111 112 ',
    'proc/110/stat': statText(110, 100, 60),
    'proc/110/task/110/children': '120 ',
    'proc/111/stat': statText(111, 100, 60),
    'proc/120/stat': statText(120, 110, 60),
    'proc/130/stat': statText(130, 1, 60, 100),
  });
  expect(readChildren(100, root)).toEqual([110, 111, 112]);
  const tree = new ProcessTree(100, root);
  expect(pidsOf(tree.discover())).toEqual([110, 111, 120]);
  const later = Array.from({ length: 16 }, () => tree.discover()).flat();
  expect(pidsOf(later)).toEqual([130]);
});

test('a process may be followed that is no descendant, once', () => {
  root = makeRoot({ 'proc/100/stat': statText(100, 1, 50), 'proc/500/stat': statText(500, 1, 90) });
  const tree = new ProcessTree(100, root);
  expect(tree.discover()).toEqual([]);
  expect(tree.follow(500)).toMatchObject({ pid: 500 });
  expect(tree.follow(500)).toBeUndefined();
  expect(tree.follow(501)).toBeUndefined();
});

test('a root that is already gone is an empty tree', () => {
  root = makeRoot({ 'proc/meminfo': '' });
  const tree = new ProcessTree(100, root);
  expect(tree.discover()).toEqual([]);
  expect(tree.members.size).toBe(0);
});

test('on this machine: a grandchild, and a fork is noticed', async () => {
  const watch = new ForkWatch();
  watch.hasForked();
  const child = spawn('sh', ['-c', 'sleep 30 & echo $!; wait']);
  const grandchild = Number(await new Promise((done) => child.stdout.once('data', done)));
  expect(watch.hasForked()).toBe(true);
  const tree = new ProcessTree(child.pid!);
  expect(pidsOf(tree.discover())).toEqual([grandchild]);
  process.kill(grandchild);
  await new Promise((done) => child.once('exit', done));
  watch.close();
});
