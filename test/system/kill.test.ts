// SIGKILL at any moment, of the program or of highwater: there is a report of everything before, every time. The moments
// are random but the same for each run; bench/kill-moments.ts does a hundred of each.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type JsonReport, makeFolder, reportOf } from './highwater.ts';
import { cutOff, seededRandom, statusText } from './kill.ts';
import { PYTHON } from './pythons.ts';

const MOMENTS = 12;
const LONGEST_MS = 1300;

const random = seededRandom(20260102);
const moments = Array.from({ length: MOMENTS }, () => Math.round(random() * LONGEST_MS));

/** Whatever the moment: a peak in the kernel's own unit; and lines once the program held something. */
function expectReport(report: JsonReport, output: string): void {
  expect(report.mainPeak!.unit).toBe('VmHWM');
  const steps = output.match(/^step/gm)?.length ?? 0;
  // The last step may not be on disk yet in the sampler's log, which is written every 250 ms; the agent's stream is.
  expect(report.mainPeak!.bytes).toBeGreaterThan(steps * 1_000_000);
  if (steps < 2) return;
  const grown = report.lines.find((line) => line.file.endsWith('victim.py') && line.line === 4);
  expect(grown!.heap.bytes).toBeGreaterThanOrEqual((steps - 1) * 1_000_000);
}

test.for(moments)('the program is killed %i ms after the start', async (moment) => {
  const folder = makeFolder();
  const { code, output, input, stderr } = await cutOff('program', moment, PYTHON, folder);
  const report = reportOf(input, folder);
  expect(input).toMatch(/victim\.highwater$/);
  expect(report.meta.complete).toBe(true);
  // After its last word it still takes itself down, and may be killed in that.
  const codes = output.includes('whole') ? [3, 137] : [137];
  expect(codes, stderr).toContain(code);
  if (code === 137) expect(report.meta.exit).toMatchObject({ kind: 'signaled', signal: 9 });
  expectReport(report, output);
});

test.for(moments)('highwater is killed %i ms after the start', async (moment) => {
  const folder = makeFolder();
  const { code, output, input } = await cutOff('highwater', moment, PYTHON, folder);
  if (code !== null) return expect(code).toBe(3); // it had ended before its moment
  // Killed after all was done, while it cleaned up.
  if (input.endsWith('.highwater')) return expect(reportOf(input, folder).meta.complete).toBe(true);
  // Killed before it had begun anything.
  if (!existsSync(join(input, 'run.json'))) return expect(output).toBe('');
  if (statusText(input) === '') expect(output).toBe(''); // nothing was started, but what was asked for is known
  // The program never noticed: all it had to say is there, and its own exit code was seen.
  if (statusText(input) !== '') {
    expect(output).toMatch(/^step 0\n(?:step \d+\n)*step 23\nwhole\n$/);
    expect(statusText(input)).toMatch(/^exited 3 /m);
  }
  const report = reportOf(input, folder);
  expect(report.meta.complete).toBe(false);
  if (output !== '') expectReport(report, output);
});

test('where highwater and the launcher are gone, the run lasted as long as the program itself tells', async () => {
  const folder = makeFolder();
  const { input } = await cutOff('highwater', 700, PYTHON, folder);
  const status = join(input, 'status');
  writeFileSync(status, statusText(input).replace(/^exited .*\n/m, ''));
  const { mainPeak, meta } = reportOf(input, folder);
  expect(mainPeak!.time).toBeGreaterThan(900); // it grows for 0.96 s, and nobody saw it after 0.7 s
  expect(meta.durationMs).toBeGreaterThanOrEqual(mainPeak!.time!);
});

test('what was left of a run stays until it is taken away, and the next run takes another name', async () => {
  const folder = makeFolder();
  await cutOff('highwater', 700, PYTHON, folder);
  expect(existsSync(join(folder, 'victim.highwater-run', 'run.json'))).toBe(true);
  const { code } = await cutOff('program', 5000, PYTHON, folder);
  expect(code).toBe(3);
  expect(existsSync(join(folder, 'victim.highwater-run', 'run.json'))).toBe(true);
  expect(existsSync(join(folder, 'victim.highwater-run.2'))).toBe(false);
  expect(reportOf('victim.highwater', folder).meta.complete).toBe(true);
});
