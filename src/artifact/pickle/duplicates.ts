// Equal values that loading makes as separate objects, though one would do: strings, bytes, floats, tuples of them. Equal by
// type and bits: 1, 1.0 and True differ, and so do 0.0 and -0.0.
import type { Bytes } from '#base/units.ts';
import { findEqualArrays } from '../equal-arrays.ts';
import type { Duplicates } from '../types.ts';
import { LONGEST_SHARED_BYTES } from './constants.ts';
import { FloatTable } from './floats.ts';
import type { LoadModel } from './forecast.ts';
import { KIND, NO_SEGMENT, type PickleGraph } from './graph.ts';
import type { PathFinder } from './paths.ts';
import { type FindPlace, placeArrays } from './placed-arrays.ts';
import { MARK } from './reach.ts';
import { shapeOf } from './tally.ts';
import { type NodeId, payloadOf, TAG, tagOf, type Value } from './values.ts';

const MOST_EXAMPLES = 5;
const LONGEST_TEXT = 60;

export interface FoundDuplicates {
  readonly rows: readonly Duplicates[];
  /** What of them the rewriter shares. */
  readonly slimmable: Bytes;
  /** Arrays that look equal to others and were not compared. */
  readonly unread: number;
}

export function computeDuplicates(model: LoadModel, paths: PathFinder, findPlace?: FindPlace): FoundDuplicates {
  const { graph } = model.size;
  const placed = placeArrays(model, paths, findPlace);
  const arrays = findEqualArrays(placed.arrays);
  const blobs = findEqualArrays(placed.blobs, 'bytes');
  const strings = new ContentCount(model);
  const bytes = new ContentCount(model);
  const tuples = new TupleCount(model);
  const floats = countFloats(model);
  for (let node = 0; node < graph.nodeCount; node++) {
    if ((model.size.marks[node]! & MARK.live) === 0) continue;
    if (graph.kind[node] === KIND.string) strings.add(node);
    else if (graph.kind[node] === KIND.bytes && placed.isData[node] === 0) bytes.add(node);
    else if (graph.kind[node] === KIND.tuple) tuples.add(node);
  }
  const rows = [strings.finish('str'), join(bytes.finish('bytes'), blobs.duplicates), floats, tuples.finish()];
  const shared = rows.reduce((sum, row) => sum + (row.kind === 'bytes' ? bytes.slimmable : row.bytes), 0);
  return {
    rows: [...rows, arrays.duplicates].filter(({ count }) => count > 0),
    slimmable: shared,
    unread: arrays.unread + blobs.unread,
  };
}

function join(a: Duplicates, b: Duplicates): Duplicates {
  const examples = [...a.examples, ...b.examples].sort((one, other) => other.bytes - one.bytes).slice(0, MOST_EXAMPLES);
  return { kind: a.kind, count: a.count + b.count, bytes: a.bytes + b.bytes, examples };
}

/** Live objects of each content. */
class ContentCount {
  readonly #model: LoadModel;
  readonly #counts: Int32Array;
  readonly #bytes: Float64Array;
  #spare = 0;
  #spareBytes = 0;
  /** Of contents that the rewriter shares: of bytes, short ones. */
  slimmable = 0;

  constructor(model: LoadModel) {
    this.#model = model;
    this.#counts = new Int32Array(model.size.graph.contents.count);
    this.#bytes = new Float64Array(model.size.graph.contents.count);
  }

