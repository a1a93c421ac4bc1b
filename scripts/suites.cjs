// The test suites, each run as its own tool runs it and brought to one form: a list of outcomes
// `{ file, name, state: 'passed' | 'failed' | 'skipped', reason? }`. Plain JavaScript for node 14 and later.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./repository-node.cjs');
const { callerEnvironment } = require('./caller-env.cjs');
const { ensurePythonEnv } = require('./python-env.cjs');

/** What the last run of each suite came to, for .ci/run to put together. */
const RESULTS = path.join(ROOT, '.test-results');

/**
 * How the tests learn of Pythons with real libraries: HIGHWATER_PYTHON_SCIENCE=path of the interpreter, or
 * HIGHWATER_PYTHON_SCIENCE_MISSING=why there is none, to skip with.
 */
function pythonVariables(names, build) {
  const variables = {};
  for (const name of names) {
    const { python, skip } = ensurePythonEnv(name, { build });
    const variable = `HIGHWATER_PYTHON_${name.toUpperCase()}`;
    if (python) variables[variable] = python;
    else variables[`${variable}_MISSING`] = skip;
  }
  return variables;
}

/** The agent's driver says the same. */
const SECOND_TRY = 'only at the second try';

/** More files than this with failures are no hiccup of the machine. */
const MOST_FILES_AGAIN = 6;

/** A vitest project; `files` narrows it. Files in which a test failed are run once more. */
function runVitest(node, project, { files = [], variables = {} } = {}) {
  const outcomes = runVitestOnce(node, project, { files, variables });
  const failed = [...new Set(outcomes.filter(({ state }) => state === 'failed').map(({ file }) => file))];
  if (failed.length === 0 || failed.length > MOST_FILES_AGAIN || failed.includes('')) return outcomes;
  process.stdout.write(`\n== ${project}, once more: ${failed.join(' ')}\n`);
  return withSecondTry(outcomes, runVitestOnce(node, project, { files: failed, variables }));
}

/** The outcomes of the second try take the place of the first's in its files; what failed at first is said beside them. */
function withSecondTry(first, second) {
  const files = new Set(second.map(({ file }) => file));
  const keyOf = ({ file, name }) => `${file} > ${name}`;
  const before = new Map(first.filter(({ state }) => state === 'failed').map((outcome) => [keyOf(outcome), outcome]));
  const kept = first.filter(({ file }) => !files.has(file));
  const merged = second.map((outcome) => {
    const failure = before.get(keyOf(outcome));
    if (!failure || outcome.state !== 'passed') return outcome;
    return { ...outcome, reason: `${SECOND_TRY}; at first: ${failure.reason || 'no reason given'}` };
  });
  return [...kept, ...merged];
}

function runVitestOnce(node, project, { files, variables }) {
  fs.mkdirSync(RESULTS, { recursive: true });
  const results = path.join(RESULTS, `${project}.raw.json`);
  fs.rmSync(results, { force: true });
  const args = [path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', project, ...files];
  args.push('--passWithNoTests', '--reporter=default', '--reporter=./test/reporter.ts');
  const env = { ...callerEnvironment(), ...variables, HIGHWATER_TEST_RESULTS: results };
  const { status, signal } = spawnSync(node, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env });
  const outcomes = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')) : [];
  return withRunItself(outcomes, status, signal);
}

/** A suite that ended badly although no test of it failed has failed all the same. */
function withRunItself(outcomes, status, signal) {
  if (status === 0 || outcomes.some((outcome) => outcome.state === 'failed')) return outcomes;
  return [...outcomes, { file: '', name: `(the suite itself ended with ${signal || status})`, state: 'failed' }];
}

const COUNTS = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;
const OUTCOME_LINE = /^(passed|failed|skipped): (.*)$/;

/** The agent's tests are a shell script that ends with one line of counts, after a line
 * `passed: NAME`, `failed: NAME` or `skipped: NAME: REASON` for most of what it counts. */
function runAgentTests() {
  const script = path.join('agent', 'tests', 'run.sh');
  if (!fs.existsSync(path.join(ROOT, script))) return [];
  const result = spawnSync('sh', [script], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: callerEnvironment(),
  });
  process.stdout.write(result.stdout);
  return withRunItself(readAgentOutcomes(script, result.stdout), result.status, result.signal);
}

function readAgentOutcomes(file, text) {
  const lines = text.trimEnd().split('\n');
  const counts = COUNTS.exec(lines[lines.length - 1].trim());
  if (!counts) return [];
  const outcomes = [];
  ['passed', 'failed', 'skipped'].forEach((state, column) => {
    const said = lines.map((line) => OUTCOME_LINE.exec(line)).filter((match) => match && match[1] === state);
    for (let i = 0; i < Number(counts[column + 1]); i++) {
      outcomes.push({ file, state, ...splitReason(said[i] ? said[i][2] : `number ${i + 1}`) });
    }
  });
  return outcomes;
}

function splitReason(text) {
  const [name, ...reason] = text.split(': ');
  return reason.length > 0 ? { name, reason: reason.join(': ') } : { name };
}

/** Runs it, keeps what came out, and gives it with its time. */
function runSuite(name, work) {
  process.stdout.write(`\n== ${name}\n`);
  const start = process.hrtime.bigint();
  const outcomes = work();
  const suite = { name, seconds: Number(process.hrtime.bigint() - start) / 1e9, outcomes };
  fs.mkdirSync(RESULTS, { recursive: true });
  fs.writeFileSync(path.join(RESULTS, `${name}.json`), JSON.stringify(suite));
  return suite;
}

function count(suites) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) for (const outcome of suite.outcomes) counts[outcome.state]++;
  return counts;
}

function formatCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Per suite, then each skip with its reason and, last, each failure; then the one line. Gives the exit code. */
function printSummary(suites) {
  const say = (text) => process.stdout.write(`${text}\n`);
  say('');
  for (const suite of suites) {
    say(`${suite.name.padEnd(8)} ${formatCounts(count([suite]))} (${suite.seconds.toFixed(1)} s)`);
  }
  printOutcomes(suites, 'skipped', 'skipped, and why:');
  printOutcomes(suites, 'passed', 'passed only at the second try:');
  printOutcomes(suites, 'failed', 'failed:');
  const total = count(suites);
  if (total.passed + total.failed === 0) say('\nno test was run');
  say(`\n${formatCounts(total)}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

function printOutcomes(suites, state, title) {
  const lines = [];
  for (const suite of suites) {
    for (const { file, name, state: its, reason } of suite.outcomes) {
      if (its !== state || (state === 'passed' && !(reason || '').startsWith(SECOND_TRY))) continue;
      const why = reason || (state === 'skipped' ? 'no reason given' : '');
      lines.push(`  ${[suite.name, file, name].filter(Boolean).join(' > ')}${why ? `: ${why}` : ''}`);
    }
  }
  if (lines.length > 0) process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}

module.exports = {
  RESULTS,
  printSummary,
  pythonVariables,
  readAgentOutcomes,
  runAgentTests,
  runSuite,
  runVitest,
  withSecondTry,
};
