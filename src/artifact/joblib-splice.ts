// The data of joblib's arrays, where a pickle is run for its graph: skipped, and where it stands is noted. What a wrapper says of
// its array is read from the graph here, and what follows from it in joblib-array.ts.
import type { Bytes } from '#base/units.ts';
import type { ByteSource } from './byte-source.ts';
import { refused } from './damage.ts';
import { LEAST_COMPARED } from './equal-arrays.ts';
import { DTYPE_STATE, isJoblibWrapper, locateArrayData, type WrappedArray } from './joblib-array.ts';
import { KIND, type PickleGraph } from './pickle/graph.ts';
import { type LoadedPickle, runPickle, type Splice } from './pickle/machine.ts';
import { ObjectView } from './pickle/object-view.ts';
import type { Place } from './pickle/placed-arrays.ts';
import type { NodeId, Value } from './pickle/values.ts';

const MOST_NESTED = 10_000;

export class JoblibSplice implements Splice {
  /** Pickles of arrays of objects, in their order. */
  readonly nested: LoadedPickle[] = [];
  readonly #source: ByteSource;
  readonly #places = new WeakMap<PickleGraph, Map<NodeId, Place>>();
  readonly #ceiling: Bytes;

  constructor(source: ByteSource, ceiling: Bytes) {
    this.#source = source;
    this.#ceiling = ceiling;
  }

  isBehind(name: string): boolean {
    return isJoblibWrapper(name);
  }

  skip(graph: PickleGraph, node: NodeId, at: number): number {
    const data = locateArrayData(this.#source, at, describeWrapped(graph, node));
    if (data.isPickle) return this.#skipNested(at);
    const { dataAt, end } = data;
    this.#note(graph, node, { source: this.#source, at: dataAt, bytes: end - dataAt });
    return end;
  }

  /** Where the data of the array stands that a wrapper is for. */
  findPlace(graph: PickleGraph, node: NodeId): Place | undefined {
    return this.#places.get(graph)?.get(node);
  }

  #note(graph: PickleGraph, node: NodeId, place: Place): void {
    if (place.bytes < LEAST_COMPARED) return;
    const places = this.#places.get(graph) ?? new Map();
    this.#places.set(graph, places);
    places.set(node, place);
  }

  #skipNested(at: number): number {
    if (this.nested.length >= MOST_NESTED) throw refused(at, `more than ${MOST_NESTED} arrays of objects`);
    const held = this.nested.reduce((sum, { graph }) => sum + graph.held, 0);
    const pickle = runPickle(this.#source, at, { ceiling: this.#ceiling - held, splice: this });
    this.nested.push(pickle);
    return pickle.end;
  }
}

function describeWrapped(graph: PickleGraph, node: NodeId): WrappedArray {
  const wrapper = new ObjectView(graph).at(node);
  const entry = (key: string) => wrapper.entry(wrapper.state, key);
  return {
    shape: wrapper.integers(entry('shape')),
    alignment: wrapper.integer(entry('numpy_array_alignment_bytes')),
    ...describeDtype(graph, entry('dtype')),
  };
}

function describeDtype(graph: PickleGraph, value: Value): Pick<WrappedArray, 'dtype' | 'itemBytes' | 'flags'> {
  const isObject = value >= 0 && graph.kind[value] === KIND.object;
  const dtype = new ObjectView(graph);
  if (!isObject || dtype.globalName(graph.aux[value]!) !== 'numpy.dtype') return NO_DTYPE;
  dtype.at(value);
  const number = (place: number) => dtype.integer(dtype.item(dtype.state, place));
  return {
    dtype: dtype.text(dtype.argument(0)),
    itemBytes: number(DTYPE_STATE.itemBytes),
    flags: number(DTYPE_STATE.flags),
  };
}

const NO_DTYPE = { dtype: undefined, itemBytes: undefined, flags: undefined };
