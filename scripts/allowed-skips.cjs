// Which tests may be skipped in the full run. The list is short and each line gives its reason, so that a test that stops
// running anywhere does not go unseen. Plain JavaScript for node 14 and later.
'use strict';

const fs = require('node:fs');

/** Lines of `SUITE | part of FILE > NAME: REASON | why`; `#` starts a comment. */
function readAllowedSkips(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const rows = lines.map((line) => line.replace(/^#.*/, '').trim()).filter(Boolean);
  return rows.map((row) => {
    const [suite, part, why] = row.split('|').map((cell) => cell.trim());
    if (!suite || !part || !why) throw new Error(`${file}: not SUITE | PART | WHY: ${row}`);
    return { suite, part };
  });
}

/** A skip that nobody wrote down counts as a failure. */
function judgeSkips(suite, allowed) {
  const isAllowed = ({ file, name, reason }) =>
    allowed.some((row) => row.suite === suite.name && `${file} > ${name}: ${reason}`.includes(row.part));
  const outcomes = suite.outcomes.map((outcome) => {
    if (outcome.state !== 'skipped' || isAllowed(outcome)) return outcome;
    const why = outcome.reason || 'no reason given';
    return { ...outcome, state: 'failed', name: `${outcome.name} (skipped, not on .ci/allowed-skips.txt: ${why})` };
  });
  return { ...suite, outcomes };
}

module.exports = { judgeSkips, readAllowedSkips };
