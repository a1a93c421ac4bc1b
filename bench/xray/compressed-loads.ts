// Loads of compressed files, predicted and measured: each in a fresh interpreter, by `highwater xray --measure`.
//
//     node bench/xray/compressed-loads.ts PYTHON [FOLDER, which is kept]      PYTHON has joblib, scikit-learn and lz4
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIB } from '../../src/base/units.ts';
import { BIN } from '../../test/system/paths.ts';

const [python = 'python3', given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'highwater-compressed-'));
mkdirSync(folder, { recursive: true });
if (readdirSync(folder).length === 0) {
  const made = spawnSync(python, [join(import.meta.dirname, 'compressed_loads.py'), folder], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
}

console.log('| file | MiB | peak: predicted | measured | error | resident | in range |');
console.log('| --- | --: | --: | --: | --: | --: | --- |');
const errors: number[] = [];
for (const name of readdirSync(folder).sort()) {
  const words = [BIN, 'xray', join(folder, name), '--measure', '--python', python, '--json'];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  const [{ fileBytes, forecast, measured }] = JSON.parse(stdout).models;
  const mib = (bytes: number) => (bytes / MIB).toFixed(1);
  const error = forecast.peak / measured.peak - 1;
  errors.push(Math.abs(error));
  const { residentLow, residentHigh } = forecast;
  const isInside = measured.resident >= residentLow && measured.resident <= residentHigh;
  const range = isInside ? 'yes' : `${mib(residentLow)} to ${mib(residentHigh)}`;
  const cells = [mib(fileBytes), mib(forecast.peak), mib(measured.peak), `${(100 * error).toFixed(1)} %`];
  console.log(`| ${[name, ...cells, mib(measured.resident), range].join(' | ')} |`);
}
console.log(`within 5 %: ${errors.filter((error) => error <= 0.05).length} of ${errors.length}`);
if (!given) rmSync(folder, { recursive: true });
