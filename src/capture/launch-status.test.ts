import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLaunchStatus, signalName } from './launch-status.ts';

const EXITED = `launcher 100 5000
started 101 6000
exited 3 9000 1500 2500 2048 70 8 0
`;

test('a run from start to end', () => {
  expect(parseLaunchStatus(EXITED)).toEqual({
    launcherPid: 100,
    targetPid: 101,
    startedAt: 6000,
    failure: null,
    exit: { kind: 'exited', code: 3 },
    endedAt: 9000,
    usage: { userMs: 1.5, systemMs: 2.5, maxRssBytes: 2 << 20, minorFaults: 70, majorFaults: 8 },
  });
});

test('ended by a signal', () => {
  const { exit } = parseLaunchStatus('started 101 6000\nkilled 11 9000 1 2 3 4 5 1\n');
  expect(exit).toEqual({ kind: 'signaled', signal: 11, name: 'SIGSEGV' });
});

test('could not be started', () => {
  const { failure, exit } = parseLaunchStatus('launcher 1 2\nstarted 3 4\nfailed 2 No such file or directory\n');
  expect(failure).toEqual({ errno: 2, text: 'No such file or directory' });
  expect(exit).toEqual({ kind: 'unknown' });
});

test('cut anywhere, it tells what its whole lines tell', () => {
  for (let length = 0; length <= EXITED.length; length++) {
    const status = parseLaunchStatus(EXITED.slice(0, length));
    const lines = EXITED.slice(0, length).split('\n').length - 1;
    expect(status.launcherPid).toBe(lines >= 1 ? 100 : 0);
    expect(status.targetPid).toBe(lines >= 2 ? 101 : 0);
    expect(status.exit.kind).toBe(lines >= 3 ? 'exited' : 'unknown');
  }
});

test('whatever it holds, it is read without complaint', () => {
  const word = fc.constantFrom(
    'launcher',
    'started',
    'failed',
    'exited',
    'killed',
    '1',
    '-5',
    'x',
    '\n',
    '99999999999',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
      expect(parseLaunchStatus(words.join(' ')).exit.kind).toMatch(/^(?:exited|signaled|unknown)$/);
    }),
  );
});

test('numbers that are none are not known', () => {
  const status = parseLaunchStatus('launcher x\nstarted y z\nexited\nkilled q r\n');
  expect(status).toMatchObject({ launcherPid: 0, targetPid: 0, exit: { kind: 'unknown' }, usage: null });
  expect(status.startedAt).toBeNaN();
  expect(status.endedAt).toBeNaN();
});

test('names of signals', () => {
  expect([signalName(9), signalName(15), signalName(37)]).toEqual(['SIGKILL', 'SIGTERM', 'signal 37']);
});
