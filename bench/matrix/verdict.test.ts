import { describe, expect, test } from 'vitest';
import type { StreamFacts } from './check-streams.ts';
import type { Program } from './plan.ts';
import type { Ended } from './run-program.ts';
import { type RunLine, renderMatrix } from './table.ts';
import { findHarm } from './verdict.ts';

const program: Program = { name: 'fork', leastStreams: 2 };
const killed: Program = { name: 'endless', leastStreams: 0, isKilled: true };

function ended(change: Partial<Ended> = {}): Ended {
  return { stdout: 'a\n', stderr: '', end: 'exit 3', wallMs: 5, ...change };
}

function facts(change: Partial<StreamFacts> = {}): StreamFacts {
  return { streams: 2, records: 100, unbegun: 0, ended: 2, problems: [], ...change };
}

describe('what counts as harm', () => {
  test('nothing, where the program did as it does without', () => {
    expect(findHarm(program, ended(), ended({ wallMs: 9 }), facts())).toEqual([]);
  });

  test.each([
    ['another end', ended({ end: 'SIGSEGV' }), facts(), ['end: "SIGSEGV", plain "exit 3"']],
    ['other text', ended({ stdout: 'b\n' }), facts(), ['stdout: "b\\n", plain "a\\n"']],
    ['a complaint', ended({ stderr: 'ouch' }), facts(), ['stderr: "ouch", plain ""']],
    ['a child without a stream', ended(), facts({ streams: 1, ended: 1 }), ['1 streams of 2']],
    ['a stream without its end', ended(), facts({ ended: 1 }), ['1 streams have no end']],
    ['a file without a header', ended(), facts({ unbegun: 1 }), ['1 streams have no header']],
    ['an unreadable stream', ended(), facts({ problems: ['broken'] }), ['broken']],
  ])('%s', (_, ours, streams, harm) => {
    expect(findHarm(program, ended(), ours, streams)).toEqual(harm);
  });

  test.each([
    ['killed before the first line', '', []],
    ['killed after some', 'step 3\nstep 4\n', []],
    ['a line is missing', 'step 3\nstep 5\n', ['stdout: "step 3\\nstep 5\\n"']],
    ['a line is cut', 'step 3\nste', ['stdout: "step 3\\nste"']],
  ])('of a program that is killed: %s', (_, stdout, harm) => {
    const cut = facts({ streams: 1, ended: 0, unbegun: 1 });
    expect(findHarm(killed, undefined, ended({ end: 'SIGKILL', stdout }), cut)).toEqual(harm);
  });

  test('a program that was to be killed and ended by itself', () => {
    const crashed = ended({ end: 'SIGSEGV', stdout: '' });
    expect(findHarm(killed, undefined, crashed, facts())).toEqual(['ended by itself: SIGSEGV']);
  });
});

test('the tables count unharmed runs and list the others', () => {
  const about = { kind: 'run', series: '1', seed: 1, end: 'exit 0', unbegun: 0, wallMs: 5, plainWallMs: 4 } as const;
  const run = (name: string, python: string, harm: string[]): RunLine => ({
    ...{ ...about, program: name, python, sampling: 'exact', streams: 2, records: 10, harm },
  });
  const lines = [run('fork', '3.10.1', []), run('basic', '3.9.18', []), run('fork', '3.9.18', ['stdout: "b"'])];
  expect(renderMatrix(lines).split('\n').slice(1)).toEqual([
    '  program  3.9.18  3.10.1',
    '  basic    1 of 1       -',
    '  fork     0 of 1  1 of 1',
    '  ALL      1 of 2  1 of 1',
    '',
    '  program  64 KiB  2 KiB   exact',
    '  basic         -      -  1 of 1',
    '  fork          -      -  1 of 2',
    '  ALL           -      -  2 of 3',
    '',
    '2 of 3 runs unharmed; 6 streams of 30 records read to their ends',
    '',
    'To be looked into',
    '  fork, Python 3.9.18, exact, seed 1: stdout: "b"',
  ]);
});
