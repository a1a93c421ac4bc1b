// The what-if of a slimmed file against the slimmed file itself: predicts from the original, rewrites it with `highwater slim`,
// loads the result in a fresh interpreter.
//
//     node bench/xray/slim-forecast.ts --python PYTHON --keep FOLDER --of RESULTS      files that forecast-accuracy.ts kept
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readPickle } from '../../src/artifact/pickle/read-pickle.ts';
import type { ForecastLine } from './forecast-lines.ts';
import { measureLoad, OpenFile, versionOf } from './measured-load.ts';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    keep: { type: 'string', default: '.' },
    of: { type: 'string', default: '' },
  },
});

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const LEAST_SAVED = 0.95;
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

function slim(from: string, to: string): boolean {
  return spawnSync(process.execPath, [MAIN, 'slim', from, '-o', to, '--force'], { encoding: 'utf8' }).status === 0;
}

function row(line: ForecastLine): string | undefined {
  const file = join(values.keep, `${line.case}-${line.python}.pkl`);
  const slimmed = `${file}.slim`;
  const source = new OpenFile(file);
  const minor = Number(line.python.split('.')[1]);
  const { whatIfs, forecast } = readPickle(source, { python: { major: 3, minor } });
  source.close();
  const what = whatIfs.find(({ id }) => id === 'slim')!;
  // Where slimming saves nothing, the figure says nothing either.
  if (what.peak > LEAST_SAVED * forecast.peak) return undefined;
  if (!slim(file, slimmed)) return `| ${line.case} | ${mib(line.measured.peak)} | refused | | | |`;
  const { peak, resident } = measureLoad(values.python, slimmed, 'pickle', forecast.imports);
  rmSync(slimmed);
  const error = 100 * (what.peak / peak - 1);
  const range = what.residentLow <= resident && resident <= what.residentHigh ? '' : ' (outside)';
  const cells = [
    line.case.replaceAll('_', ' '),
    mib(line.measured.peak),
    mib(what.peak),
    mib(peak),
    `${error.toFixed(1)} %`,
  ];
  return `| ${[...cells, mib(resident) + range].join(' | ')} |`;
}

const version = versionOf(values.python);
const lines: ForecastLine[] = readFileSync(values.of, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
console.log('| file | peak as it is | slimmed: predicted | measured | error | resident |');
console.log('| --- | --: | --: | --: | --: | --: |');
for (const line of lines) {
  const text = line.python === version ? row(line) : undefined;
  if (text) console.log(text);
}
