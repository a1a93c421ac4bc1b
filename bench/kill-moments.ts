// SIGKILL at many random moments, of the program and of highwater: how many reports can be read, and what they hold.
//
//   node bench/kill-moments.ts [MOMENTS = 100] [SEED = 1]
//
// Takes about five minutes. test/system/kill.test.ts does the same at a few moments and fails where this would count.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CutOff, cutOff, seededRandom, type Victim } from '../test/system/kill.ts';
import { BIN, userEnvironment } from '../test/system/paths.ts';

const LONGEST_MS = 1300;
const COLUMNS = [
  'moments',
  'ended before',
  'not begun',
  'readable',
  'with peak',
  'had lines due',
  'with lines',
  'unharmed',
];

type Counts = Record<(typeof COLUMNS)[number], number>;

interface Report {
  readonly mainPeak: { readonly bytes: number } | null;
  readonly lines: readonly { readonly file: string; readonly heap: { readonly bytes: number } }[];
}

function readReport(input: string, folder: string): Report | undefined {
  const args = [BIN, 'report', '--json', input];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

function judge(victim: Victim, { code, output, input }: CutOff, folder: string, counts: Counts): void {
  const steps = output.match(/^step/gm)?.length ?? 0;
  if (victim === 'highwater' ? /\nwhole\n$/.test(output) || output === '' : code !== null) counts.unharmed!++;
  if (victim === 'highwater' ? code !== null : code === 3) counts['ended before']!++;
  else if (!existsSync(input) || (!input.endsWith('.highwater') && !existsSync(join(input, 'run.json')))) {
    counts['not begun']!++;
    return;
  }
  const report = readReport(input, folder);
  if (!report) return;
  counts.readable!++;
  if ((report.mainPeak?.bytes ?? 0) > steps * 1_000_000) counts['with peak']!++;
  if (steps < 2) return;
  counts['had lines due']!++;
  const held = report.lines.find((line) => line.file.endsWith('victim.py') && line.heap.bytes >= (steps - 1) * 1e6);
  if (held) counts['with lines']!++;
}

async function count(victim: Victim, moments: number, seed: number, python: string): Promise<Counts> {
  const counts: Counts = Object.fromEntries(COLUMNS.map((column) => [column, 0]));
  const random = seededRandom(seed);
  for (let n = 0; n < moments; n++) {
    const folder = mkdtempSync(join(tmpdir(), 'highwater-kill-'));
    const cut = await cutOff(victim, random() * LONGEST_MS, python, folder);
    counts.moments!++;
    judge(victim, cut, folder, counts);
    rmSync(folder, { recursive: true, force: true });
  }
  return counts;
}

const [moments = 100, seed = 1] = process.argv.slice(2).map(Number);
const question = ['-c', 'import sys; print(sys.executable)'];
const python = spawnSync('python3', question, { encoding: 'utf8', env: userEnvironment() }).stdout.trim();
console.log(`| killed | ${COLUMNS.join(' | ')} |`);
console.log(`|---|${COLUMNS.map(() => '--:|').join('')}`);
for (const victim of ['program', 'highwater'] as const) {
  const counts = await count(victim, moments, seed, python);
  console.log(`| ${victim} | ${COLUMNS.map((column) => counts[column]).join(' | ')} |`);
}
