// Which suites are run, and by what words after `python`.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A module of tests on one interpreter. */
export interface Suite {
  readonly library: 'cpython' | 'numpy' | 'sklearn';
  /** Of the interpreter: 3.11.7 */
  readonly version: string;
  readonly python: string;
  readonly module: string;
  /** Where test files are looked up. */
  readonly home: string;
}

const METHODS = ['fork', 'forkserver', 'spawn'];

export const CPYTHON_MODULES = [
  'test_gc',
  'test_threading',
  ...METHODS.map((method) => `test_multiprocessing_${method}`),
  'test_subprocess',
  'test_json',
  'test_pickle',
  'test_signal',
  'test_mmap',
  'test_tracemalloc',
  'test_faulthandler',
  'test_capi',
];

/** Files within site-packages: what allocates, shares, maps, forks and frees, and what takes minutes at most. */
export const LIBRARY_FILES: Readonly<Record<'numpy' | 'sklearn', readonly string[]>> = {
  numpy: [
    'numpy/_core/tests/test_multiarray.py',
    'numpy/_core/tests/test_mem_overlap.py',
    'numpy/_core/tests/test_mem_policy.py',
    'numpy/_core/tests/test_memmap.py',
    'numpy/_core/tests/test_umath.py',
    'numpy/_core/tests/test_ufunc.py',
    'numpy/_core/tests/test_dtype.py',
    'numpy/_core/tests/test_multithreading.py',
    'numpy/_core/tests/test_nditer.py',
    'numpy/lib/tests/test_io.py',
    'numpy/random/tests/test_generator_mt19937.py',
    'numpy/linalg/tests/test_linalg.py',
  ],
  sklearn: [
    'sklearn/tests/test_base.py',
    'sklearn/tests/test_pipeline.py',
    'sklearn/ensemble/tests/test_forest.py',
    'sklearn/cluster/tests/test_k_means.py',
    'sklearn/utils/tests/test_validation.py',
    'sklearn/utils/tests/test_extmath.py',
    'sklearn/utils/tests/test_parallel.py',
    'sklearn/linear_model/tests/test_logistic.py',
  ],
};

/** CPython's: python -m test; a library's: pytest on the file. `only` narrows it to one test. */
export function wordsFor(suite: Suite, junit: string, scratch: string, only?: string): string[] {
  if (suite.library !== 'cpython') {
    const options = ['-p', 'no:cacheprovider', '-o', 'junit_family=xunit1', '--rootdir', suite.home];
    return ['-m', 'pytest', '-q', ...options, `--junit-xml=${junit}`, join(suite.home, only ?? suite.module)];
  }
  const options = ['--timeout', '480', '--tempdir', scratch, `--junit-xml=${junit}`];
  if (only) options.push('--match', only);
  else for (const test of HANGING) options.push('--ignore', test);
  const forgotten = writeForgotten(suite, scratch);
  if (forgotten) options.push('--testdir', scratch);
  return ['-m', 'test', '-v', ...options, forgotten ?? suite.module];
}

/**
 * Waits five minutes for a thread if that was quick enough to begin: mended in CPython 3.13 ("thread pool workers can't be
 * forced to quit"), and there is no profiler needed for it.
 */
const HANGING = ['*WithThreadsTestPool.test_terminate'];

/**
 * `make install` of 3.11.7 and 3.12.1 forgot the tests of multiprocessing, of which these two lines are the whole: the module
 * to run in their stead. Its name is another one, since regrtest would look for a folder of the right one.
 */
function writeForgotten({ home, module }: Suite, folder: string): string | undefined {
  const method = methodOf(module);
  if (!method || isInstalled(home, module)) return undefined;
  const name = `test_mp_${method}`;
  const text = `from test import _test_multiprocessing\n_test_multiprocessing.install_tests_in_module_dict(globals(), '${method}')\n`;
  writeFileSync(join(folder, `${name}.py`), text);
  return name;
}

function methodOf(module: string): string | undefined {
  return METHODS.find((method) => module === `test_multiprocessing_${method}`);
}

function isInstalled(home: string, module: string): boolean {
  return existsSync(join(home, module)) || existsSync(join(home, `${module}.py`));
}

/** 3.10.13 comes without test_capi, which cannot be made up for. */
export function isMissing(home: string, module: string): boolean {
  return !isInstalled(home, module) && methodOf(module) === undefined;
}

/** As `--pythons` names them: a path as it is, 3.11 as pyenv's newest of that line. */
export function findPython(word: string): string | undefined {
  if (word.includes('/')) return word;
  const versions = join(process.env.PYENV_ROOT ?? join(process.env.HOME ?? '/', '.pyenv'), 'versions');
  if (!existsSync(versions)) return undefined;
  const patch = (name: string) => Number(name.slice(word.length + 1));
  const of = readdirSync(versions).filter((name) => new RegExp(`^${word.replace('.', '\\.')}\\.\\d+$`).test(name));
  const newest = of.sort((a, b) => patch(a) - patch(b)).at(-1);
  return newest && join(versions, newest, 'bin', 'python3');
}
