// `npm run demo`: from a fresh clone to a report. Sets everything up, measures a shipped example, and names the HTML file.
// HIGHWATER_DEMO_BARE=1: the example that needs a bare python3 only. Plain JavaScript for node 14 and later.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./repository-node.cjs');
const { setUpOrExit } = require('./setup.cjs');
const { callerEnvironment } = require('./caller-env.cjs');
const { ensurePythonEnv, findInterpreter } = require('./python-env.cjs');

const OUTPUT = path.join(ROOT, 'demo-output');

function say(text) {
  process.stdout.write(`${text}\n`);
}

function stop(sentence) {
  process.stderr.write(`demo: ${sentence}\n`);
  process.exit(1);
}

function seconds(since) {
  return Number(process.hrtime.bigint() - since) / 1e9;
}

/** The scikit-learn example where its libraries can be had, else the one that needs none. */
function chooseExample() {
  const bare = process.env.HIGHWATER_DEMO_BARE === '1';
  const science = bare ? { skip: 'HIGHWATER_DEMO_BARE is set' } : ensurePythonEnv('science');
  if (science.python) return { script: 'linear_regression.py', python: science.python };
  const python = findInterpreter();
  if (!python) stop('there is no python3 on PATH; the demo measures a Python program.');
  say(`demo: the standard-library example, because: ${science.skip}`);
  return { script: 'stdlib_forest.py', python };
}

function measure(node, { script, python }) {
  const name = path.basename(script, '.py');
  const html = path.join(OUTPUT, `${name}.html`);
  fs.mkdirSync(OUTPUT, { recursive: true });
  fs.rmSync(html, { force: true });
  const options = ['--python', python, `--html=${html}`, '-o', path.join(OUTPUT, `${name}.highwater`)];
  const args = [path.join(ROOT, 'bin', 'highwater.cjs'), 'run', ...options, path.join('examples', script)];
  say(`demo: highwater run --html=${path.relative(ROOT, html)} examples/${script}\n`);
  // Ctrl-C reaches the measured program too, and there is a report of it; wait for that.
  process.once('SIGINT', () => {});
  const result = spawnSync(node, args, { cwd: ROOT, stdio: 'inherit', env: callerEnvironment() });
  if (result.status !== 0) stop(`highwater ended with ${result.signal || result.status}; its own words are above.`);
  if (!fs.existsSync(html)) stop(`highwater ended well, but ${html} is not there.`);
  return html;
}

function main() {
  const { node, phases } = setUpOrExit();
  const startOfPython = process.hrtime.bigint();
  const example = chooseExample();
  phases.push({ name: 'python', seconds: seconds(startOfPython) });
  const startOfRun = process.hrtime.bigint();
  const html = measure(node, example);
  phases.push({ name: 'run and report', seconds: seconds(startOfRun) });
  say(`\ndemo: ${phases.map((phase) => `${phase.name} ${phase.seconds.toFixed(1)} s`).join(', ')}`);
  say(`demo: the report is ${html}`);
}

main();
