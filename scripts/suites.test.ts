import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestOutcome } from '../test/reporter.ts';

interface Suite {
  readonly name: string;
  readonly seconds: number;
  readonly outcomes: readonly TestOutcome[];
}
interface AllowedSkip {
  readonly suite: string;
  readonly part: string;
}

const require = createRequire(import.meta.url);
const { readAgentOutcomes, withSecondTry } = require('./suites.cjs') as {
  readAgentOutcomes: (file: string, text: string) => TestOutcome[];
  withSecondTry: (first: readonly TestOutcome[], second: readonly TestOutcome[]) => TestOutcome[];
};
const { judgeSkips, readAllowedSkips } = require('./allowed-skips.cjs') as {
  judgeSkips: (suite: Suite, allowed: readonly AllowedSkip[]) => Suite;
  readAllowedSkips: (file: string) => AllowedSkip[];
};

describe('readAgentOutcomes', () => {
  it('takes names and reasons from the lines, and how many from the last one', () => {
    const text = `passed: build
skipped: full disk [3.13.0]: needs root
failed: ceiling [3.9.18]: AssertionError
2 passed, 1 failed, 1 skipped
`;
    expect(readAgentOutcomes('run.sh', text)).toEqual([
      { file: 'run.sh', state: 'passed', name: 'build' },
      { file: 'run.sh', state: 'passed', name: 'number 2' },
      { file: 'run.sh', state: 'failed', name: 'ceiling [3.9.18]', reason: 'AssertionError' },
      { file: 'run.sh', state: 'skipped', name: 'full disk [3.13.0]', reason: 'needs root' },
    ]);
  });

  it('knows nothing of a run that was cut off', () => {
    expect(readAgentOutcomes('run.sh', 'passed: build\n')).toEqual([]);
  });
});

describe('withSecondTry', () => {
  const outcome = (file: string, name: string, state: TestOutcome['state'], reason?: string): TestOutcome => ({
    file,
    name,
    state,
    ...(reason === undefined ? {} : { reason }),
  });
  const first = [outcome('a', 'one', 'passed'), outcome('b', 'two', 'failed', 'slow'), outcome('b', 'three', 'passed')];

  it('says of what passes then that it failed at first', () => {
    const second = [outcome('b', 'two', 'passed'), outcome('b', 'three', 'passed')];
    const merged = withSecondTry(first, second);
    expect(merged.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed']);
    expect(merged.map(({ reason }) => reason)).toEqual([
      undefined,
      'only at the second try; at first: slow',
      undefined,
    ]);
  });

  it('keeps a failure that fails again, and one whose file did not run again', () => {
    expect(withSecondTry(first, [outcome('b', 'two', 'failed', 'slow'), outcome('b', 'three', 'passed')])).toHaveLength(
      3,
    );
    expect(withSecondTry(first, [])).toEqual(first);
    const again = withSecondTry(first, [outcome('b', 'two', 'failed', 'still slow')]);
    expect(again.at(-1)).toEqual(outcome('b', 'two', 'failed', 'still slow'));
  });
});

describe('the list of allowed skips', () => {
  const skipped = (name: string): TestOutcome => ({ file: 'a.test.ts', name, state: 'skipped', reason: 'no torch' });
  const suite = { name: 'system', seconds: 1, outcomes: [skipped('with torch'), skipped('with jax')] };

  function read(text: string): AllowedSkip[] {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'highwater-skips-'));
    try {
      fs.writeFileSync(path.join(folder, 'list'), text);
      return readAllowedSkips(path.join(folder, 'list'));
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }

  it('makes a failure of every skip that is not on it', () => {
    const judged = judgeSkips(
      suite,
      read('# a comment\nsystem | with torch | too large\n\nunit | with jax | another suite\n'),
    );
    expect(judged.outcomes.map((outcome) => outcome.state)).toEqual(['skipped', 'failed']);
    expect(judged.outcomes[1]?.name).toBe('with jax (skipped, not on .ci/allowed-skips.txt: no torch)');
  });

  it('wants a reason on every line', () => {
    expect(() => read('system | with torch\n')).toThrow(/not SUITE \| PART \| WHY: system \| with torch/);
  });

  it('is well formed in this repository', () => {
    expect(readAllowedSkips(path.join(import.meta.dirname, '..', '.ci', 'allowed-skips.txt')).length).toBeGreaterThan(
      0,
    );
  });
});
