import { describe, expect, test } from 'vitest';
import { compareOutcomes, joinOutcomes, judge, type Outcome, readJunit, readVerbose } from './outcomes.ts';

describe('JUnit files', () => {
  test("CPython's: whole names, and elements of its own", () => {
    const xml = `<testsuites tests="6"><testsuite start="2026">
      <testcase name="test.test_gc.A.test_a" status="run" result="completed" time="0.1" />
      <testcase name="test.test_gc.A.test_b" status="run"><skipped>need a &lt;debug&gt; build</skipped></testcase>
      <testcase name="test.test_gc.A.test_c"><system-out /><system-err>x
        y</system-err><failure type="AssertionError" message="1 &gt; 2">Traceback</failure></testcase>
      <testcase name="test.test_gc.A.test_d"><error type="OSError">t</error></testcase>
      <testcase name="test.test_gc.A.test_e"><output type="x">t</output></testcase>
      <testcase name="test.test_gc.A.test_f"><outcome>UNEXPECTED_SUCCESS</outcome></testcase>
      <testcase />
      </testsuite></testsuites>`;
    expect(Object.fromEntries(readJunit(xml))).toEqual({
      'test.test_gc.A.test_a': 'ok',
      'test.test_gc.A.test_b': 'skipped',
      'test.test_gc.A.test_c': 'failed',
      'test.test_gc.A.test_d': 'error',
      'test.test_gc.A.test_e': 'expected failure',
      'test.test_gc.A.test_f': 'unexpected success',
    });
  });

  test("pytest's: node ids; the graver of two words for one test", () => {
    const xml = `<testsuites><testsuite name="pytest">
      <testcase classname="lib.tests.test_x" name="test_a[&quot;1&quot;-&#945;]" file="lib/tests/test_x.py" line="3"/>
      <testcase classname="lib.tests.test_x.TestB" name="test_b" file="lib/tests/test_x.py"></testcase>
      <testcase classname="lib.tests.test_x.TestB" name="test_b" file="lib/tests/test_x.py"><error message="teardown"/></testcase>
      </testsuite></testsuites>`;
    expect([...readJunit(xml)]).toEqual([
      ['lib/tests/test_x.py::test_a["1"-α]', 'ok'],
      ['lib/tests/test_x.py::TestB::test_b', 'error'],
    ]);
  });
});

test("unittest's list of failures, of 3.10 and of 3.11, with subtests and set-ups", () => {
  const text = `test_a (test.test_x.A) ... FAIL
FAIL: test_a (test.test_x.A) (i=1)
FAIL: test_b (test.test_x.A.test_b) [message]
ERROR: test_b (test.test_x.A.test_b) [message] (i=2)
ERROR: setUpClass (test.test_x.C)
`;
  expect(Object.fromEntries(readVerbose(text))).toEqual({
    'test.test_x.A.test_a': 'failed',
    'test.test_x.A.test_b': 'error',
    'test.test_x.C.setUpClass': 'error',
  });
});

const outcomes = (words: Record<string, Outcome>) => new Map(Object.entries(words));

test('the graver word wins, whichever comes first', () => {
  const [good, bad] = [outcomes({ a: 'ok' }), outcomes({ a: 'failed', b: 'ok' })];
  expect(joinOutcomes(good, bad)).toEqual(joinOutcomes(bad, good));
  expect(joinOutcomes(good, bad).get('a')).toBe('failed');
});

test('what differs, tests that were run on one side only included', () => {
  const plain = outcomes({ a: 'ok', b: 'ok', c: 'skipped' });
  const profiled = outcomes({ a: 'ok', b: 'failed', d: 'ok' });
  expect(compareOutcomes(plain, profiled)).toEqual([
    { test: 'b', plain: 'ok', profiled: 'failed' },
    { test: 'c', plain: 'skipped', profiled: 'not run' },
    { test: 'd', plain: 'not run', profiled: 'ok' },
  ]);
});

describe('a difference, repeated alone', () => {
  test.for([
    ['ok ok ok', 'failed failed failed', 'repeats'],
    ['failed failed failed', 'ok ok ok', 'repeats'],
    ['ok ok ok', 'ok failed ok', 'flaky'],
    ['ok failed ok', 'failed failed failed', 'flaky'],
    ['ok ok ok', 'ok ok ok', 'not repeated'],
    ['ok ok ok', 'error failed error', 'flaky'],
    ['', 'ok', 'unclear'],
  ] as const)('%s | %s: %s', ([plain, profiled, verdict]) => {
    const words = (text: string) => text.split(' ').filter(Boolean) as Outcome[];
    expect(judge(words(plain), words(profiled))).toBe(verdict);
  });

  test('one that does not run alone says nothing', () => {
    expect(judge(['not run'], ['not run'])).toBe('unclear');
  });
});
