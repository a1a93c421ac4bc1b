// `highwater xray --measure`: loads the file, on the user's word, in a fresh interpreter under a memory limit, and reads the
// kernel's figures: the baseline after the imports, the peak, what stays after gc.collect() and after malloc_trim.
//
// The peak is VmHWM, set back before the load by /proc/self/clear_refs, so that what the imports took does not hide it.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { OPENERS } from '#artifact/compressed-load.ts';
import type { ArtifactReport, FormatId } from '#artifact/types.ts';
import type { Bytes } from '#base/units.ts';
import { readAvailable } from '#proc/machine.ts';
import type { MeasuredLoad } from '#report/xray.ts';
import type { XrayPython } from './xray-python.ts';

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
  parquet: { imports: ['pandas', 'pyarrow.parquet'], call: 'pandas.read_parquet(path)' },
  arrow: { imports: ['pandas', 'pyarrow.feather'], call: 'pandas.read_feather(path)' },
  csv: { imports: ['pandas'], call: 'pandas.read_csv(path, sep=separator)' },
};

/** That of the call whose memory is predicted. */
function loaderOf({ format, forecast }: ArtifactReport): Loader | undefined {
  const opener = Object.values(OPENERS).find(({ call }) => call === forecast?.call);
  return opener ? { imports: ['pickle', opener.module], call: opener.call } : LOADERS[format.id];
}

// Imports that fail are left out: a module of the user's own may not be there, and the load itself then says so.
const PROGRAM = `
import ctypes, gc, importlib, json, resource, sys, time
spec = json.loads(sys.argv[1])
path, separator = spec["path"], spec["separator"]
loaded = {}
for name in spec["imports"]:
    try:
        importlib.import_module(name)
        loaded[name.split(".")[0]] = sys.modules[name.split(".")[0]]
    except ImportError as error:
        if name in spec["needed"]:
            print(json.dumps({"failure": "%s cannot be imported: %s" % (name, error)}))
            sys.exit(0)
globals().update(loaded)
if spec["script"]:
    import runpy
    own = runpy.run_path(spec["script"], run_name="__mp_main__")
    globals().update({name: value for name, value in own.items() if not name.startswith("__")})
def read_datasets(file):
    found = {}
    file.visititems(lambda name, item: found.__setitem__(name, item[()]) if hasattr(item, "shape") else None)
    return found
def status():
    words = [line.split() for line in open("/proc/self/status")]
    return {word[0][:-1]: int(word[1]) * 1024 for word in words if len(word) == 3 and word[2] == "kB"}
def trim():
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except AttributeError:
        pass
gc.collect()
trim()
start = status()
soft = start["VmData"] + spec["limit"]
resource.setrlimit(resource.RLIMIT_DATA, (soft, soft))
try:
    open("/proc/self/clear_refs", "w").write("5")
except OSError:
    pass
before = status()
began = time.process_time()
answer = {"baseline": before["VmRSS"]}
try:
    value = eval(spec["call"])
    answer["seconds"] = time.process_time() - began
    answer["failure"] = ""
except BaseException as error:
    answer["failure"] = ("%s: %s" % (type(error).__name__, error))[:400]
after = status()
answer["peak"] = max(0, after["VmHWM"] - before["VmRSS"])
gc.collect()
kept = status()
answer["resident"] = max(0, kept["VmRSS"] - before["VmRSS"])
answer["fileBacked"] = max(0, kept["RssFile"] - before["RssFile"])
trim()
answer["afterTrim"] = max(0, status()["VmRSS"] - before["VmRSS"])
print("\\n" + json.dumps(answer))
`;

/** Left to everything else on the machine. */
const RESERVE: Bytes = 512 * 2 ** 20;
const PATIENCE_MS = 600_000;

export function measureLoad(
  path: string,
  report: ArtifactReport,
  python: XrayPython,
  environment: NodeJS.ProcessEnv,
  options: { readonly memoryLimit?: Bytes; readonly script?: string },
): MeasuredLoad {
  const loader = loaderOf(report);
  const call = loader?.call ?? '';
  const failed = (failure: string): MeasuredLoad => ({
    call,
    python: `${python.version.major}.${python.version.minor}`,
    baseline: Number.NaN,
    peak: Number.NaN,
    resident: Number.NaN,
    afterTrim: Number.NaN,
    fileBacked: Number.NaN,
    seconds: Number.NaN,
    failure,
  });
  if (!loader) return failed(`highwater has no way to load ${report.format.name} in Python`);
  if (python.executable === null) return failed('no Python was found');
  const spec = {
    ...loadSpec(report, options.memoryLimit),
    path: resolve(path),
    script: options.script === undefined ? '' : resolve(options.script),
  };
  const answer = spawnSync(python.executable, ['-c', PROGRAM, JSON.stringify(spec)], {
    encoding: 'utf8',
    env: environment,
    timeout: PATIENCE_MS,
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const line = answer.stdout?.trim().split('\n').pop() ?? '';
  try {
    return { ...failed(''), ...(JSON.parse(line) as Partial<MeasuredLoad>) };
  } catch {
    const how = answer.signal ? `killed by ${answer.signal}` : `exit status ${answer.status}`;
    return failed(
      `the interpreter ended before it answered (${how}): ${answer.stderr?.trim().split('\n').pop() ?? ''}`,
    );
  }
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
