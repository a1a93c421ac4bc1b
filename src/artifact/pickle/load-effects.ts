// WHAT LOADING MAKES OF EACH NODE, found once: the blocks of memory it takes, as a shape, and for an object what it keeps. A rule
// is asked once for an object, whoever wants to know (what is alive, sizes, paths, the course of the load); what it said stands in
// a column of words:
//
//     word[at] = shape      word[at + 1] = number of references      then each as node << 2 | REFERENCE
import { BLOCK, BlockShapes, type ShapeId, UNCOUNTED } from './block-shapes.ts';
import { CLASS_FLOAT, CLASS_INT, type ClassTable } from './class-table.ts';
import { PLAIN } from './classes/registry.ts';
import { readStorages } from './classes/torch-storages.ts';
import { lengthen } from './columns.ts';
import { FLAG, KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import type { BlockCosts } from './heap-layout.ts';
import { KnownShapes } from './known-shapes.ts';
import { listRoomOf } from './list-room.ts';
import type { LoadSink } from './load-rule.ts';
import { NodeStack } from './node-stack.ts';
import type { ObjectSizes } from './object-sizes.ts';
import type { ObjectView } from './object-view.ts';
import { digitsOf } from './runs.ts';
import { type NodeId, payloadOf, TAG, tagOf, type Value } from './values.ts';

export const REFERENCE = {
  /** To the node. */
  keep: 0,
  /** To all that the container holds, not to the container. */
  adopt: 1,
  /** The same of a dict of attributes, whose names are interned. */
  attributes: 2,
} as const;

export class LoadEffects implements LoadSink {
  readonly sizes: ObjectSizes;
  readonly shapes: BlockShapes;
  /** By node: of an object, where its words stand; of others ~shape; 0: not asked for yet. */
  readonly #at: Int32Array;
  words = new Int32Array(16);
  #sums = new Float64Array(0);
  /** For whoever walks over the graph. */
  readonly openNodes = new NodeStack();
  #end = 1;
  /** Shapes by what they follow from. */
  readonly #known: KnownShapes;
  readonly #graph: PickleGraph;
  readonly #classes: ClassTable;
  /** Of the object whose rule is being asked. */
  #class = 0;

  constructor(graph: PickleGraph, classes: ClassTable, sizes: ObjectSizes, costs: BlockCosts) {
    this.#graph = graph;
    this.#classes = classes;
    this.sizes = sizes;
    this.shapes = new BlockShapes(costs);
    this.#at = new Int32Array(graph.nodeCount);
    this.#known = new KnownShapes(graph.nodeCount);
  }

  /** A column for bytes by node, all zero; the last one who has asked for it owns it. */
  takeSums(): Float64Array {
    if (this.#sums.length === this.#at.length) return this.#sums.fill(0);
    this.#sums = new Float64Array(this.#at.length);
    return this.#sums;
  }

  /** With the numbers inside of it. */
  shapeOf(node: NodeId): ShapeId {
    const at = this.#at[node]!;
    if (at < 0) return ~at;
    const index = at > 0 ? at : this.#ask(node);
    return this.words[index]!;
  }

  /** Of an object: index in `words`. */
  referencesOf(object: NodeId): number {
    const at = this.#at[object]!;
    return (at > 0 ? at : this.#ask(object)) + 1;
  }

  /** Index of the words; of nodes that are no objects a passing one, with the shape alone. */
  #ask(node: NodeId): number {
    if (this.#graph.kind[node] === KIND.object) return this.#askRule(node);
    const shape = this.#shapeOfPlain(node);
    this.#at[node] = ~shape;
    this.words[0] = shape;
    return 0;
  }

  #askRule(node: NodeId): number {
    const at = this.#end;
    this.#at[node] = at;
    this.#push(0);
    this.#push(0);
    const { id, rule } = this.#classes.entryOf(node);
    const object = this.#classes.view.at(node);
    this.#class = id;
    const known = rule === PLAIN ? this.#knownInstance(object, id) : 0;
    if (known <= 0) rule.load(object, this);
    const shape = known > 0 ? known - 1 : this.shapes.finish(id, -1);
    if (known < 0) this.#known.set(~known, shape + 1);
    this.words[at] = shape;
    this.words[at + 1] = this.#end - at - 2;
    return at;
  }

  /**
   * Of an instance with a dict of attributes and nothing else, as nearly all are: its shape plus one, if one with as many
   * attributes and floats was seen before, and what it keeps. Else ~key to note it under, or 0: it is not of this kind.
   */
  #knownInstance(object: ObjectView, id: number): number {
    const { state, args } = object;
    if (object.kindOf(state) !== KIND.dict || object.ownLength > 0) return 0;
    if (args >= 0 && (object.kindOf(args) !== KIND.tuple || object.lengthOf(args) > 0)) return 0;
    const key = keyOf(KIND.object, object.lengthOf(state), floatsIn(this.#graph, state), id);
    if (key === 0) return 0;
    const known = this.#known.get(key);
    if (known === 0) return ~key;
    this.#push((state << 2) | REFERENCE.attributes);
    if (args >= 0) this.#push((args << 2) | REFERENCE.adopt);
    return known;
  }

  // --- what a rule says

  keep(value: Value): void {
    if (value < 0) this.#number(value);
    else this.#push((value << 2) | REFERENCE.keep);
  }

  adopt(container: Value): void {
    if (container < 0) return;
    this.#push((container << 2) | REFERENCE.adopt);
    this.#numbersIn(container);
  }

  adoptAttributes(dict: Value): void {
    if (dict < 0) return;
    this.#push((dict << 2) | REFERENCE.attributes);
    this.#numbersIn(dict);
  }

  object(bytes: number): void {
    if (bytes > 0) this.shapes.add(bytes, 1, false, this.#class, this.sizes.isOwnDict ? BLOCK.ownDict : 0);
  }

  raw(bytes: number): void {
    if (bytes > 0) this.shapes.add(bytes, 1, true, this.#class);
  }

  #push(word: number): void {
    if (this.#end === this.words.length) this.words = lengthen(this.words, this.#end * 2);
    this.words[this.#end++] = word;
  }

  // --- nodes without a rule

  #shapeOfPlain(node: NodeId): ShapeId {
    const key = this.#keyOfPlain(node);
    const known = key === 0 ? 0 : this.#known.get(key);
    if (known > 0) return known - 1;
    const shape = this.#makeShape(node);
    if (key !== 0) this.#known.set(key, shape + 1);
    return shape;
  }

  /** The same for nodes that have the same shape; 0: the node's shape is its own affair. */
  #keyOfPlain(node: NodeId): number {
    const { kind, flags, length, head, edges } = this.#graph;
    const of = kind[node]!;
    if (of === KIND.string) return (flags[node]! & WIDTH_FLAGS) === 0 ? keyOf(of, length[node]!, 0, 0) : 0;
    if (of < KIND.tuple || of > KIND.frozenset) return 0;
    const s = head[node]!;
    if (of === KIND.list && s !== NO_SEGMENT && edges[s + 1] !== NO_SEGMENT) return 0; // it grew batch by batch
    return keyOf(of, length[node]!, floatsIn(this.#graph, node), flags[node]! & FLAG.stringKeys);
  }

  #makeShape(node: NodeId): ShapeId {
    const { kind, aux } = this.#graph;
    const of = kind[node]!;
    this.#class = of;
    if (of === KIND.atom) {
      this.#number(aux[node]!);
      return this.shapes.finish(UNCOUNTED, -1);
    }
    this.#ownBlocks(node, of);
    if (of === KIND.global) return this.shapes.finish(UNCOUNTED, -1);
    const bare = this.shapes.finish(of, -1);
    if (of < KIND.tuple || of > KIND.frozenset || floatsIn(this.#graph, node) === 0) return bare;
    this.#ownBlocks(node, of);
    this.#numbersIn(node);
    return this.shapes.finish(of, bare);
  }

  #ownBlocks(node: NodeId, of: number): void {
    const { sizes } = this;
    const graph = this.#graph;
    const { length, aux, flags, contents } = graph;
    switch (of) {
      case KIND.string:
        this.#string(node);
        break;
      case KIND.bytes:
        this.object(sizes.bytes(contents.lengthOf(aux[node]!)));
        break;
      case KIND.bytearray:
        this.object(sizes.bytearrayHead);
        this.object(contents.lengthOf(aux[node]!) + 1);
        break;
      case KIND.tuple:
        this.object(sizes.tuple(length[node]!));
        break;
      case KIND.list:
        this.object(sizes.listHead);
        this.object(8 * listRoomOf(graph, node));
        break;
      case KIND.dict:
        this.object(sizes.dictHead);
        this.object(sizes.dictKeys(length[node]!, (flags[node]! & FLAG.stringKeys) !== 0));
        break;
      case KIND.set:
      case KIND.frozenset:
        this.object(sizes.setHead);
        this.object(sizes.setTable(length[node]!));
        break;
      case KIND.persistent:
        this.raw(readStorages(graph).get(node)?.bytes ?? 0);
        break;
      default:
    }
  }

  #string(node: NodeId): void {
    const { length, aux, flags, contents } = this.#graph;
    const width = (flags[node]! >> FLAG.widthShift) & 3;
    this.object(this.sizes.decodedString(width, length[node]!, contents.lengthOf(aux[node]!)));
  }

  // --- numbers, which have no nodes

  #numbersIn(node: NodeId): void {
    const { head, edges } = this.#graph;
    let floats = 0;
    for (let s = head[node]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if ((edges[s]! & 7) > SEGMENT.pairs) continue;
      const end = s + 2 + (edges[s]! >>> 3);
      for (let i = s + 2; i < end; i++) {
        const value = edges[i]!;
        if (value >= 0) continue;
        if (tagOf(value) === TAG.float) floats++;
        else this.#number(value);
      }
    }
    if (floats > 0) this.shapes.add(this.sizes.float, floats, false, CLASS_FLOAT);
  }

  #number(value: Value): void {
    const payload = payloadOf(value);
    switch (tagOf(value)) {
      case TAG.float:
        this.shapes.add(this.sizes.float, 1, false, CLASS_FLOAT);
        return;
      case TAG.run:
        this.#run(payload);
        return;
      default: {
        const digits = digitsOf(value, this.#graph.wide);
        if (digits > 0) this.shapes.add(this.sizes.int(digits), 1, false, CLASS_INT);
      }
    }
  }

  #run(run: number): void {
    const { runs } = this.#graph;
    const [ints, longs] = [runs.intsOf(run), runs.longsOf(run)];
    if (ints > 0) this.shapes.add(this.sizes.int(2), ints, false, CLASS_INT);
    if (longs > 0) this.shapes.add(this.sizes.int(Math.round(runs.digitsOf(run) / longs)), longs, false, CLASS_INT);
  }
}

/** Floats among the values that a container holds; OTHER where there are numbers of other kinds that take memory. */
function floatsIn({ head, edges }: PickleGraph, node: NodeId): number {
  let floats = 0;
  for (let s = head[node]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
    if ((edges[s]! & 7) > SEGMENT.pairs) continue;
    const end = s + 2 + (edges[s]! >>> 3);
    for (let i = s + 2; i < end; i++) {
      const value = edges[i]!;
      if (value >= 0) continue;
      const tag = tagOf(value);
      if (tag === TAG.float) floats++;
      else if (tag !== TAG.constant && (tag !== TAG.natural || payloadOf(value) > LARGEST_CACHED)) return OTHER;
    }
  }
  return floats;
}

const OTHER = -1;
/** The largest integer of which every process has one. */
const LARGEST_CACHED = 256;
/** Bits that say how wide a string's characters are. */
const WIDTH_FLAGS = 3 << FLAG.widthShift;

/** A number for what decides over a shape; 0 where it does not fit. */
function keyOf(kind: number, length: number, floats: number, more: number): number {
  if (length > 255 || floats < 0 || floats > 63 || more > 4095) return 0;
  return (kind | (length << 4) | (floats << 12) | (more << 18)) + 1;
}
