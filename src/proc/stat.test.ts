import { expect, test } from 'vitest';
import { readFixture } from './fixture.ts';
import { parseStat, readStat } from './stat.ts';

test('a name with blanks, parentheses and a newline does not shift the fields', () => {
  expect(parseStat(readFixture('real/stat'))).toEqual({
    pid: 19161,
    comm: 'a) (b c\n1 2',
    state: 'S',
    parentPid: 19120,
    groupId: 19116,
    sessionId: 6601,
    foregroundGroup: -1,
    minorFaults: 3254,
    majorFaults: 2,
    userTicks: 2,
    systemTicks: 0,
    threads: 1,
    startTicks: 285006,
  });
});

test('a zombie still says who it was', () => {
  expect(parseStat(readFixture('real/stat-zombie'))).toMatchObject({ state: 'Z', comm: 'true' });
});

test.each(['', '12', '12 (x', '12 (x) S 1 2', 'a (b) c d e f g h i j k l m n o p q r s t u'])(
  '%j is no stat file',
  (text) => {
    expect(parseStat(text)).toBeUndefined();
  },
);

test('this process is its own', () => {
  expect(readStat(process.pid)).toMatchObject({ pid: process.pid, parentPid: process.ppid });
});
