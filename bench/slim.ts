// What `highwater slim` saves and costs, beside pickletools.optimize and pickler.fast: memory while loading and after, by the
// kernel, in a fresh interpreter each; CPU time and memory of the rewriters; what is still one object.
//
//   node bench/slim.ts PYTHON [--models a,b] [--out FILE]
//   node bench/slim.ts --table FILE...
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BIN, ROOT } from '../test/system/paths.ts';
import { Meter } from './meter.ts';

const MODELS = [
  'river_like',
  'river_like_plain',
  'river_arf',
  'sklearn_forest',
  'dict_heavy',
  'object_column',
  'small_arrays',
] as const;
/** Beyond this pickletools.optimize would need more memory than most machines have. */
const MOST_TO_OPTIMIZE = 100 * 2 ** 20;
const HERE = join(ROOT, 'bench', 'slim');

interface Line {
  readonly model: string;
  readonly python: string;
  /** Resident size of the model in the process that made it. */
  readonly live: number;
  readonly file: string;
  readonly bytes?: number;
  /** Of the load peak, by highwater xray. */
  readonly predicted?: number;
  readonly peak?: number;
  readonly resident?: number;
  readonly loadCpuSeconds?: number;
  readonly predictions?: string;
  /** Of making this file from the pickle. */
  readonly makeCpuSeconds?: number;
  readonly makeRss?: number;
  /** Against the pickle: "equal", or the first difference. */
  readonly compared?: string;
  readonly missing?: string;
}

const { values, positionals } = parseArgs({
  options: { models: { type: 'string' }, out: { type: 'string' }, table: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.table) printTable(positionals.flatMap(readLines));
else await measureAll(resolve(positionals[0] ?? 'python3'), values.models?.split(',') ?? MODELS);

async function measureAll(python: string, models: readonly string[]): Promise<void> {
  const meter = new Meter();
  for (const model of models) {
    const folder = mkdtempSync(join(tmpdir(), 'highwater-slim-'));
    try {
      await measureModel(meter, python, model, folder);
    } catch (error) {
      emit({ model, python: '', live: 0, file: '', missing: String(error).split('\n').slice(-2).join(' ') });
    }
    rmSync(folder, { recursive: true });
  }
  meter.close();
}

async function measureModel(meter: Meter, python: string, model: string, folder: string): Promise<void> {
  const made = JSON.parse(runPython(python, ['make_model.py', model, folder]));
  const path = (suffix: string) => join(folder, `${model}${suffix}`);
  const facts = { model, python: made.python, live: made.live };
  const names = join(folder, 'modules.json');
  writeFileSync(names, runPython(python, ['measure_load.py', path('.pkl')]));
  const measure = (suffix: string, more: Partial<Line> = {}) => {
    const answer = JSON.parse(runPython(python, ['measure_load.py', path(suffix), names]));
    const { cpuSeconds: loadCpuSeconds, ...load } = answer;
    const predicted = predict(python, path(suffix));
    emit({ ...facts, file: suffix, bytes: statSync(path(suffix)).size, predicted, ...load, loadCpuSeconds, ...more });
  };
  measure('.pkl');
  if (made.fast === null) measure('.fast.pkl', { compared: compare(python, path('.pkl'), path('.fast.pkl')) });
  else emit({ ...facts, file: '.fast.pkl', missing: made.fast });
  if (statSync(path('.pkl')).size <= MOST_TO_OPTIMIZE) {
    const cost = await costOf(meter, [python, join(HERE, 'optimize.py'), path('.pkl'), path('.optimized.pkl')]);
    measure('.optimized.pkl', { ...cost, compared: compare(python, path('.pkl'), path('.optimized.pkl')) });
  } else emit({ ...facts, file: '.optimized.pkl', missing: 'not tried: the file is too large for it' });
  await measureSlim(meter, python, path, '.pkl', [], measure);
  await measureSlim(meter, python, path, '.pkl', ['--slot-state', '--python', python], measure);
  if (!existsSync(path('.joblib'))) return;
  measure('.joblib');
  await measureSlim(meter, python, path, '.joblib', [], measure);
}

async function measureSlim(
  meter: Meter,
  python: string,
  path: (suffix: string) => string,
  from: string,
  words: readonly string[],
  measure: (suffix: string, more: Partial<Line>) => void,
): Promise<void> {
  const to = `${words.length > 0 ? '.slots' : '.slim'}${from}`;
  const command = [process.execPath, BIN, 'slim', path(from), '-o', path(to), ...words];
  const cost = await costOf(meter, command, { PYTHONPATH: HERE });
  measure(to, { ...cost, compared: compare(python, path(from), path(to), from === '.joblib' ? 'joblib' : 'pickle') });
}

async function costOf(
  meter: Meter,
  command: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Pick<Line, 'makeCpuSeconds' | 'makeRss'>> {
  const { code, stderr, userMs, systemMs, maxRssKib } = await meter.run(command, { variables });
  if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return { makeCpuSeconds: Math.round((userMs + systemMs) / 10) / 100, makeRss: maxRssKib * 1024 };
}

function predict(python: string, path: string): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'xray', path, '--json', '--python', python], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout).models[0].forecast.peak;
}

function compare(python: string, first: string, second: string, loader = 'pickle'): string {
  const script = join(ROOT, 'python', 'compare_loads.py');
  const verdict = JSON.parse(runPython(python, [script, '--loader', loader, first, second]));
  return verdict.equal ? 'equal' : (verdict.difference ?? verdict.error);
}

function runPython(python: string, words: readonly string[]): string {
  const [script, ...rest] = words;
  const { status, stdout, stderr, error } = spawnSync(python, [resolve(HERE, script!), ...rest], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONPATH: HERE, PYTHONDONTWRITEBYTECODE: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  if (status === 0) return stdout.trim().split('\n').pop()!;
  throw new Error(`${script}: ${error?.message ?? stderr.slice(-1000)}`);
}

function emit(line: Line): void {
  const text = JSON.stringify(line);
  console.log(text);
  if (values.out) appendFileSync(values.out, `${text}\n`);
}

function readLines(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Without the path to the place. */
function shortened(compared: string): string {
  return compared.split(': ').at(-1)!;
}

function printTable(lines: readonly Line[]): void {
  console.log(
    '| Python | model | file | size | predicted | load peak | resident | peak / live | load CPU s | made in CPU s | with MiB | compared |',
  );
  console.log('|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|');
  for (const line of lines) {
    const mib = (bytes: number | undefined) => (bytes === undefined ? '' : (bytes / 2 ** 20).toFixed(1));
    const cells = line.missing
      ? [line.python, line.model, line.file, '', '', '', '', '', '', '', '', line.missing]
      : [
          line.python,
          `${line.model} (${mib(line.live)} live)`,
          line.file,
          mib(line.bytes),
          mib(line.predicted),
          mib(line.peak),
          mib(line.resident),
          (line.peak! / line.live).toFixed(2),
          line.loadCpuSeconds ?? '',
          line.makeCpuSeconds ?? '',
          mib(line.makeRss),
          [shortened(line.compared ?? ''), line.predictions ? `predictions ${line.predictions}` : '']
            .filter(Boolean)
            .join('; '),
        ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
