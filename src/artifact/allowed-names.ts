// Names that only make data, as far as a rule can know: one by one. Whole families of classes are in global-rules.ts.

const CONTAINER = 'makes a container of the standard library';
const NUMBER = 'makes a number, date or text of the standard library';
const REBUILD = 'rebuilds data of its own library';

export const ALLOWED: ReadonlyMap<string, string> = new Map([
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
  ...names('builtins', NUMBER, 'len round abs'),
  ...names('pathlib', NUMBER, 'Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath'),
  ...['pathlib._local', 'pathlib._abc'].flatMap((module) =>
    names(module, NUMBER, 'Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath'),
  ),
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((module) =>
    names(module, REBUILD, '_reconstruct scalar'),
  ),
  ...['numpy.core.numeric', 'numpy._core.numeric'].flatMap((module) => names(module, REBUILD, '_frombuffer')),
  ...names('numpy', REBUILD, 'ndarray dtype'),
  ...names('numpy.random._pickle', REBUILD, '__randomstate_ctor __generator_ctor __bit_generator_ctor'),
  ...names('numpy.random.bit_generator', REBUILD, '__pyx_unpickle_SeedSequence'),
  ...names('numpy', 'a function over numbers', 'exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal'),
  ...names('numpy', 'a function over numbers', 'abs absolute fabs sign sin cos tan tanh arcsinh rint floor ceil'),
  ...names('numpy', 'a function over numbers', 'mean median std var sum prod min max amin amax nanmean nanmedian'),
  ...names('numpy.ma.core', REBUILD, 'MaskedArray _mareconstruct'),
  ...names('joblib.numpy_pickle', REBUILD, 'NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper'),
  ...names('pandas._libs.internals', REBUILD, '_unpickle_block'),
  ...names('pandas.core.indexes.base', REBUILD, '_new_Index'),
  ...names('pandas.core.internals.managers', REBUILD, 'BlockManager SingleBlockManager'),
  ...names('pandas._libs.arrays', REBUILD, '__pyx_unpickle_NDArrayBacked'),
  ...names('pandas._libs.tslibs.timestamps', REBUILD, '_unpickle_timestamp'),
  ...names('pandas._libs.tslibs.timedeltas', REBUILD, '_timedelta_unpickle'),
  ...['sklearn.neighbors._kd_tree', 'sklearn.neighbors._ball_tree', 'sklearn.metrics._dist_metrics'].flatMap((module) =>
    names(module, REBUILD, 'newObj'),
  ),
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
