// The fuller suites, run by .ci/run after `npm test`: real libraries in virtual environments, headless Chromium, the demo both
// ways. Then all suites together: a test that was skipped and not made good here must be on .ci/allowed-skips.txt.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./repository-node.cjs');
const { judgeSkips, readAllowedSkips } = require('./allowed-skips.cjs');
const { callerEnvironment } = require('./caller-env.cjs');
const { RESULTS, printSummary, pythonVariables, runSuite, runVitest } = require('./suites.cjs');
const { setUpOrExit } = require('./setup.cjs');

/** What `npm test` left; a suite that left nothing did not get that far, and has failed. */
function readSuite(name) {
  const file = path.join(RESULTS, `${name}.json`);
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'));
  return { name, seconds: 0, outcomes: [{ file: '', name: '(npm test did not run it)', state: 'failed' }] };
}

/** The files in which a test was skipped, again with everything at hand; their new outcomes take the old ones' place. */
function makeGood(suite, node, variables) {
  const files = [...new Set(suite.outcomes.filter((outcome) => outcome.state === 'skipped').map(({ file }) => file))];
  if (files.length === 0) return suite;
  const again = runSuite(suite.name, () => runVitest(node, suite.name, { files, variables }));
  const kept = suite.outcomes.filter(({ file }) => !files.includes(file));
  return { ...suite, seconds: suite.seconds + again.seconds, outcomes: [...kept, ...again.outcomes] };
}

/** The demo as a user calls it. Its last line names the report. */
function runDemo(name, variables) {
  const result = spawnSync('npm', ['run', '--silent', 'demo'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...callerEnvironment(), ...variables },
    timeout: 10 * 60_000,
  });
  process.stdout.write(result.stdout || '');
  const html = /the report is (.+)\n$/.exec(result.stdout || '');
  const written = html && fs.existsSync(html[1]) && fs.readFileSync(html[1], 'utf8').includes('</html>');
  if (result.status !== 0 || !written) return { file: 'scripts/demo.cjs', name, state: 'failed' };
  const fellBack = !variables.HIGHWATER_DEMO_BARE && /standard-library example, because: (.*)/.exec(result.stdout);
  if (fellBack) return { file: 'scripts/demo.cjs', name, state: 'skipped', reason: fellBack[1] };
  return { file: 'scripts/demo.cjs', name, state: 'passed' };
}

function runDemos() {
  return [runDemo('with a bare python3', { HIGHWATER_DEMO_BARE: '1' }), runDemo('with scikit-learn', {})];
}

function main() {
  const { node } = setUpOrExit();
  const variables = pythonVariables(['science', 'torch'], true);
  const suites = [
    makeGood(readSuite('unit'), node, variables),
    readSuite('agent'),
    makeGood(readSuite('system'), node, variables),
    runSuite('e2e', () => runVitest(node, 'e2e', { variables })),
    runSuite('demo', runDemos),
  ];
  const allowed = readAllowedSkips(path.join(ROOT, '.ci', 'allowed-skips.txt'));
  process.exit(printSummary(suites.map((suite) => judgeSkips(suite, allowed))));
}

main();
