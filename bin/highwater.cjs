#!/bin/sh
//bin/sh -c :; HIGHWATER_IGNORED_SIGNALS=$(sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status 2>/dev/null); export HIGHWATER_IGNORED_SIGNALS; exec node "$0" "$@"
// The line above is the shell's: node forgets at its start which signals it was to ignore (nohup's hang-up), and the
// measured program has to ignore them too. For node it is a comment.
//
// The way in on any node that ever was, so old syntax only. It does three things: says in one sentence that node is too
// old, or (in a checkout, which carries a node of its own) starts itself again under that one, or loads the program.
'use strict';

var fs = require('fs');
var path = require('path');

var ROOT = path.resolve(__dirname, '..');
var MAIN = path.join(ROOT, 'dist', 'cli', 'main.js');
var NEEDED = [22, 19];
/** As env(1) and time(1): the program that was to be measured was not started. */
var COULD_NOT_MEASURE = 125;

function isNewEnough(version) {
  var parts = version.split('.');
  var major = Number(parts[0]);
  return major > NEEDED[0] || (major === NEEDED[0] && Number(parts[1]) >= NEEDED[1]);
}

function giveUp(sentence) {
  process.stderr.write('highwater: ' + sentence + '\n');
  process.exit(COULD_NOT_MEASURE);
}

function hasTerminal() {
  try {
    fs.closeSync(fs.openSync('/dev/tty', 'r'));
    return true;
  } catch (_error) {
    return false;
  }
}

/** What a terminal sends, it sends to the whole group, so the child has it already and passing it on would double it. */
function passSignalsOn(child) {
  var fromTerminal = hasTerminal();
  var handlers = {};
  function handle(signal, passOn) {
    handlers[signal] = function () {
      if (passOn) child.kill(signal);
    };
    process.on(signal, handlers[signal]);
  }
  handle('SIGINT', !fromTerminal);
  handle('SIGQUIT', !fromTerminal);
  handle('SIGHUP', !fromTerminal);
  handle('SIGTERM', true);
  handle('SIGUSR1', true);
  handle('SIGUSR2', true);
  return function stop() {
    Object.keys(handlers).forEach(function (signal) {
      process.removeListener(signal, handlers[signal]);
    });
  };
}

/** The environment goes through as it came: it is the measured program's, not ours. */
function startAgainWith(node) {
  var args = process.execArgv.concat([__filename], process.argv.slice(2));
  var child = require('child_process').spawn(node, args, { stdio: 'inherit' });
  var stopSignals = passSignalsOn(child);
  child.on('error', function (error) {
    giveUp('cannot start ' + node + ' (' + error.code + '); run `npm ci` here, or use a node of 22.19 or later.');
  });
  child.on('exit', function (code, signal) {
    stopSignals();
    if (!signal) process.exit(code);
    process.kill(process.pid, signal);
    // A signal that does not end this process (it came in blocked or ignored) still has to be told.
    setTimeout(function () {
      process.exit(128 + (require('os').constants.signals[signal] || 0));
    }, 1000);
  });
}

function load() {
  if (!fs.existsSync(MAIN)) {
    return giveUp('the program is not built yet (no dist/cli/main.js): run `npm run build` in ' + ROOT + '.');
  }
  // An old parser must not see the word import.
  var importModule = new Function('url', 'return import(url)');
  importModule(require('url').pathToFileURL(MAIN).href).then(undefined, function (error) {
    giveUp('the program cannot be loaded: ' + (error && error.stack ? error.stack : error));
  });
}

function main() {
  if (isNewEnough(process.versions.node)) return load();
  var own = path.join(ROOT, 'node_modules', 'node-linux-' + process.arch, 'bin', 'node');
  if (fs.existsSync(own)) return startAgainWith(own);
  var isCheckout = fs.existsSync(path.join(ROOT, 'scripts', 'setup.cjs'));
  giveUp(
    'node 22.19 or later is needed, and this is ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ')' +
      (isCheckout ? '; `npm run build` in ' + ROOT + ' brings one.' : '.')
  );
}

main();
