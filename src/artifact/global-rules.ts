// Judges a name that a file would import: allowed, known-dangerous, or unknown. The whole dotted name is judged, never the
// module alone: from protocol 4 on a name may have dots of its own and reach through a harmless module to any other
// (`numpy` + `core._internal.sys.modules`). Nothing is called safe: "allowed" means that the name itself does no more than
// make data, and "unknown" is the answer for everything that no rule knows.
import type { Verdict } from './types.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** The rule that decided; '' for unknown. */
  readonly why: string;
}

const UNKNOWN: Judgement = { verdict: 'unknown', why: '' };

/** `module` and `name` as the file gives them; either may hold anything. */
export function judgeGlobal(module: string, name: string): Judgement {
  const full = `${normalModule(module)}.${name}`;
  const parts = full.split('.');
  const danger = findDanger(full, parts, name);
  if (danger !== undefined) return { verdict: 'dangerous', why: danger };
  const why = ALLOWED.get(full) ?? findFamily(full);
  return why === undefined ? UNKNOWN : { verdict: 'allowed', why };
}

/** Python 2's names, which CPython maps when it loads protocols 0 to 2. */
function normalModule(module: string): string {
  return OLD_MODULES[module] ?? module;
}

const OLD_MODULES: Readonly<Record<string, string>> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  commands: 'subprocess',
  cPickle: 'pickle',
  Queue: 'queue',
  urllib2: 'urllib.request',
  httplib: 'http.client',
  _winreg: 'winreg',
};

function findDanger(full: string, parts: readonly string[], name: string): string | undefined {
  const exact = DANGEROUS.get(full);
  if (exact !== undefined) return exact;
  if (parts.slice(0, -1).some((part) => /^__\w+__$/.test(part) && part !== '__main__')) {
    return 'reaches into the inside of an object';
  }
  if (/^__(?:builtins|globals|subclasses|import|code|closure|dict|class|mro|bases)__$/.test(parts.at(-1)!)) {
    return 'reaches into the inside of an object';
  }
  // A class inside of a class is written so too; a module in lower case is not.
  const inner = name.split('.').slice(0, -1);
  if (inner.some((part) => !/^[A-Z]/.test(part))) return 'reaches through one module into another';
  for (let length = parts.length - 1; length > 0; length--) {
    const why = DANGEROUS_MODULES.get(parts.slice(0, length).join('.'));
    if (why !== undefined) return why;
  }
  return undefined;
}

const PROCESS = 'can start programs';
const CODE = 'can run code that is in the file';
const FILES = 'can write or delete files';
const NETWORK = 'can reach the network';
const LOOKUP = 'can look up anything by name';
const LOADER = 'loads another pickle or module';

const DANGEROUS_MODULES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    os: PROCESS,
    posix: PROCESS,
    nt: PROCESS,
    pty: PROCESS,
    subprocess: PROCESS,
    _posixsubprocess: PROCESS,
    asyncio: PROCESS,
    multiprocessing: PROCESS,
    popen2: PROCESS,
    webbrowser: PROCESS,
    ctypes: CODE,
    _ctypes: CODE,
    cffi: CODE,
    code: CODE,
    codeop: CODE,
    pdb: CODE,
    bdb: CODE,
    timeit: CODE,
    trace: CODE,
    profile: CODE,
    cProfile: CODE,
    doctest: CODE,
    runpy: CODE,
    idlelib: CODE,
    lib2to3: CODE,
    sys: LOOKUP,
    importlib: LOADER,
    imp: LOADER,
    pkgutil: LOADER,
    zipimport: LOADER,
    pydoc: LOADER,
    marshal: LOADER,
    shelve: LOADER,
    dill: LOADER,
    pip: PROCESS,
    setuptools: PROCESS,
    distutils: PROCESS,
    venv: PROCESS,
    ensurepip: PROCESS,
    shutil: FILES,
    tempfile: FILES,
    linecache: FILES,
    fileinput: FILES,
    socket: NETWORK,
    ssl: NETWORK,
    ftplib: NETWORK,
    smtplib: NETWORK,
    telnetlib: NETWORK,
    'urllib.request': NETWORK,
    'http.client': NETWORK,
    'http.server': NETWORK,
    requests: NETWORK,
    aiohttp: NETWORK,
    httpx: NETWORK,
    gc: LOOKUP,
    inspect: LOOKUP,
    signal: PROCESS,
    'torch.hub': LOADER,
    'torch.utils.cpp_extension': PROCESS,
    'torch.distributed': NETWORK,
    'numpy.distutils': PROCESS,
    'numpy.f2py': PROCESS,
    'numpy.testing': CODE,
    'cloudpickle.cloudpickle': CODE,
    'cloudpickle.cloudpickle_fast': CODE,
    cloudpickle: CODE,
  }),
);

