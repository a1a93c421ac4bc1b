// `node scripts/run.cjs FILE ...`: runs a script under the repository's own node, whatever node was called, with the locked
// packages in place. Plain JavaScript for node 14 and later.
'use strict';

const { spawnSync } = require('node:child_process');
const { setUpOrExit } = require('./setup.cjs');

const { node } = setUpOrExit({ packagesOnly: true });
const { status, signal } = spawnSync(node, process.argv.slice(2), { stdio: 'inherit' });
if (signal) process.kill(process.pid, signal);
process.exitCode = status === null ? 1 : status;
