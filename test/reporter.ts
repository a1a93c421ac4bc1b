// Writes what a test run came to as one JSON file, for the scripts that sum suites and list skips: vitest's own JSON report
// leaves out why a test was skipped. The file's path comes in HIGHWATER_TEST_RESULTS.
import fs from 'node:fs';
import path from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

export interface TestOutcome {
  readonly file: string;
  /** The names of its groups and its own. */
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, in the test's own words: ctx.skip('...'); what it found wrong, where it failed. */
  readonly reason?: string;
}

/** What went wrong outside any test: a file that does not load, a rejection that nobody handled. */
function findBrokenModules(modules: readonly TestModule[], root: string): TestOutcome[] {
  return modules
    .filter((module) => module.errors().length > 0)
    .map((module) => ({
      file: path.relative(root, module.moduleId),
      name: '(the file itself)',
      state: 'failed',
      reason: firstLine(module.errors()[0]?.message) ?? '',
    }));
}

function firstLine(message: string | undefined): string | undefined {
  return message?.split('\n')[0]?.slice(0, 300);
}

function listOutcomes(module: TestModule, root: string): TestOutcome[] {
  const outcomes: TestOutcome[] = [];
  for (const test of module.children.allTests()) {
    const result = test.result();
    const file = path.relative(root, module.moduleId);
    const state = result.state === 'pending' ? 'skipped' : result.state;
    const reason = result.state === 'skipped' ? result.note : firstLine(result.errors?.[0]?.message);
    outcomes.push({ file, name: test.fullName, state, ...(reason === undefined ? {} : { reason }) });
  }
  return outcomes;
}

export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const file = process.env.HIGHWATER_TEST_RESULTS;
    if (!file) return;
    const root = process.cwd();
    const outcomes = modules.flatMap((module) => listOutcomes(module, root));
    outcomes.push(...findBrokenModules(modules, root));
    if (errors.length > 0) outcomes.push({ file: '', name: `${errors.length} unhandled errors`, state: 'failed' });
    fs.writeFileSync(file, JSON.stringify(outcomes, null, 1));
  }
}
