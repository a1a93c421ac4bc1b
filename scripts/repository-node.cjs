// Which node runs the repository's TypeScript. The lock file brings one (an optional dependency of the private workspace
// tools/), so that everybody works with the same, whatever the machine has. Plain JavaScript for node 14 and later.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const NEEDED = [22, 19];

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** Path of a node that can run our TypeScript, or undefined: neither the repository's own nor this one can. */
function findRepositoryNode() {
  const own = path.join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  // It is built for glibc: on another libc the file is there and does not start.
  if (fs.existsSync(own) && spawnSync(own, ['--version'], { stdio: 'ignore' }).status === 0) return own;
  return isNewEnough(process.versions.node) ? process.execPath : undefined;
}

module.exports = { ROOT, findRepositoryNode };
