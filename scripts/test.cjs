// `npm test`: sets everything up and runs the tests that need only node, npm, a C compiler and python3; those that find
// more on the machine use it, the others say what they lacked. Plain JavaScript for node 14 and later.
'use strict';

const fs = require('node:fs');
const { RESULTS, printSummary, pythonVariables, runAgentTests, runSuite, runVitest } = require('./suites.cjs');
const { setUpOrExit } = require('./setup.cjs');

function main() {
  fs.rmSync(RESULTS, { recursive: true, force: true });
  const { node, phases } = setUpOrExit();
  for (const { name, seconds } of phases) process.stdout.write(`set-up: ${name} ${seconds.toFixed(1)} s\n`);
  const variables = pythonVariables(['science', 'torch'], false);
  const suites = [
    runSuite('unit', () => runVitest(node, 'unit')),
    runSuite('agent', () => runAgentTests()),
    runSuite('system', () => runVitest(node, 'system', { variables })),
  ];
  process.exit(printSummary(suites));
}

main();
