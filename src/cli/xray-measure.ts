// `highwater xray --measure`: loads the file, on the user's word, in a fresh interpreter under a memory limit, and reads the
// kernel's figures: the baseline after the imports, the peak, what stays after gc.collect() and after malloc_trim. Then what it
// holds by class, and, in a second load with the agent inside, by line.
//
// The peak is VmHWM, set back before the load by /proc/self/clear_refs, so that what the imports took does not hide it.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { OPENERS } from '#artifact/compressed-load.ts';
import type { ArtifactReport, FormatId } from '#artifact/types.ts';
import type { Bytes } from '#base/units.ts';
import { PACKAGE_ROOT } from '#capture/agent-sources.ts';
import { readAvailable } from '#proc/machine.ts';
import type { MeasuredClass, MeasuredLoad } from '#report/xray.ts';
import type { XrayPython } from './xray-python.ts';
import { watchLoad } from './xray-watch.ts';

interface Loader {
  /** Modules that are imported before the baseline is taken, besides those that the file itself names. */
  readonly imports: readonly string[];
  /** An expression over `path`. */
  readonly call: string;
}

const LOADERS: Readonly<Partial<Record<FormatId, Loader>>> = {
  pickle: { imports: ['pickle'], call: "pickle.load(open(path, 'rb'))" },
  joblib: { imports: ['joblib', 'numpy'], call: 'joblib.load(path)' },
  'torch-zip': { imports: ['torch'], call: "torch.load(path, map_location='cpu', weights_only=False)" },
  'torch-legacy': { imports: ['torch'], call: "torch.load(path, map_location='cpu', weights_only=False)" },
  safetensors: { imports: ['torch', 'safetensors.torch'], call: 'safetensors.torch.load_file(path)' },
  npy: { imports: ['numpy'], call: 'numpy.load(path, allow_pickle=True)' },
  npz: { imports: ['numpy'], call: '(lambda z: {name: z[name] for name in z})(numpy.load(path, allow_pickle=True))' },
  skops: {
    imports: ['skops.io', 'sklearn.ensemble'],
    call: 'skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))',
  },
  onnx: { imports: ['onnx'], call: 'onnx.load(path)' },
  hdf5: {
    imports: ['h5py', 'numpy'],
    call: 'read_datasets(h5py.File(path))',
  },
  keras: { imports: ['keras'], call: 'keras.models.load_model(path)' },
  parquet: { imports: ['pandas', 'pyarrow.parquet'], call: 'pandas.read_parquet(path)' },
  arrow: { imports: ['pandas', 'pyarrow.feather'], call: 'pandas.read_feather(path)' },
  csv: { imports: ['pandas'], call: 'pandas.read_csv(path, sep=separator)' },
};

/** That of the call whose memory is predicted. */
function loaderOf({ format, forecast }: ArtifactReport): Loader | undefined {
  const opener = Object.values(OPENERS).find(({ call }) => call === forecast?.call);
  return opener ? { imports: ['pickle', opener.module], call: opener.call } : LOADERS[format.id];
}

/** Left to everything else on the machine. */
const RESERVE: Bytes = 512 * 2 ** 20;
const PATIENCE_MS = 600_000;
const SCRIPT = join(PACKAGE_ROOT, 'python', 'measure_load.py');

/** The figures, and behind them the classes: what befalls the process while it looks for these costs no figure. */
interface Answer {
  readonly figures: Partial<Omit<MeasuredLoad, 'classes' | 'classesNote' | 'lines'>>;
  readonly classes: readonly [name: string, count: number, bytes: Bytes][];
  readonly classesNote: string;
}

interface MeasureOptions {
  readonly memoryLimit?: Bytes;
  readonly script?: string;
}

/** The kernel's figures; with `hasClasses` what the object holds by class. */
export function measureLoad(
  path: string,
  report: ArtifactReport,
  python: XrayPython,
  environment: NodeJS.ProcessEnv,
  options: MeasureOptions,
  hasClasses = false,
): MeasuredLoad {
  const spec = specOf(path, report, options);
  const { executable, version } = python;
  const nothing = unmeasured(spec.call, `${version.major}.${version.minor}`);
  if (spec.call === '') return { ...nothing, failure: `highwater has no way to load ${report.format.name} in Python` };
  if (executable === null) return { ...nothing, failure: 'no Python was found' };
  const answer = askForLoad(executable, environment, { ...spec, watched: false, classes: hasClasses });
  if (typeof answer === 'string') return { ...nothing, failure: answer };
  const { figures, classes, classesNote } = answer;
  return {
    ...nothing,
    ...figures,
    classes: besidePredicted(report, classes),
    classesNote: hasClasses ? classesNote : '',
  };
}

