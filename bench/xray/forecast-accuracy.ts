// Predicted against measured: makes each file with the program in programs/, predicts what loading it takes, loads it in a
// fresh interpreter, and reads the kernel's figures there.
//
//     node bench/xray/forecast-accuracy.ts --pythons PYTHON,PYTHON --out bench/results/DATE-forecast.jsonl [--cases a,b]
//     node bench/xray/forecast-accuracy.ts --table bench/results/DATE-forecast.jsonl
//
// With --keep FOLDER the files stay, and --again RESULTS --keep FOLDER predicts anew what was measured before.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readPickle } from '../../src/artifact/pickle/read-pickle.ts';
import { type ForecastLine, formatTables, newest } from './forecast-lines.ts';
import { listCases, makeFile, measureLoad, OpenFile, versionOf } from './measured-load.ts';

const { values } = parseArgs({
  options: {
    pythons: { type: 'string', default: 'python3' },
    cases: { type: 'string' },
    out: { type: 'string' },
    table: { type: 'string' },
    keep: { type: 'string' },
    again: { type: 'string' },
  },
});

function readLines(path: string): ForecastLine[] {
  const text = readFileSync(path, 'utf8').trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line));
}

function predict(source: OpenFile, version: string) {
  const minor = Number(version.split('.')[1]);
  const { forecast } = readPickle(source, { python: { major: 3, minor } });
  const { peak, residentLow, residentHigh, confidence, imports } = forecast;
  const rounded = { peak: Math.round(peak), low: Math.round(residentLow), high: Math.round(residentHigh) };
  return { imports, predicted: { ...rounded, confidence: confidence.share } };
}

function measureCase(python: string, version: string, name: string, folder: string): ForecastLine {
  const file = join(folder, `${name}-${version}.pkl`);
  if (!statSync(file, { throwIfNoEntry: false })) makeFile(python, name, file);
  const source = new OpenFile(file);
  try {
    const { imports, predicted } = predict(source, version);
    const { peak, resident } = measureLoad(python, file, 'pickle', imports);
    return { case: name, python: version, fileBytes: source.size, predicted, measured: { peak, resident } };
  } finally {
    source.close();
    if (values.keep === undefined) rmSync(file, { force: true });
  }
}

function predictAgain(path: string, folder: string): ForecastLine[] {
  return newest(readLines(path)).map((line) => {
    const source = new OpenFile(join(folder, `${line.case}-${line.python}.pkl`));
    const again = { ...line, predicted: predict(source, line.python).predicted };
    source.close();
    if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(again)}\n`);
    return again;
  });
}

function measureAll(): ForecastLine[] {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'highwater-forecast-'));
  const lines: ForecastLine[] = [];
  for (const python of values.pythons.split(',')) {
    const version = versionOf(python);
    const { cases, missing } = listCases(python);
    for (const [family, why] of Object.entries(missing)) console.error(`${version} ${family}: ${why}`);
    const wanted = values.cases?.split(',') ?? cases;
    for (const name of cases.filter((one) => wanted.includes(one))) {
      try {
        const line = measureCase(python, version, name, folder);
        lines.push(line);
        if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(line)}\n`);
        console.error(formatTables([line]).split('\n').at(-1));
      } catch (error) {
        console.error(`${version} ${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  return lines;
}

function gather(): ForecastLine[] {
  if (values.table !== undefined) return newest(readLines(values.table));
  return values.again !== undefined && values.keep !== undefined
    ? predictAgain(values.again, values.keep)
    : measureAll();
}

console.log(formatTables(gather()));
