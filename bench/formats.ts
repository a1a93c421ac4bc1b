// How right `highwater xray` is about files that are no plain pickles: each is read, then loaded in a fresh interpreter, and the
// kernel's figures stand beside the predicted ones.
//
//     node scripts/run.cjs bench/formats.ts PYTHON [FOLDER]
//
// PYTHON needs the libraries of bench/formats/make.py; what it lacks is left out by name. FOLDER keeps the files.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Forecast } from '#artifact/types.ts';
import { formatMiB } from '#base/format.ts';
import type { MeasuredLoad } from '#report/xray.ts';

const ROOT = resolve(import.meta.dirname, '..');
const MAIN = join(ROOT, 'src', 'cli', 'main.ts');

interface Model {
  readonly path: string;
  readonly fileBytes: number;
  readonly forecast: Forecast | null;
  readonly measured: MeasuredLoad;
}

function main(): void {
  const [python, kept] = process.argv.slice(2);
  if (python === undefined) throw new Error('usage: bench/formats.ts PYTHON [FOLDER]');
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'highwater-formats-'));
  if (!kept || !existsSync(kept)) {
    const made = spawnSync(python, [join(ROOT, 'bench', 'formats', 'make.py'), folder], { encoding: 'utf8' });
    process.stdout.write(made.stdout);
    if (made.status !== 0) throw new Error(made.stderr);
  }
  console.log('| file | MiB | peak predicted | measured | off | resident predicted | measured | in range | width |');
  console.log('| --- | --: | --: | --: | --: | --: | --: | --- | --: |');
  for (const name of readdirSync(folder).sort()) if (!name.endsWith('.data')) measure(python, folder, name);
  if (!kept) rmSync(folder, { recursive: true });
}

function measure(python: string, folder: string, name: string): void {
  const args = [MAIN, 'xray', join(folder, name), '--python', python, '--measure', '--json'];
  const answer = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const [model] = (JSON.parse(answer.stdout) as { readonly models: readonly Model[] }).models;
  if (!model?.forecast || model.measured.failure !== '') {
    console.log(`| ${name} | | ${(model?.measured.failure ?? answer.stderr).replaceAll('\n', ' ').slice(0, 120)} |`);
    return;
  }
  const { forecast, measured, fileBytes } = model;
  const { peak, residentLow, residentHigh, fileBacked } = forecast;
  const own = fileBacked > 0 ? Math.max(0, measured.peak - measured.fileBacked) : measured.peak;
  const off = own < 2 ** 20 ? `${formatMiB(peak - own)} MiB` : `${((peak / own - 1) * 100).toFixed(1)} %`;
  // A mapping may bring in pages of the file, or not: they are told apart from memory of its own.
  const kept = fileBacked > 0 ? measured.resident - measured.fileBacked : measured.resident;
  const inside = kept >= residentLow && kept <= residentHigh ? 'yes' : 'no';
  const width = `${(((residentHigh - residentLow) / Math.max(1, kept)) * 100).toFixed(0)} %`;
  const cells = [
    name,
    formatMiB(fileBytes),
    formatMiB(peak),
    formatMiB(own),
    off,
    `${formatMiB(residentLow)} to ${formatMiB(residentHigh)}`,
    formatMiB(kept),
    inside,
    width,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

main();
