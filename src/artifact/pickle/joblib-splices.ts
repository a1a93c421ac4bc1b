// Finds what joblib wrote between the opcodes of a pickle that is rewritten: a machine that follows names, and at each BUILD of a
// wrapper what its state says (joblib-array.ts).
import { Damage, damaged, unsupported } from '../damage.ts';
import {
  DTYPE_STATE,
  isJoblibModule,
  JOBLIB_MODULES,
  locateArrayData,
  OLD_WRAPPERS,
  WRAPPER,
  type WrappedArray,
} from '../joblib-array.ts';
import { readMemoUse } from './memo-use.ts';
import { GlobalValue, InstanceValue, StateDict, type Value } from './named-values.ts';
import { NamesMachine, type NamesRules } from './names-machine.ts';
import { OP } from './opcodes.ts';
import { END, PickleScanner } from './scan.ts';
import { NO_SPLICES, type Splice, Splices } from './splices.ts';

const KEYS = ['subclass', 'shape', 'order', 'dtype', 'allow_mmap', 'numpy_array_alignment_bytes'];
const NUMPY = ['numpy', 'ndarray', 'memmap', 'matrix', 'copyreg', '_reconstructor'];
const WORDS = new Set([...JOBLIB_MODULES, ...OLD_WRAPPERS, WRAPPER, ...KEYS, ...NUMPY, 'dtype']);
const DTYPE_CODE = /^[a-zA-Z]\d{0,9}$/;
/** A pickle of many different words like "x17" must not fill our memory; there are a few hundred dtypes at most. */
const MOST_CODES = 10_000;

/** Whether the opcode at the scanner names joblib's module: then there may be splices further on. */
export function mayNameJoblib(scanner: PickleScanner): boolean {
  const { op, from, length, window } = scanner;
  if (op === OP.GLOBAL) {
    const text = String.fromCharCode(...scanner.readPayload().subarray(0, 100));
    return isJoblibModule(text.split('\n')[0]!);
  }
  if (length !== 19 && length !== 37) return false;
  if (from < 0 || (window[from] !== 0x6a && window[from] !== 0x73)) return false;
  return isJoblibModule(String.fromCharCode(...window.subarray(from, from + length)));
}

/**
 * Of the pickle at `start`. Picklers note each shape in the memo, and fetch none of them again: so they are kept only where a shape
 * turns out to have been fetched, as in a file that was slimmed, which has few entries.
 */
export function findSplices(scanner: PickleScanner, start: number): Splices {
  try {
    return findWith(new SpliceFinder(scanner, false), scanner, start);
  } catch (error) {
    if (!(error instanceof Damage) || error.failure.code !== 'artifact-unsupported') throw error;
    return findWith(new SpliceFinder(scanner, true), scanner, start);
  }
}

function findWith(finder: SpliceFinder, scanner: PickleScanner, start: number): Splices {
  scanner.moveTo(start);
  const machine = new NamesMachine(scanner, finder);
  for (;;) {
    if (scanner.next() === END) throw damaged(scanner.at, 'the file ends before the pickle does: STOP is missing');
    if (machine.step()) return finder.splices;
  }
}

class SpliceFinder implements NamesRules {
  readonly splices = new Splices();
  readonly #scanner: PickleScanner;
  readonly #codes = new Set<string>();
  readonly #keepsTuples: boolean;

  constructor(scanner: PickleScanner, keepsTuples: boolean) {
    this.#scanner = scanner;
    this.#keepsTuples = keepsTuples;
  }

  knowsText(text: string): boolean {
    if (WORDS.has(text) || this.#codes.has(text)) return true;
    if (!DTYPE_CODE.test(text) || this.#codes.size >= MOST_CODES) return false;
    this.#codes.add(text);
    return true;
  }

  /** Names, dtypes, and tuples of plain values: a shape or what describes a dtype may be one object for many arrays. */
  keepsEntry(value: Value): boolean {
    if (value instanceof InstanceValue) return isNumpyDtype(value.class);
    if (Array.isArray(value)) return this.#keepsTuples && value.every((item) => typeof item !== 'object');
    return typeof value === 'string' || value instanceof GlobalValue;
  }

  onBuild(target: Value, state: Value): void {
    if (!(target instanceof InstanceValue) || !isOfJoblib(target.class)) return;
    const { at } = this.#scanner;
    if (target.class.name !== WRAPPER) {
      throw unsupported(at, `it was written by a joblib before 0.10, which keeps arrays in files of their own`);
    }
    if (!(state instanceof StateDict)) throw unsupported(at, 'an array wrapper of joblib without a plain state');
    const splice = this.#locate(state);
    this.splices.add(splice);
    this.#scanner.moveTo(splice.end);
  }

  #locate(state: StateDict): Splice {
    const { source, position: at } = this.#scanner;
    const data = locateArrayData(source, at, describeWrapped(state));
    if (!data.isPickle) return { at, ...data };
    const { end } = readMemoUse(new PickleScanner(source, at), NO_SPLICES);
    return { at, end, isPickle: true, dataAt: at, alignment: 0 };
  }
}

function describeWrapped(state: StateDict): WrappedArray {
  const dtype = state.find('dtype');
  const shape = state.find('shape');
  const isDtype = dtype instanceof InstanceValue && isNumpyDtype(dtype.class);
  const [code] = isDtype ? itemsOf(dtype.arguments) : [];
  const dtypeState = isDtype ? itemsOf(dtype.state) : [];
  const isShape = Array.isArray(shape) && shape.every((side) => typeof side === 'number');
  return {
    shape: isShape ? (shape as readonly number[]) : undefined,
    dtype: typeof code === 'string' ? code : undefined,
    itemBytes: numberOf(dtypeState[DTYPE_STATE.itemBytes]),
    flags: numberOf(dtypeState[DTYPE_STATE.flags]),
    alignment: numberOf(state.find('numpy_array_alignment_bytes')),
  };
}

function itemsOf(value: Value): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

function numberOf(value: Value): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function isOfJoblib({ module }: GlobalValue): boolean {
  return isJoblibModule(module);
}

function isNumpyDtype({ module, name }: GlobalValue): boolean {
  return module === 'numpy' && name === 'dtype';
}
