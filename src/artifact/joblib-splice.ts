// What joblib writes between the opcodes: behind the BUILD of each NumpyArrayWrapper stand the bytes of its array.
//
//   numbers: [u8 padding, that many bytes]  where the wrapper has an alignment (joblib 1.2 and later), then the data
//   objects: a pickle of its own
import { type ByteSource, readAtMost } from './byte-source.ts';
import { damaged, refused } from './damage.ts';
import { LEAST_COMPARED } from './equal-arrays.ts';
import { readDtype } from './pickle/classes/numpy-dtype.ts';
import type { PickleGraph } from './pickle/graph.ts';
import { type LoadedPickle, runPickle, type Splice } from './pickle/machine.ts';
import { ObjectView } from './pickle/object-view.ts';
import type { Place } from './pickle/placed-arrays.ts';
import type { NodeId } from './pickle/values.ts';

const WRAPPER = /^(?:sklearn\.externals\.)?joblib\.numpy_pickle\.NumpyArrayWrapper$/;
const MOST_NESTED = 10_000;

/** scikit-learn before 0.23 brought a joblib of its own. */
export function isJoblibWrapper(name: string): boolean {
  return WRAPPER.test(name);
}

export class JoblibSplice implements Splice {
  /** Pickles of arrays of objects, in their order. */
  readonly nested: LoadedPickle[] = [];
  readonly #source: ByteSource;
  readonly #places = new WeakMap<PickleGraph, Map<NodeId, Place>>();
  readonly #ceiling: number;

  constructor(source: ByteSource, ceiling: number) {
    this.#source = source;
    this.#ceiling = ceiling;
  }

  isBehind(name: string): boolean {
    return isJoblibWrapper(name);
  }

  skip(graph: PickleGraph, node: NodeId, at: number): number {
    const view = new ObjectView(graph).at(node);
    const dtype = readDtype(graph, view.entry(view.state, 'dtype'));
    if (dtype.isObject) return this.#skipNested(at);
    const shape = view.integers(view.entry(view.state, 'shape'));
    if (!shape || shape.some((size) => size < 0)) throw damaged(at, "joblib's wrapper of an array has no valid shape");
    if (dtype.itemBytes <= 0) throw damaged(at, "joblib's wrapper of an array has no dtype that numpy has");
    const bytes = shape.reduce((product, size) => product * size, dtype.itemBytes);
    const alignment = view.integer(view.entry(view.state, 'numpy_array_alignment_bytes')) ?? 0;
    const dataAt = alignment > 0 ? at + 1 + this.#padding(at) : at;
    if (!(dataAt + bytes <= this.#source.size)) {
      throw damaged(this.#source.size, `an array of ${bytes} bytes at ${dataAt} reaches out of the file`);
    }
    this.#note(graph, node, { source: this.#source, at: dataAt, bytes });
    return dataAt + bytes;
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

  #padding(at: number): number {
    const [padding] = readAtMost(this.#source, at, 1);
    if (padding === undefined) throw damaged(at, 'the file ends before the data of an array');
    return padding;
  }

  #skipNested(at: number): number {
    if (this.nested.length >= MOST_NESTED) throw refused(at, `more than ${MOST_NESTED} arrays of objects`);
    const held = this.nested.reduce((sum, { graph }) => sum + graph.held, 0);
    const pickle = runPickle(this.#source, at, { ceiling: this.#ceiling - held, splice: this });
    this.nested.push(pickle);
    return pickle.end;
  }
}
