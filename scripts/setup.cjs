// Makes a fresh clone ready: the locked npm packages, then the built program. Quick when there is nothing to do, and safe
// to repeat. Plain JavaScript for node 14 and later, because it runs before the repository's own node is there.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, findRepositoryNode } = require('./repository-node.cjs');

class SetupError extends Error {}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Why `npm ci` is due; undefined when what is installed is what the lock file says. npm writes its own record last. */
function findInstallReason() {
  const wanted = readJson(path.join(ROOT, 'package-lock.json'));
  const installed = readJson(path.join(ROOT, 'node_modules', '.package-lock.json'));
  if (!wanted) throw new SetupError('package-lock.json cannot be read: is this a whole clone?');
  if (!installed) return 'nothing is installed yet';
  for (const [name, entry] of Object.entries(wanted.packages)) {
    if (!name.startsWith('node_modules/') || entry.link) continue;
    const present = installed.packages[name];
    if (!present && entry.optional && !isForThisMachine(entry)) continue;
    if (!present) return `${name} is missing`;
    if (present.version !== entry.version) return `${name} is not at ${entry.version}`;
    if (!fs.existsSync(path.join(ROOT, name))) return `${name} is gone`;
  }
  return undefined;
}

/** npm leaves out, without a word, optional packages for other machines, but older ones also some that are for this. */
function isForThisMachine({ os, cpu, libc }) {
  const admits = (list, own) => list === undefined || [].concat(list).includes(own());
  return os !== undefined && admits(os, () => 'linux') && admits(cpu, () => process.arch) && admits(libc, ownLibc);
}

function ownLibc() {
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

/** npm as it was called, else the one on PATH. */
function npmCommand() {
  const script = process.env.npm_execpath;
  const isNpm = script && /npm-cli\.c?js$/.test(script) && fs.existsSync(script);
  return isNpm ? [process.execPath, [script]] : ['npm', []];
}

function install() {
  const reason = findInstallReason();
  if (!reason) return;
  say(`set-up: npm ci (${reason}) ...`);
  const [program, first] = npmCommand();
  // The engine warnings are for users of the package; the repository brings its own node.
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (result.error) throw new SetupError(`npm cannot be started (${result.error.code}): is it installed and on PATH?`);
  if (result.status !== 0) throw new SetupError('npm ci failed; its own words are above.');
  const missing = findInstallReason();
  if (missing) {
    throw new SetupError(
      `npm ci ended well, but ${missing}: node 20.19 and npm 10.8 or later install everything, and this is node ${process.versions.node}.`,
    );
  }
}

function build(node) {
  const result = spawnSync(node, [path.join(__dirname, 'build.ts')], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) throw new SetupError('the build failed; its own words are above.');
}

function timed(phases, name, work) {
  const start = process.hrtime.bigint();
  const result = work();
  phases.push({ name, seconds: Number(process.hrtime.bigint() - start) / 1e9 });
  return result;
}

/** Gives the node to run TypeScript with, and what each phase took. Throws SetupError with a sentence to print. */
function setUp({ packagesOnly = false } = {}) {
  const phases = [];
  timed(phases, 'npm packages', install);
  const node = timed(phases, 'node', findRepositoryNode);
  if (!node) {
    throw new SetupError(
      `node 22.19 or later is needed here: this is ${process.versions.node}, and the lock file brings none for linux ${process.arch}.`,
    );
  }
  if (!packagesOnly) timed(phases, 'build', () => build(node));
  return { node, phases: phases.filter((phase) => phase.name !== 'node') };
}

/** As setUp, but ends the process with one sentence when it fails. */
function setUpOrExit(options) {
  try {
    return setUp(options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`set-up: ${error.message}`);
    process.exit(1);
  }
}

module.exports = { setUpOrExit };

if (require.main === module) {
  const { phases } = setUpOrExit();
  for (const { name, seconds } of phases) say(`set-up: ${name} ${seconds.toFixed(1)} s`);
}