const DANGEROUS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'builtins.eval': CODE,
    'builtins.exec': CODE,
    'builtins.execfile': CODE,
    'builtins.compile': CODE,
    'builtins.apply': CODE,
    'builtins.breakpoint': CODE,
    'builtins.input': 'waits for words from the terminal',
    'builtins.open': FILES,
    'builtins.file': FILES,
    'builtins.__import__': LOADER,
    'builtins.getattr': LOOKUP,
    'builtins.setattr': LOOKUP,
    'builtins.delattr': LOOKUP,
    'builtins.globals': LOOKUP,
    'builtins.locals': LOOKUP,
    'builtins.vars': LOOKUP,
    'builtins.dir': LOOKUP,
    'builtins.map': CODE,
    'builtins.filter': CODE,
    'io.open': FILES,
    '_io.open': FILES,
    'io.FileIO': FILES,
    '_io.FileIO': FILES,
    'io.open_code': FILES,
    'codecs.open': FILES,
    'pathlib.Path.write_text': FILES,
    'pathlib.Path.write_bytes': FILES,
    'pathlib.Path.unlink': FILES,
    'operator.attrgetter': LOOKUP,
    'operator.methodcaller': CODE,
    '_operator.attrgetter': LOOKUP,
    '_operator.methodcaller': CODE,
    'types.CodeType': CODE,
    'types.FunctionType': CODE,
    'types.LambdaType': CODE,
    'pickle.loads': LOADER,
    'pickle.load': LOADER,
    'pickle.Unpickler': LOADER,
    '_pickle.loads': LOADER,
    '_pickle.load': LOADER,
    '_pickle.Unpickler': LOADER,
    'joblib.load': LOADER,
    'joblib.numpy_pickle.load': LOADER,
    'pandas.read_pickle': LOADER,
    'pandas.io.pickle.read_pickle': LOADER,
    'pandas.eval': CODE,
    'numpy.load': LOADER,
    'torch.load': LOADER,
    'torch.serialization.load': LOADER,
    'torch.jit.load': LOADER,
    'logging.config.listen': NETWORK,
    'threading.Thread': CODE,
    'concurrent.futures.ProcessPoolExecutor': PROCESS,
  }),
);

const CONTAINER = 'makes a container of the standard library';
const NUMBER = 'makes a number, date or text of the standard library';
const REBUILD = 'rebuilds data of its own library';

