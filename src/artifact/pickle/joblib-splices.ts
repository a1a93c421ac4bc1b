// Where joblib put the data of arrays into a pickle. It pickles a NumpyArrayWrapper in place of each array and writes, right
// behind the wrapper's BUILD and outside of any frame:
//
//   an array of objects      a complete pickle of its own
//   else, joblib >= 1.2      one byte n, n bytes 0xff, then the array's bytes, which so begin at a multiple of 16
//   else                     the array's bytes
//
// How many bytes follows from the wrapper's shape and dtype, and those from opcodes alone: nothing is imported.
import { damaged, unsupported } from '../damage.ts';
import { readMemoUse } from './memo-use.ts';
import { GlobalValue, InstanceValue, StateDict, type Value } from './named-values.ts';
import { NamesMachine, type NamesRules } from './names-machine.ts';
import { OP } from './opcodes.ts';
import { END, PickleScanner } from './scan.ts';
import { NO_SPLICES, type Splice, type Splices } from './splices.ts';

const MODULE = /^(?:sklearn\.externals\.)?joblib\.numpy_pickle$/;
const MODULE_NAMES = ['joblib.numpy_pickle', 'sklearn.externals.joblib.numpy_pickle'];
const OLD_WRAPPERS = ['NDArrayWrapper', 'ZNDArrayWrapper'];
const WRAPPER = 'NumpyArrayWrapper';
const KEYS = ['subclass', 'shape', 'order', 'dtype', 'allow_mmap', 'numpy_array_alignment_bytes'];
const NUMPY = ['numpy', 'ndarray', 'memmap', 'matrix', 'copyreg', '_reconstructor'];
const WORDS = new Set([...MODULE_NAMES, ...OLD_WRAPPERS, WRAPPER, ...KEYS, ...NUMPY, 'dtype']);
const DTYPE_CODE = /^[a-zA-Z]\d{0,9}$/;
/** A pickle of many different words like "x17" must not fill our memory; there are a few hundred dtypes at most. */
const MOST_CODES = 10_000;

/** Whether the opcode at the scanner names joblib's module: then there may be splices further on. */
export function mayNameJoblib(scanner: PickleScanner): boolean {
  const { op, from, length, window } = scanner;
  if (op === OP.GLOBAL) {
    const text = String.fromCharCode(...scanner.readPayload().subarray(0, 100));
    return MODULE.test(text.split('\n')[0]!);
  }
  if (length !== 19 && length !== 37) return false;
  if (from < 0 || (window[from] !== 0x6a && window[from] !== 0x73)) return false;
  return MODULE.test(String.fromCharCode(...window.subarray(from, from + length)));
}

/** Of the pickle at `start`. */
export function findSplices(scanner: PickleScanner, start: number): Splices {
  const finder = new SpliceFinder(scanner);
  scanner.moveTo(start);
  const machine = new NamesMachine(scanner, finder);
  for (;;) {
    if (scanner.next() === END) throw damaged(scanner.at, 'the file ends before the pickle does: STOP is missing');
    if (machine.step()) return finder.splices;
  }
}

class SpliceFinder implements NamesRules {
  readonly splices = new Map<number, Splice>();
  readonly #scanner: PickleScanner;
  readonly #codes = new Set<string>();

  constructor(scanner: PickleScanner) {
    this.#scanner = scanner;
  }

  knowsText(text: string): boolean {
    if (WORDS.has(text)) return true;
    if (!DTYPE_CODE.test(text) || this.#codes.size >= MOST_CODES) return false;
    this.#codes.add(text);
    return true;
  }

  /** Names, dtypes, and tuples of plain values: a shape or what describes a dtype may be one object for many arrays. */
  keepsEntry(value: Value): boolean {
    if (value instanceof InstanceValue) return isNumpyDtype(value.class);
    if (Array.isArray(value)) return value.every((item) => typeof item !== 'object');
    return typeof value === 'string' || value instanceof GlobalValue;
  }

  onBuild(target: Value, state: Value): void {
    if (!(target instanceof InstanceValue) || !isOfJoblib(target.class)) return;
    const { at } = this.#scanner;
    if (target.class.name !== WRAPPER) {
      throw unsupported(at, `it was written by a joblib before 0.10, which keeps arrays in files of their own`);
    }
    if (!(state instanceof StateDict)) throw unsupported(at, 'an array wrapper of joblib without a plain state');
    const splice = this.#locate(state.entries);
    this.splices.set(splice.at, splice);
    this.#scanner.moveTo(splice.end);
  }

  #locate(state: ReadonlyMap<string, Value>): Splice {
    const at = this.#scanner.position;
    const { hasObjects, itemBytes } = this.#readDtype(state.get('dtype'));
    if (hasObjects) {
      const { end } = readMemoUse(new PickleScanner(this.#scanner.source, at), NO_SPLICES);
      return { at, end, isPickle: true, dataAt: at, alignment: 0 };
    }
    const alignment = state.get('numpy_array_alignment_bytes') ?? 0;
    const padding = alignment === 0 ? 0 : 1 + this.#readPadding(at);
    const dataAt = at + padding;
    const bytes = this.#countItems(state.get('shape')) * itemBytes;
    if (!(bytes <= this.#scanner.source.size - dataAt)) {
      throw damaged(at, `an array of ${bytes} bytes begins here, and ${this.#scanner.source.size - dataAt} are left`);
    }
    return { at, end: dataAt + bytes, isPickle: false, dataAt, alignment: Number(alignment) };
  }

  #readPadding(at: number): number {
    return this.#scanner.source.read(at, 1)[0]!;
  }

  #countItems(shape: Value): number {
    const isShape = Array.isArray(shape) && shape.every((n) => typeof n === 'number' && n >= 0);
    if (!isShape) throw unsupported(this.#scanner.at, 'an array wrapper of joblib with an unknown shape');
    return (shape as readonly number[]).reduce((product, n) => product * n, 1);
  }

  /** numpy.dtype('V64', False, True) with the state (3, '|', None, names, fields, 64, 1, 16). */
  #readDtype(dtype: Value): { readonly hasObjects: boolean; readonly itemBytes: number } {
    const [code] = dtype instanceof InstanceValue && Array.isArray(dtype.arguments) ? dtype.arguments : [];
    const isDtype = dtype instanceof InstanceValue && isNumpyDtype(dtype.class) && typeof code === 'string';
    if (!isDtype) throw unsupported(this.#scanner.at, 'an array wrapper of joblib with an unknown dtype');
    const state = Array.isArray(dtype.state) ? (dtype.state as readonly Value[]) : [];
    const [, , , , , itemBytes, , flags] = state;
    const hasObjects = code.startsWith('O') || (typeof flags === 'number' && (flags & HAS_OBJECTS) !== 0);
    if (typeof itemBytes === 'number' && itemBytes > 0) return { hasObjects, itemBytes };
    const digits = /\d+$/.exec(code)?.[0];
    if (digits === undefined) throw unsupported(this.#scanner.at, `the dtype '${code}', whose size is not known`);
    return { hasObjects, itemBytes: Number(digits) * (code.startsWith('U') ? 4 : 1) };
  }
}

/** numpy's NPY_ITEM_REFCOUNT. */
const HAS_OBJECTS = 1;

export function isOfJoblib({ module }: GlobalValue): boolean {
  return MODULE.test(module);
}

function isNumpyDtype({ module, name }: GlobalValue): boolean {
  return module === 'numpy' && name === 'dtype';
}
