// WHAT JOBLIB WRITES BETWEEN THE OPCODES. It pickles a NumpyArrayWrapper in place of each array and writes, right behind the
// wrapper's BUILD and outside of any frame:
//
//     an array of objects      a complete pickle of its own
//     else, joblib >= 1.2      one byte n, n bytes 0xff, then the array's bytes, which so begin at a multiple of 16
//     else                     the array's bytes
//
// How many bytes follows from the wrapper's shape and dtype, and those from opcodes alone: nothing is imported. Both machines
// that walk over a pickle (the graph of xray, the names of slim) read these facts in their own way, and ask here what they mean.
import { type ByteSource, readAtMost } from './byte-source.ts';
import { damaged, unsupported } from './damage.ts';

/** scikit-learn before 0.23 brought a joblib of its own. */
const MODULE = /^(?:sklearn\.externals\.)?joblib\.numpy_pickle$/;
export const JOBLIB_MODULES = ['joblib.numpy_pickle', 'sklearn.externals.joblib.numpy_pickle'] as const;
export const WRAPPER = 'NumpyArrayWrapper';
/** Of joblib before 0.10, which kept arrays in files of their own. */
export const OLD_WRAPPERS = ['NDArrayWrapper', 'ZNDArrayWrapper'] as const;

export function isJoblibModule(module: string): boolean {
  return MODULE.test(module);
}

/** `name` with its module before it. */
export function isJoblibWrapper(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return name.slice(dot + 1) === WRAPPER && isJoblibModule(name.slice(0, dot));
}

/** What a wrapper says of its array; undefined where it says nothing that can be read. */
export interface WrappedArray {
  readonly shape: readonly number[] | undefined;
  /** What numpy.dtype is called with: 'f8', 'O8', 'V64'. */
  readonly dtype: string | undefined;
  /** From the state of the dtype: the bytes of an item, which for a record do not stand in its name, and numpy's flags. */
  readonly itemBytes: number | undefined;
  readonly flags: number | undefined;
  readonly alignment: number | undefined;
}

/** Places of those two in a dtype's state: (version, byte order, subarray, names, fields, size, alignment, flags). */
export const DTYPE_STATE = { itemBytes: 5, flags: 7 } as const;

export type ArrayData =
  /** Its end is where that pickle ends. */
  | { readonly isPickle: true }
  | { readonly isPickle: false; readonly dataAt: number; readonly end: number; readonly alignment: number };

/** numpy's NPY_ITEM_REFCOUNT. */
const HAS_OBJECTS = 1;
/** The length of the padding is one byte. */
const MOST_ALIGNMENT = 255;

/** `at`: the byte behind the wrapper's BUILD. */
export function locateArrayData(source: ByteSource, at: number, array: WrappedArray): ArrayData {
  const { hasObjects, itemBytes } = readItem(at, array);
  if (hasObjects) return { isPickle: true };
  const alignment = array.alignment ?? 0;
  if (!(alignment >= 0 && alignment <= MOST_ALIGNMENT)) {
    throw damaged(at, `an array wrapper of joblib with an alignment of ${alignment}`);
  }
  const dataAt = alignment === 0 ? at : at + 1 + readPadding(source, at);
  const bytes = countItems(at, array.shape) * itemBytes;
  if (!(bytes <= source.size - dataAt)) {
    throw damaged(at, `an array of ${bytes} bytes begins here, and ${Math.max(0, source.size - dataAt)} are left`);
  }
  return { isPickle: false, dataAt, end: dataAt + bytes, alignment };
}

function readPadding(source: ByteSource, at: number): number {
  const [padding] = readAtMost(source, at, 1);
  if (padding === undefined) throw damaged(at, 'the file ends before the data of an array');
  return padding;
}

function countItems(at: number, shape: readonly number[] | undefined): number {
  if (!shape?.every((side) => side >= 0)) throw unsupported(at, 'an array wrapper of joblib with an unknown shape');
  return shape.reduce((product, side) => product * side, 1);
}

const DTYPE = /^[<>|=]?([a-zA-Z])(\d{0,9})$/;

function readItem(at: number, array: WrappedArray): { readonly hasObjects: boolean; readonly itemBytes: number } {
  const [, letter, digits] = DTYPE.exec(array.dtype ?? '') ?? [];
  if (letter === undefined) throw unsupported(at, 'an array wrapper of joblib with an unknown dtype');
  const hasObjects = letter === 'O' || ((array.flags ?? 0) & HAS_OBJECTS) !== 0;
  if (array.itemBytes !== undefined && array.itemBytes > 0) return { hasObjects, itemBytes: array.itemBytes };
  // Whether a record holds objects stands beside its size.
  if (letter === 'V' || (digits === '' && !hasObjects)) {
    throw unsupported(at, `the dtype '${array.dtype}', whose size is not known`);
  }
  return { hasObjects, itemBytes: Number(digits) * (letter === 'U' ? CHARACTER : 1) };
}

/** Bytes of one in an array of texts. */
const CHARACTER = 4;