/** With what the object holds by class, and the load by line. */
export async function measureInDepth(
  path: string,
  report: ArtifactReport,
  python: XrayPython,
  environment: NodeJS.ProcessEnv,
  options: MeasureOptions,
): Promise<MeasuredLoad> {
  const measured = measureLoad(path, report, python, environment, options, true);
  const { executable } = python;
  if (measured.failure !== '' || executable === null) return measured;
  const spec = JSON.stringify({ ...specOf(path, report, options), watched: true, classes: false });
  return { ...measured, lines: await watchLoad([executable, SCRIPT, spec], environment) };
}

function specOf(path: string, report: ArtifactReport, { memoryLimit, script }: MeasureOptions) {
  return {
    ...loadSpec(report, memoryLimit),
    path: resolve(path),
    script: script === undefined ? '' : resolve(script),
    seconds: PATIENCE_MS / 1000,
  };
}

function unmeasured(call: string, python: string): MeasuredLoad {
  return {
    call,
    python,
    baseline: Number.NaN,
    peak: Number.NaN,
    resident: Number.NaN,
    afterTrim: Number.NaN,
    fileBacked: Number.NaN,
    seconds: Number.NaN,
    failure: '',
    classes: [],
    classesNote: '',
    lines: [],
  };
}

/** Or why there is no answer. */
function askForLoad(executable: string, environment: NodeJS.ProcessEnv, spec: object): Answer | string {
  const answer = spawnSync(executable, [SCRIPT, JSON.stringify(spec)], {
    encoding: 'utf8',
    env: environment,
    timeout: PATIENCE_MS,
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = (answer.stdout ?? '').split('\n').map(parsed);
  const figures = lines.find((line) => typeof line.failure === 'string');
  if (!figures) {
    const how = answer.signal ? `killed by ${answer.signal}` : `exit status ${answer.status}`;
    return `the interpreter ended before it answered (${how}): ${answer.stderr?.trim().split('\n').pop() ?? ''}`;
  }
  const found = lines.findLast((line) => Array.isArray(line.classes));
  const { classes = [], classesNote = 'the interpreter ended while it looked' } = (found ?? {}) as Partial<Answer>;
  return { figures: figures as Answer['figures'], classes, classesNote };
}

/** What the model itself prints stands between the answers. */
function parsed(line: string): Record<string, unknown> {
  try {
    return line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function besidePredicted(
  { classes }: ArtifactReport,
  found: readonly [name: string, count: number, bytes: Bytes][],
): MeasuredClass[] {
  const predicted = new Map(classes.rows.map((row) => [row.name, row]));
  return found.map(([name, count, bytes]) => {
    const row = predicted.get(name);
    return { name, count, bytes, predictedCount: row?.count ?? null, predictedBytes: row?.bytes ?? null };
  });
}

/** What a script needs to load a file of this format: an expression over `path`, imports, the limit. */
export function loadSpec(report: ArtifactReport, memoryLimit: Bytes | undefined) {
  const loader = loaderOf(report);
  return {
    call: loader?.call ?? '',
    imports: [...(loader?.imports ?? []), ...modulesOf(report)],
    needed: loader?.imports ?? [],
    separator: /separated by (.)\)/.exec(report.format.name)?.[1] ?? '\t',
    limit: memoryLimit ?? Math.max(RESERVE, readAvailable() - RESERVE),
  };
}

/** Modules of the names that the file imports: their import belongs to the baseline. */
function modulesOf({ security, forecast }: ArtifactReport): string[] {
  const named = security.globals.filter(({ verdict }) => verdict === 'allowed').map(({ name }) => name);
  const modules = named.map((name) => name.split('.').slice(0, -1).join('.')).filter((name) => name !== '');
  return [...new Set([...(forecast?.imports ?? []), ...modules])];
}