  add(node: NodeId): void {
    const content = this.#model.size.graph.aux[node]!;
    const shape = shapeOf(this.#model.size, node);
    const bytes = this.#model.size.effects.shapes.cost[shape]!;
    if (bytes === 0) return;
    if (this.#counts[content]!++ === 0) return;
    this.#spare++;
    this.#spareBytes += bytes;
    this.#bytes[content]! += bytes;
    if (this.#model.size.graph.contents.lengthOf(content) <= LONGEST_SHARED_BYTES) this.slimmable += bytes;
  }

  finish(kind: 'str' | 'bytes'): Duplicates {
    const { contents, source } = this.#model.size.graph;
    const examples = largest(this.#bytes, MOST_EXAMPLES).map((content) => ({
      text: JSON.stringify(contents.readText(content, source, LONGEST_TEXT)),
      count: this.#counts[content]!,
      bytes: this.#bytes[content]!,
    }));
    return { kind, count: this.#spare, bytes: this.#spareBytes, examples };
  }
}

/** Floats without a node: each place has an object of its own. */
function countFloats(model: LoadModel): Duplicates {
  const { graph, marks, costs, sizes, effects } = model.size;
  const { kind, nodeCount } = graph;
  const counts = new Int32Array(graph.floats.count);
  const each = costs.of(sizes.float, false);
  let spare = 0;
  for (let node = 0; node < nodeCount; node++) {
    if ((marks[node]! & (MARK.live | MARK.adopted)) === 0) continue;
    if (kind[node]! >= KIND.tuple && kind[node]! <= KIND.frozenset) {
      const shape = effects.shapeOf(node);
      if (effects.shapes.floats[shape] === 0) continue;
    }
    spare += countFloatsIn(graph, node, counts);
  }
  const bytes = Float64Array.from(counts, (count) => Math.max(0, count - 1) * each);
  const examples = largest(bytes, MOST_EXAMPLES).map((float) => ({
    text: String(graph.floats.valueOf(float)),
    count: counts[float]!,
    bytes: bytes[float]!,
  }));
  return { kind: 'float', count: spare, bytes: spare * each, examples };
}

function countFloatsIn(graph: PickleGraph, node: NodeId, counts: Int32Array): number {
  const { head, edges } = graph;
  let spare = 0;
  for (let s = head[node]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
    const end = s + 2 + (edges[s]! >>> 3);
    if ((edges[s]! & 7) > 1) continue;
    for (let i = s + 2; i < end; i++) {
      const value = edges[i]!;
      if (value < 0 && tagOf(value) === TAG.float && counts[payloadOf(value)]!++ > 0) spare++;
    }
  }
  return spare;
}

/** Tuples whose parts are all constants get a number by their parts, as floats do by their bits. */
class TupleCount {
  readonly #model: LoadModel;
  readonly #table = new FloatTable();
  /** By node: the number plus one; 0 of what is no tuple of constants. */
  readonly #numbers: Int32Array;
  #spare = 0;
  #spareBytes = 0;

  constructor(model: LoadModel) {
    this.#model = model;
    this.#numbers = new Int32Array(model.size.graph.nodeCount);
  }

  add(node: NodeId): void {
    const { graph } = this.#model.size;
    const s = graph.head[node]!;
    if (s === NO_SEGMENT) return;
    let [low, high] = [graph.length[node]!, 0x9e3779b9 | 0];
    const end = s + 2 + (graph.edges[s]! >>> 3);
    for (let i = s + 2; i < end; i++) {
      const part = this.#numberOf(graph.edges[i]!);
      if (part === undefined) return;
      low = Math.imul(low ^ part, 0x01000193) ^ (low >>> 13);
      high = Math.imul(high + part, 0x5bd1e995) ^ (high >>> 15);
    }
    const before = this.#table.count;
    this.#numbers[node] = this.#table.add(low, high) + 1;
    if (this.#table.count > before) return;
    const { shapes } = this.#model.size.effects;
    const shape = shapeOf(this.#model.size, node);
    this.#spare++;
    // Floats are counted apart.
    this.#spareBytes += shapes.cost[shape]! - shapes.floats[shape]!;
  }

  /** Of a part that is a constant: the same number for the same value. */
  #numberOf(value: Value): number | undefined {
    if (value < 0) return tagOf(value) <= TAG.negative || tagOf(value) === TAG.float ? value : undefined;
    const { graph } = this.#model.size;
    const kind = graph.kind[value];
    if (kind === KIND.string) return Math.imul(graph.aux[value]! + 1, 0x2545f491);
    if (kind === KIND.bytes) return Math.imul(graph.aux[value]! + 1, 0x41c64e6d);
    const number = this.#numbers[value]!;
    return number === 0 ? undefined : Math.imul(number, 0x6c078965);
  }

  finish(): Duplicates {
    return { kind: 'tuple', count: this.#spare, bytes: this.#spareBytes, examples: [] };
  }
}

/** Rows with the highest values above 0. */
function largest(values: Float64Array, most: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value: Bytes = values[row]!;
    if (value <= 0 || (rows.length === most && value <= values[rows[most - 1]!]!)) continue;
    rows.push(row);
    rows.sort((a, b) => values[b]! - values[a]!);
    if (rows.length > most) rows.pop();
  }
  return rows;
}
