// The environment that the caller of `npm run ...` had. npm adds some thirty variables and lengthens PATH, and all of it
// would be in the measured program, which then is not the program that the user runs. Plain JavaScript for node 14.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

/** npm itself was started with the caller's environment, and the kernel keeps what a process was started with. */
function readCallerEnvironment() {
  for (let pid = process.ppid, steps = 0; pid > 0 && steps < 32; steps++) {
    const environment = readEnvironment(pid);
    if (!environment) return undefined;
    if (!environment.npm_lifecycle_event) return isNode(pid) ? environment : undefined;
    pid = readParent(pid);
  }
  return undefined;
}

function readEnvironment(pid) {
  try {
    const entries = fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    return Object.fromEntries(entries.map((entry) => splitOnce(entry, '=')));
  } catch {
    return undefined;
  }
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Not node: the chain is broken (npm has ended and somebody else adopted us). */
function isNode(pid) {
  try {
    return /^(node|nodejs)$/.test(path.basename(fs.readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, ''));
  } catch {
    return false;
  }
}

function readParent(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold anything, so count from its end: state, then parent.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

const ADDED_BY_NPM = /^(npm_.*|INIT_CWD|NODE|COLOR)$/;
const FOLDER_ADDED_BY_NPM = /\/node_modules\/\.bin\/?$|\/node-gyp-bin\/?$/;

/** Where npm cannot be asked: what it is known to add is taken away again. */
function removeAdditions(environment) {
  const kept = Object.entries(environment).filter(([name]) => !ADDED_BY_NPM.test(name));
  const result = Object.fromEntries(kept);
  if (result.PATH !== undefined) {
    const folders = result.PATH.split(':').filter((folder) => !FOLDER_ADDED_BY_NPM.test(folder));
    result.PATH = folders.join(':');
  }
  return result;
}

/** The caller's own environment; this process's, unchanged, where no npm stands between. */
function callerEnvironment() {
  if (!process.env.npm_lifecycle_event) return { ...process.env };
  return readCallerEnvironment() || removeAdditions(process.env);
}

module.exports = { callerEnvironment, removeAdditions };
