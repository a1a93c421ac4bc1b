// Where the numbers of arrays stand: as bytes in the pickle, or, where the format keeps them elsewhere, where its reader says.
import type { ByteSource } from '../byte-source.ts';
import { LEAST_COMPARED, type PlacedArray } from '../equal-arrays.ts';
import { LONGEST_HASHED_BYTES } from './contents.ts';
import type { LoadModel } from './forecast.ts';
import { KIND, type PickleGraph } from './graph.ts';
import type { PathFinder } from './paths.ts';
import { MARK } from './reach.ts';
import type { NodeId, Value } from './values.ts';

export interface Place {
  readonly source: ByteSource;
  readonly at: number;
  readonly bytes: number;
  readonly key?: number;
}

/** Of what is not in the pickle itself: joblib's data between the opcodes, torch's storages. */
export type FindPlace = (graph: PickleGraph, node: NodeId) => Place | undefined;

export interface PlacedArrays {
  readonly arrays: readonly PlacedArray[];
  /** Bytes objects that are no array's data and too long to be known by their content. */
  readonly blobs: readonly PlacedArray[];
  /** By node: 1 where a bytes object is the data of an array among `arrays`. */
  readonly isData: Uint8Array;
}

export function placeArrays({ size }: LoadModel, paths: PathFinder, findPlace?: FindPlace): PlacedArrays {
  const { graph, classes, marks } = size;
  const isData = new Uint8Array(graph.nodeCount);
  const arrays: PlacedArray[] = [];
  const blobs: PlacedArray[] = [];
  const placeOf = (value: Value) => (value < 0 ? undefined : (bytesPlace(graph, value) ?? findPlace?.(graph, value)));
  for (let node = 0; node < graph.nodeCount; node++) {
    if ((marks[node]! & MARK.live) === 0 || graph.kind[node] !== KIND.object) continue;
    const rule = classes.ruleOf(node);
    if (!rule.data || !rule.array) continue;
    const data = rule.data(classes.view.at(node));
    const place = placeOf(data);
    if (!place || place.bytes < LEAST_COMPARED) continue;
    const facts = rule.array(classes.view.at(node));
    if (!facts) continue;
    isData[data] = 1;
    // Storages are shared as a whole, whatever the tensors over them look like.
    const shape = graph.kind[data] === KIND.persistent ? '' : facts.shape.join(', ');
    arrays.push({ ...place, type: facts.type, shape, path: () => paths.pathOf(node) });
  }
  for (let node = 0; node < graph.nodeCount; node++) {
    if ((marks[node]! & MARK.live) === 0 || graph.kind[node] !== KIND.bytes || isData[node] === 1) continue;
    const place = bytesPlace(graph, node)!;
    if (place.bytes > LONGEST_HASHED_BYTES)
      blobs.push({ ...place, type: 'bytes', shape: '', path: () => paths.pathOf(node) });
  }
  return { arrays, blobs, isData };
}

function bytesPlace(graph: PickleGraph, node: NodeId): Place | undefined {
  const kind = graph.kind[node];
  if (kind !== KIND.bytes && kind !== KIND.bytearray) return undefined;
  const content = graph.aux[node]!;
  // Equal short bytes are one content, which stands where it was met first.
  return { key: node, source: graph.source, at: graph.contents.at(content), bytes: graph.contents.lengthOf(content) };
}
