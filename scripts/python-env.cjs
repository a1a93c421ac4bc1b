// Pythons with real libraries, for the examples and the fuller tests: the user's own interpreter where it has them, else a
// virtual environment under .venvs/. What cannot be had is a reason in words, never an error. Plain JavaScript for node 14.
'use strict';

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./repository-node.cjs');
const { callerEnvironment } = require('./caller-env.cjs');

const FOLDER = path.join(ROOT, '.venvs');

/** `optional`: installed one by one, and those that fail are told in `missing`. */
const ENVIRONMENTS = {
  science: {
    modules: ['numpy', 'pandas', 'sklearn'],
    requirements: 'examples/requirements-science.txt',
    optional: ['greenlet==3.2.4', 'h5py==3.14.0', 'lz4==4.4.5', 'msgpack==1.1.2'],
  },
  torch: { modules: ['torch', 'numpy'], requirements: 'examples/requirements-torch.txt', optional: [] },
  bench: {
    modules: ['numpy', 'pandas', 'sklearn', 'torch', 'memray', 'scalene', 'psutil', 'memory_profiler', 'river'],
    requirements: 'examples/requirements-science.txt',
    optional: [
      'torch==2.13.0',
      'memray==1.20.0',
      'scalene==2.4.0',
      'psutil==7.2.2',
      'memory_profiler==0.61.0',
      'river==0.26.1',
    ],
  },
  /** What bench/xray/scanners.ts puts beside `highwater xray`. */
  scanners: {
    modules: ['fickling', 'picklescan', 'numpy'],
    requirements: 'bench/xray/scanner-files/requirements.txt',
    optional: [],
  },
  /** For the libraries' own test suites (bench/suites.ts). */
  suites: {
    modules: ['numpy', 'pandas', 'sklearn', 'pytest', 'hypothesis'],
    requirements: 'examples/requirements-science.txt',
    optional: ['pytest==9.1.1', 'hypothesis==6.170.15', 'meson==1.12.1', 'ninja==1.13.2'],
  },
};

const MINUTES = 60_000;

/** Python reads these before anything else, and would take another environment for its own. */
function pythonEnvironment() {
  const environment = callerEnvironment();
  for (const name of ['PYTHONHOME', 'PYTHONPATH', '__PYVENV_LAUNCHER__']) delete environment[name];
  return environment;
}

function runPython(python, args, timeout = 2 * MINUTES) {
  const result = spawnSync(python, args, { env: pythonEnvironment(), encoding: 'utf8', timeout, cwd: ROOT });
  const failed = result.error || result.status !== 0;
  return { ok: !failed, out: result.stdout || '', why: failed ? whyItFailed(result) : '' };
}

/** The last line of what it said that is not a warning or a hint. */
function whyItFailed(result) {
  if (result.error) return result.error.code === 'ETIMEDOUT' ? 'it took too long' : result.error.code;
  const text = `${result.stdout}\n${result.stderr}`;
  // pip itself then speaks of versions that it did not find.
  if (/connection (?:refused|error|broken)|failed to establish|name resolution|timed out/i.test(text)) {
    return 'the package index cannot be reached';
  }
  const lines = text.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => line && !/^(\[notice\]|WARNING|hint:|note:)/i.test(line));
  const error = telling.reverse().find((line) => /error|no module/i.test(line));
  return error || telling[0] || `it ended with ${result.signal || result.status}`;
}

const ASKED = process.env.HIGHWATER_PYTHON || 'python3';

/** The program itself, where `python3` is a shell script that picks one (pyenv, asdf). undefined: there is none. */
function findInterpreter() {
  const { ok, out } = runPython(ASKED, ['-c', 'import sys; print(sys.executable)']);
  return ok && out.trim() ? out.trim() : undefined;
}

/** Looks before it imports: most interpreters have none of them, and imports of these take seconds. */
function canImport(python, modules) {
  const find = `import importlib.util, sys\nsys.exit(any(importlib.util.find_spec(m) is None for m in ${JSON.stringify(modules)}))`;
  return runPython(python, ['-c', find]).ok && runPython(python, ['-c', `import ${modules.join(', ')}`]).ok;
}

/** Read when an environment is complete; a change of what is asked for, or of the interpreter, makes it anew. */
function stampOf(definition, interpreter) {
  const hash = createHash('sha256').update(fs.readFileSync(path.join(ROOT, definition.requirements)));
  return hash.update(definition.optional.join(' ')).update(fs.realpathSync(interpreter)).digest('hex');
}