const ALLOWED: ReadonlyMap<string, string> = new Map([
  ...names('builtins', CONTAINER, 'set frozenset list dict tuple bytearray slice range object'),
  ...names('builtins', NUMBER, 'int float complex bool str bytes NoneType Ellipsis'),
  ...names('collections', CONTAINER, 'OrderedDict defaultdict deque Counter ChainMap'),
  ...names('datetime', NUMBER, 'datetime date time timedelta timezone'),
  ...names('decimal', NUMBER, 'Decimal'),
  ...names('fractions', NUMBER, 'Fraction'),
  ...names('uuid', NUMBER, 'UUID'),
  ...names('array', CONTAINER, 'array _array_reconstructor'),
  ...names('random', NUMBER, 'Random'),
  ...names('copyreg', REBUILD, '_reconstructor __newobj__ __newobj_ex__'),
  ...names('_codecs', NUMBER, 'encode'),
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((module) =>
    names(module, REBUILD, '_reconstruct scalar'),
  ),
  ...['numpy.core.numeric', 'numpy._core.numeric'].flatMap((module) => names(module, REBUILD, '_frombuffer')),
  ...names('numpy', REBUILD, 'ndarray dtype'),
  ...names('numpy.random._pickle', REBUILD, '__randomstate_ctor __generator_ctor __bit_generator_ctor'),
  ...names('numpy.ma.core', REBUILD, 'MaskedArray _mareconstruct'),
  ...names('joblib.numpy_pickle', REBUILD, 'NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper'),
  ...names('pandas._libs.internals', REBUILD, '_unpickle_block'),
  ...names('pandas.core.indexes.base', REBUILD, '_new_Index'),
  ...names('pandas.core.internals.managers', REBUILD, 'BlockManager SingleBlockManager'),
  ...names('pandas._libs.arrays', REBUILD, '__pyx_unpickle_NDArrayBacked'),
  ...names('torch._utils', REBUILD, '_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter'),
  ...names('torch._utils', REBUILD, '_rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_tensor'),
  ...names('torch._utils', REBUILD, '_rebuild_meta_tensor_no_storage _rebuild_wrapper_subclass'),
  ...names('torch.nn.parameter', REBUILD, 'Parameter Buffer'),
  ...names('torch', REBUILD, 'Size device Tensor float32 float64 float16 bfloat16 int8 int16 int32 int64 uint8 bool'),
  ...names('torch.serialization', REBUILD, '_get_layout'),
  ...names('sklearn.tree._tree', REBUILD, 'Tree'),
  ...names('sklearn.utils._bunch', REBUILD, 'Bunch'),
]);

function names(module: string, why: string, list: string): (readonly [string, string])[] {
  return list.split(' ').map((name) => [`${module}.${name}`, why] as const);
}

interface Family {
  readonly pattern: RegExp;
  readonly why: string;
}

// Classes by the naming rule of Python: modules in lower case, the class in capitals, and nothing between. Names that a
// module may have imported from elsewhere are kept out.
const FOREIGN =
  /(?:^|\.)(?:Popen|Process|Thread|Pool|Path|Executor|ProcessPoolExecutor|ThreadPoolExecutor|Unpickler|Pickler|Loader|Parallel|Memory|FileIO|BytesIO|TemporaryDirectory)$/;
const FAMILIES: readonly Family[] = [
  family('sklearn', 'a class of scikit-learn'),
  family('pandas', 'a class of pandas'),
  family('scipy', 'a class of scipy'),
  family('numpy', 'a class of numpy'),
  family('river', 'a class of river'),
  family('xgboost', 'a class of xgboost'),
  family('lightgbm', 'a class of lightgbm'),
  { pattern: /^torch\.nn(?:\.[a-z_]\w*)*\.[A-Z]\w*$/, why: 'a layer of torch' },
  { pattern: /^torch\.[A-Z]\w*Storage$/, why: 'a storage of torch' },
  {
    pattern: /^numpy\.(?:u?int|float|complex|bool|str|bytes|void|object|datetime|timedelta)\d*_?$/,
    why: 'a number of numpy',
  },
];

function family(library: string, why: string): Family {
  return { pattern: new RegExp(`^${library}(?:\\.[a-z_][a-z0-9_]*)*\\.[A-Z]\\w*$`), why };
}

function findFamily(full: string): string | undefined {
  if (FOREIGN.test(full)) return undefined;
  return FAMILIES.find(({ pattern }) => pattern.test(full))?.why;
}
