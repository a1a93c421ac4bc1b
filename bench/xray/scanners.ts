// What `highwater xray` says of pickles, beside pickletools, fickling and picklescan: of files that honest programs write, and of
// files that run something when they are loaded, which each of them is first shown to do. With CPU time and peak memory.
//
//     node bench/xray/scanners.ts --out bench/results/DATE-scanners.jsonl [--python PYTHON] [--scanners PYTHON] [--only a,b]
//     node bench/xray/scanners.ts --table bench/results/DATE-scanners.jsonl
//
// The malicious files do nothing but make an empty file in a temporary folder.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BIN, ROOT } from '../../test/system/paths.ts';
import { Meter } from '../meter.ts';
import { formatScannerTables, type ScannerLine } from './scanner-table.ts';
import { type Said, TOOLS } from './scanner-tools.ts';

const MADE = join(ROOT, 'bench', 'xray', 'scanner-files', 'made.py');
const MARK = 'highwater-mark';

interface Case {
  readonly name: string;
  readonly family: 'benign' | 'malicious';
  readonly file: string;
  readonly loader: string;
  readonly missing: string;
}

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    scanners: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
    table: { type: 'string' },
  },
});

if (values.table === undefined) await runAll();
else console.log(formatScannerTables(readLines(values.table)));

function readLines(path: string): ScannerLine[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function pythonOf(kind: string, given: string | undefined): string {
  if (given !== undefined) return given;
  const { ensurePythonEnv } = createRequire(import.meta.url)('../../scripts/python-env.cjs');
  const found = ensurePythonEnv(kind);
  if (!found.python) throw new Error(found.skip);
  return found.python;
}

async function runAll(): Promise<void> {
  const python = pythonOf('bench', values.python);
  const scanners = pythonOf('scanners', values.scanners);
  const folder = mkdtempSync(join(tmpdir(), 'highwater-scanners-'));
  const meter = new Meter();
  const lines: ScannerLine[] = [];
  try {
    for (const one of [...makeFiles(python, 'malicious', folder), ...makeFiles(python, 'benign', folder)]) {
      if (one.missing !== '') console.error(`${one.name}: ${one.missing}`);
      else lines.push(...(await runCase(meter, { python, scanners, folder }, one)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(formatScannerTables(lines));
}

function makeFiles(python: string, family: string, folder: string): Case[] {
  const into = join(folder, family);
  mkdirSync(into);
  const only = values.only?.split(',') ?? [];
  const made = spawnSync(python, [MADE, family, into, ...only], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return made.stdout === '' ? [] : made.stdout.trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: short
}

interface Places {
  readonly python: string;
  readonly scanners: string;
  readonly folder: string;
}

async function runCase(meter: Meter, { python, scanners, folder }: Places, one: Case): Promise<ScannerLine[]> {
  const path = join(folder, one.family, one.file);
  const runs = one.family === 'malicious' && makesMark(python, one.loader, path, folder);
  const bytes = statSync(path).size;
  const lines: ScannerLine[] = [];
  for (const [tool, { command, say }] of Object.entries(TOOLS)) {
    const answer = await meter.run(command({ path, python: scanners, bin: BIN, node: process.execPath }), {
      timeoutSeconds: 300,
    });
    const { verdict, found }: Said = answer.timeUp ? { verdict: 'refused', found: 'not done in 300 s' } : say(answer);
    const cpuMs = Math.round(answer.userMs + answer.systemMs);
    const { name, family, loader } = one;
    lines.push({ name, family, loader, bytes, runs, tool, verdict, found, cpuMs, maxRssKib: answer.maxRssKib });
  }
  if (values.out !== undefined) appendFileSync(values.out, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  console.error(`${one.name}: ${lines.map(({ tool, verdict }) => `${tool} ${verdict}`).join(', ')}`);
  return lines;
}

/** Whether loading the file makes the mark, in a folder of its own. */
function makesMark(python: string, loader: string, path: string, folder: string): boolean {
  const cwd = mkdtempSync(join(folder, 'load-'));
  spawnSync(python, [MADE, 'load', loader, path], { cwd, encoding: 'utf8', timeout: 60_000 });
  return existsSync(join(cwd, MARK));
}