function readStamp(home) {
  try {
    return JSON.parse(fs.readFileSync(path.join(home, 'complete.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function isUsable(home, stamp) {
  const python = path.join(home, 'bin', 'python');
  return readStamp(home)?.stamp === stamp && runPython(python, ['-c', '']).ok;
}

/** How to make a virtual environment and install into it, best first; Debian splits venv's pip off, some have only uv. */
function waysToCreate(interpreter, home) {
  const python = path.join(home, 'bin', 'python');
  return [
    { make: [interpreter, ['-m', 'venv', home]], pip: [python, ['-m', 'pip']] },
    { make: [interpreter, ['-m', 'virtualenv', home]], pip: [python, ['-m', 'pip']] },
    {
      make: [interpreter, ['-m', 'venv', '--without-pip', home]],
      pip: [interpreter, ['-m', 'pip', '--python', python]],
    },
    { make: ['virtualenv', ['--python', interpreter, home]], pip: [python, ['-m', 'pip']] },
  ];
}

/** The command that installs into the new environment, or the reason why there is none. */
function createEnvironment(interpreter, home) {
  let firstReason = '';
  for (const { make, pip } of waysToCreate(interpreter, home)) {
    fs.rmSync(home, { recursive: true, force: true });
    const made = runPython(...make);
    const ready = made.ok ? runPython(pip[0], [...pip[1], '--version']) : made;
    if (ready.ok) return { pip };
    firstReason = firstReason || ready.why;
  }
  return { reason: `no virtual environment can be made with ${interpreter}: ${firstReason}` };
}

function install(pip, what) {
  const args = ['install', '--quiet', '--no-input', '--disable-pip-version-check', '--only-binary=:all:'];
  return runPython(pip[0], [...pip[1], ...args, '--retries=1', '--timeout=15', ...what], 15 * MINUTES);
}

function buildEnvironment(name, interpreter, home, stamp) {
  const definition = ENVIRONMENTS[name];
  process.stderr.write(`set-up: making .venvs/${name} (${definition.modules.join(', ')}) ...\n`);
  const { pip, reason } = createEnvironment(interpreter, home);
  if (!pip) return { skip: reason };
  const installed = install(pip, ['-r', path.join(ROOT, definition.requirements)]);
  if (!installed.ok) {
    fs.rmSync(home, { recursive: true, force: true });
    return { skip: `${definition.modules.join(', ')} cannot be installed for ${interpreter}: ${installed.why}` };
  }
  const missing = [];
  for (const requirement of definition.optional) {
    const one = install(pip, [requirement]);
    if (!one.ok) missing.push(`${requirement}: ${one.why}`);
  }
  fs.writeFileSync(path.join(home, 'complete.json'), JSON.stringify({ stamp, missing }));
  return { python: path.join(home, 'bin', 'python'), missing };
}

/**
 * `{ python, missing }`, or `{ skip }` with the reason. `build: false` takes only what is there already.
 * A virtual environment of ours comes before the user's interpreter once it is made: its versions are pinned.
 */
function ensurePythonEnv(name, { build = true } = {}) {
  const definition = ENVIRONMENTS[name];
  const interpreter = findInterpreter();
  if (!interpreter) return { skip: `${ASKED} cannot be started` };
  const home = path.join(FOLDER, name);
  const stamp = stampOf(definition, interpreter);
  if (isUsable(home, stamp)) return { python: path.join(home, 'bin', 'python'), missing: readStamp(home).missing };
  if (canImport(interpreter, definition.modules)) return { python: interpreter, missing: [] };
  if (build) return buildEnvironment(name, interpreter, home, stamp);
  return {
    skip: `${interpreter} lacks ${definition.modules.join(', ')} (\`node scripts/python-env.cjs ${name}\` installs them)`,
  };
}

module.exports = { ensurePythonEnv, findInterpreter };

if (require.main === module) {
  for (const name of process.argv.slice(2)) {
    if (!ENVIRONMENTS[name]) {
      process.stderr.write(`no such environment: ${name} (there are ${Object.keys(ENVIRONMENTS).join(', ')})\n`);
      process.exit(2);
    }
    const { python, missing = [], skip } = ensurePythonEnv(name);
    process.stdout.write(`${name}: ${python || `not there: ${skip}`}\n`);
    for (const reason of missing) process.stdout.write(`${name}: without ${reason}\n`);
  }
}
