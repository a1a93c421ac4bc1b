import { describe, expect, it } from 'vitest';
import { judgeGlobal } from './global-rules.ts';

const verdict = (module: string, name: string) => judgeGlobal(module, name).verdict;

describe('a name that a file would import', () => {
  it.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'eval'],
    ['builtins', 'getattr'],
    ['subprocess', 'Popen'],
    ['commands', 'getoutput'],
    ['runpy', '_run_code'],
    ['importlib', 'import_module'],
    ['pkgutil', 'resolve_name'],
    ['operator', 'attrgetter'],
    ['numpy', 'core._internal.sys.modules'],
    ['numpy', '__builtins__'],
    ['numpy', 'ndarray.__class__'],
    ['collections', 'OrderedDict.__init__.__globals__'],
    ['sklearn.tree', 'os.system'],
    ['torch.serialization', 'load'],
    ['torch.hub', 'load'],
    ['cloudpickle.cloudpickle', '_make_function'],
    ['types', 'CodeType'],
    ['os.path', 'join'],
    ['asyncio.unix_events', '_UnixSubprocessTransport._start'],
    ['copyreg', 'add_extension'],
    ['imaplib', 'IMAP4_stream'],
    ['uuid', '_get_command_stdout'],
    ['_interpreters', 'run_string'],
    ['pandas', 'ExcelWriter'],
    ['pandas.io.pytables', 'HDFStore'],
    ['numpy', 'DataSource'],
    ['pathlib', 'Path.write_text'],
    ['torch.fx.graph_module', 'reduce_graph_module'],
    ['itertools', 'imap'],
  ])('%s %s is dangerous', (module, name) => {
    expect(verdict(module, name)).toBe('dangerous');
  });

  it.each([
    ['collections', 'OrderedDict'],
    ['builtins', 'set'],
    ['__builtin__', 'set'],
    ['numpy.core.multiarray', '_reconstruct'],
    ['numpy._core.multiarray', '_reconstruct'],
    ['numpy', 'dtype'],
    ['sklearn.ensemble._forest', 'RandomForestClassifier'],
    ['sklearn.tree._tree', 'Tree'],
    ['torch._utils', '_rebuild_tensor_v2'],
    ['torch', 'FloatStorage'],
    ['torch.nn.modules.linear', 'Linear'],
    ['pandas.core.frame', 'DataFrame'],
    ['river.proba.gaussian', 'Gaussian'],
    ['sklearn.ensemble._hist_gradient_boosting.binning', '_BinMapper'],
    ['pathlib', 'PosixPath'],
    ['uuid', 'UUID'],
  ])('%s %s is allowed', (module, name) => {
    expect(verdict(module, name)).toBe('allowed');
  });

  it.each([
    ['__main__', 'Model'],
    ['mylib.models', 'Net'],
    ['sklearn.utils', 'system'],
    ['sklearn.utils.parallel', 'Parallel'],
    ['numpy', 'frombuffer'],
    ['functools', 'partial'],
    ['torch', 'anything'],
    ['', ''],
    ['sklearn.ensemble.Forest', 'Inner'],
    ['sklearnx.tree', 'Tree'],
    ['xgboost.core', 'DMatrix'],
    ['test', 'Model'],
  ])('%s %s is unknown', (module, name) => {
    expect(verdict(module, name)).toBe('unknown');
  });
});
