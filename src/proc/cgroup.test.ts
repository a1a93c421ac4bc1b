import { expect, test } from 'vitest';
import { GIB } from '#base/units.ts';
import { CgroupMeter, parseKeyedValue, parseSize, readCgroup } from './cgroup.ts';
import { findCgroup, locateCgroup, parseCgroupMembership } from './cgroup-location.ts';
import { parseCpuMax, readCoreLimit } from './core-limit.ts';
import { fixtureRoot } from './fixture.ts';
import { parseMountinfo } from './mountinfo.ts';

test('v1 on a hybrid machine: the limit of an ancestor binds, its hits count', () => {
  expect(readCgroup(42, fixtureRoot('v1'))).toEqual({
    version: 1,
    path: '/jobs/one',
    usage: 34910208,
    peak: 4476215296,
    limit: 2 * GIB,
    cache: 4456448,
    limitHits: 7,
    oomKills: 0,
  });
});

test('v2: the limit of an ancestor binds, kills are those of the own group', () => {
  expect(readCgroup(42, fixtureRoot('v2'))).toEqual({
    version: 2,
    path: '/user.slice/job.scope',
    usage: 734003200,
    peak: 805306368,
    limit: GIB,
    cache: 157286400,
    limitHits: 31,
    oomKills: 1,
  });
});

test('a process that ended has no group', () => {
  expect(readCgroup(43, fixtureRoot('v2'))).toBeUndefined();
});

const V1 = (root: string) => `35 31 0:32 ${root} /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory`;
const V2 = (root: string) => `41 31 0:38 ${root} /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;

test.each([
  ['container, v1: the mount shows its own part', '4:memory:/docker/ab', V1('/docker/ab'), ['']],
  ['container, v1, a group below', '4:memory:/docker/ab/x/y', V1('/docker/ab'), ['/x/y', '/x', '']],
  ['container with its own namespace', '4:memory:/', V1('/'), ['']],
  ['a path that leads out of the namespace', '4:memory:/../other', V1('/'), ['']],
  ['a mount of another part', '4:memory:/a', V1('/b'), ['']],
  ['controllers that share a hierarchy', '4:cpu,memory:/a', V1('/'), ['/a', '']],
])('%s', (_, membership, mounts, below) => {
  const location = locateCgroup(parseCgroupMembership(membership), parseMountinfo(mounts), 'memory')!;
  expect(location.version).toBe(1);
  expect(location.folders).toEqual(below.map((path) => `/sys/fs/cgroup/memory${path}`));
});

test('a v1 controller goes before v2, and v2 stands in where there is none', () => {
  const mounts = parseMountinfo(`${V1('/')}\n${V2('/')}`);
  const hybrid = locateCgroup(parseCgroupMembership('4:memory:/a\n0::/b'), mounts, 'memory');
  expect(hybrid).toMatchObject({ version: 1, path: '/a' });
  expect(locateCgroup(parseCgroupMembership('1:cpu:/a\n0::/b:c'), mounts, 'memory')).toMatchObject({
    version: 2,
    folders: ['/sys/fs/cgroup/unified/b:c', '/sys/fs/cgroup/unified'],
  });
});

test('without any mount there is no location', () => {
  expect(locateCgroup(parseCgroupMembership('0::/'), [], 'memory')).toBeUndefined();
});

test('mount points with blanks are unescaped', () => {
  expect(parseMountinfo('1 2 0:1 / /my\\040mount rw shared:1 - cgroup2 c rw')[0]!.mountPoint).toBe('/my mount');
});

test.each([
  ['max\n', null],
  ['9223372036854771712\n', null],
  ['9223372036854710272\n', null],
  ['1073741824\n', 1073741824],
  ['0\n', 0],
  ['', null],
  ['rubbish', null],
])('a size of %j is %j', (text, value) => {
  expect(parseSize(text)).toBe(value);
});

test('a key is found at the start and within, never inside another', () => {
  const text = 'oom 2\noom_kill 5\ntotal_inactive_file 7\ninactive_file 9\n';
  expect(parseKeyedValue(text, 'oom')).toBe(2);
  expect(parseKeyedValue(text, 'oom_kill')).toBe(5);
  expect(parseKeyedValue(text, 'inactive_file')).toBe(9);
  expect(parseKeyedValue(text, 'kill')).toBeNull();
});

test('the core limit is the tightest on the way up', () => {
  expect(readCoreLimit(42, fixtureRoot('v2'))).toBe(1.5);
  expect(readCoreLimit(42, fixtureRoot('v1'))).toBe(2.5);
  expect(parseCpuMax('max 100000')).toBeNull();
  expect(parseCpuMax('-1 100000')).toBeNull();
});

test('the meter reads the same figures again and again', () => {
  const meter = new CgroupMeter(findCgroup(42, 'memory', fixtureRoot('v2')), fixtureRoot('v2'));
  for (const _ of [1, 2]) expect([meter.readUsage(), meter.readCache()]).toEqual([734003200, 157286400]);
  meter.close();
  expect(new CgroupMeter(undefined).readUsage()).toBeNaN();
});
