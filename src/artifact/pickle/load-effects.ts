// WHAT LOADING MAKES OF EACH NODE, found once: the blocks of memory it takes, as a shape, and for an object what it keeps. A rule
// is asked once for an object, whoever wants to know (what is alive, sizes, paths, the course of the load); what it said stands in
// a column of words:
//
//     word[at] = shape      word[at + 1] = number of references      then each as node << 2 | REFERENCE
import { BLOCK, BlockShapes, type ShapeId, UNCOUNTED } from './block-shapes.ts';
import { CLASS_FLOAT, CLASS_INT, type ClassTable } from './class-table.ts';
import { readStorages } from './classes/torch-storages.ts';
import { lengthen } from './columns.ts';
import { FLAG, KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import type { BlockCosts } from './heap-layout.ts';
import { listRoomOf } from './list-room.ts';
import type { LoadSink } from './load-rule.ts';
import type { ObjectSizes } from './object-sizes.ts';
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
  words = new Int32Array(256);
  #end = 1;
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
    this.#class = this.#classes.classOf(node);
    this.#classes.ruleOf(node).load(this.#classes.view.at(node), this);
    this.words[at] = this.shapes.finish(this.#class, -1);
    this.words[at + 1] = this.#end - at - 2;
    return at;
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
    if (of < KIND.tuple || of > KIND.frozenset || !this.#hasNumbers(node)) return bare;
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

  #hasNumbers(node: NodeId): boolean {
    const { head, edges } = this.#graph;
    for (let s = head[node]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if ((edges[s]! & 7) > SEGMENT.pairs) continue;
      const end = s + 2 + (edges[s]! >>> 3);
      for (let i = s + 2; i < end; i++) if (edges[i]! < 0) return true;
    }
    return false;
  }

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
