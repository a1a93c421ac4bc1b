import { describe, expect, test } from 'vitest';
import type { Outcome, OutcomeOrNone } from './outcomes.ts';
import { judge } from './outcomes.ts';
import { findTroubles, type PairLine, type Repeated, renderSuites, type Side } from './table.ts';

function side(change: Partial<Side> = {}): Side {
  return { ended: 'exit 0', seconds: 2, counts: { ok: 9, skipped: 1 }, isWatched: true, ...change };
}

function pair(change: Partial<PairLine> = {}): PairLine {
  const about = { series: '1', commit: 'abc', library: 'cpython', version: '3.11.7', module: 'test_gc', tests: 10 };
  const sides = { profiledBy: 'highwater', plain: side(), profiled: side(), differences: [], unrepeated: 0 } as const;
  return { kind: 'pair', ...about, ...sides, ...change };
}

/** A test that failed under highwater, and what it came to alone: "ok ok ok | failed ok ok". */
function difference(alone: string): Repeated {
  const [plain, profiled] = alone.split(' | ').map((words) => words.split(' ') as OutcomeOrNone[]);
  const times = { plain: plain!, highwater: profiled!, agent: profiled! };
  return {
    test: 'test.test_gc.A.test_a',
    plain: 'ok',
    profiled: 'failed',
    alone: times,
    verdict: judge(plain!, profiled!),
  };
}

describe('what is to be looked into', () => {
  const nothing: string[] = [];
  test.for<[string, Partial<PairLine>, string[]]>([
    ['nothing, where all is the same', {}, nothing],
    [
      'a difference that repeats',
      { differences: [difference('ok ok ok | failed failed failed')] },
      ['test.test_gc.A.test_a differs'],
    ],
    ['but not a flaky test', { differences: [difference('ok failed ok | failed failed failed')] }, nothing],
    ['nor one that is the same alone', { differences: [difference('ok ok ok | ok ok ok')] }, nothing],
    ['an agent that was not there', { profiled: side({ isWatched: false }) }, ['the agent left no trace']],
    [
      'a suite that ran nothing',
      { tests: 0, plain: side({ ended: 'exit 1' }), profiled: side({ ended: 'exit 1' }) },
      ['no test was run: exit 1'],
    ],
    [
      'an end by signal',
      { profiled: side({ ended: 'signal 11' }) },
      ['the runner ended with signal 11, plain with exit 0'],
    ],
    ['a runner that broke off', { profiled: side({ broken: ['signal 11'] }) }, ['the runner broke off: signal 11']],
    ['but not one that does so plain', { plain: side({ broken: ['a'] }), profiled: side({ broken: ['a'] }) }, nothing],
    ['more differences than were repeated', { unrepeated: 3 }, ['3 more differ']],
  ])('%s', ([, change, troubles]) => {
    expect(findTroubles(pair(change))).toEqual(troubles);
  });
});

test('the table counts what failed plain, too, and tells each difference', () => {
  const counts: Partial<Record<Outcome, number>> = { ok: 6, 'expected failure': 1, skipped: 1, failed: 1, error: 1 };
  const lines = [
    { kind: 'series', series: '1', commit: 'abc', machine: '2 cores' } as const,
    pair(),
    pair({ module: 'test_mmap', plain: side({ counts }), differences: [difference('ok ok ok | ok failed ok')] }),
  ];
  expect(renderSuites(lines).split('\n')).toEqual([
    'highwater abc; 2 cores',
    '',
    '  suite           module     tests  ok  skipped  failing  same  differing  plain s  with s',
    '  cpython 3.11.7  test_gc       10   9        1        0    10          0        2       2',
    '  cpython 3.11.7  test_mmap     10   7        1        2     9          1        2       2',
    '  ALL                           20  16        2        2    19          1        4       4',
    '',
    'What differed',
    '  cpython 3.11.7 test_mmap test.test_gc.A.test_a: ok, with failed. Alone: plain ok, ok, ok; highwater ok, failed, ok; agent ok, failed, ok: flaky',
  ]);
});
