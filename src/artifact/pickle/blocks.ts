// The blocks of memory that an object of the graph takes, one call for each: its own, and those of the numbers in it that are
// no nodes. Who keeps a container's numbers (it, or the object that took its contents over) is said by MARK.adopted.
import type { Bytes } from '#base/units.ts';
import { CLASS_FLOAT, CLASS_INT, type ClassTable } from './class-table.ts';
import { readStorages } from './classes/torch-storages.ts';
import { FLAG, KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import type { LoadSink } from './load-rule.ts';
import { listRoom, type ObjectSizes } from './object-sizes.ts';
import { MARK } from './reach.ts';
import { digitsOf } from './runs.ts';
import { type NodeId, payloadOf, TAG, tagOf, type Value } from './values.ts';

/** `count` blocks of `bytes` each for objects of class `id`; raw: of malloc, whatever their size. */
export type BlockVisitor = (bytes: Bytes, count: number, isRaw: boolean, id: number) => void;

/** Room that a large list has beyond its items was never touched: it is no memory yet. */
const UNTOUCHED_ROOM = 65_536;

export class BlockWalker implements LoadSink {
  readonly sizes: ObjectSizes;
  readonly #graph: PickleGraph;
  readonly #classes: ClassTable;
  readonly #marks: Uint8Array;
  readonly #visit: BlockVisitor;
  #class = 0;

  constructor(graph: PickleGraph, classes: ClassTable, sizes: ObjectSizes, marks: Uint8Array, visit: BlockVisitor) {
    this.#graph = graph;
    this.#classes = classes;
    this.sizes = sizes;
    this.#marks = marks;
    this.#visit = visit;
  }

  walk(node: NodeId): void {
    const { kind, length, aux, flags } = this.#graph;
    const { sizes } = this;
    this.#class = this.#classes.classOf(node);
    switch (kind[node]) {
      case KIND.string:
        this.#string((flags[node]! >> FLAG.widthShift) & 3, length[node]!, this.#graph.contents.lengthOf(aux[node]!));
        return;
      case KIND.bytes:
        this.object(sizes.bytes(this.#graph.contents.lengthOf(aux[node]!)));
        return;
      case KIND.bytearray:
        this.object(sizes.bytearrayHead);
        this.object(this.#graph.contents.lengthOf(aux[node]!) + 1);
        return;
      case KIND.tuple:
        this.object(sizes.tuple(length[node]!));
        break;
      case KIND.list:
        this.object(sizes.listHead);
        this.object(8 * this.#listRoom(node));
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
      case KIND.atom:
        this.#number(aux[node]!);
        return;
      case KIND.object:
        this.#classes.ruleOf(node).load(this.#classes.view.at(node), this);
        return;
      case KIND.persistent:
        this.raw(readStorages(this.#graph).get(node)?.bytes ?? 0);
        return;
      default:
        return;
    }
    if ((this.#marks[node]! & MARK.adopted) === 0) this.#numbersIn(node);
  }

  object(bytes: Bytes): void {
    if (bytes > 0) this.#visit(bytes, 1, false, this.#class);
  }

  raw(bytes: Bytes): void {
    if (bytes > 0) this.#visit(bytes, 1, true, this.#class);
  }

  keep(value: Value): void {
    if (value < 0) this.#number(value);
  }

  adopt(container: Value): void {
    if (container >= 0) this.#numbersIn(container);
  }

  adoptAttributes(dict: Value): void {
    if (dict >= 0) this.#numbersIn(dict);
  }

  #string(width: number, characters: number, bytes: number): void {
    this.object(this.sizes.decodedString(width, characters, bytes));
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
    if (floats > 0) this.#visit(this.sizes.float, floats, false, CLASS_FLOAT);
  }

  #number(value: Value): void {
    const payload = payloadOf(value);
    switch (tagOf(value)) {
      case TAG.float:
        this.#visit(this.sizes.float, 1, false, CLASS_FLOAT);
        return;
      case TAG.run:
        this.#run(payload);
        return;
      default: {
        const digits = digitsOf(value, this.#graph.wide);
        if (digits > 0) this.#visit(this.sizes.int(digits), 1, false, CLASS_INT);
      }
    }
  }

  #run(run: number): void {
    const { runs } = this.#graph;
    const [ints, longs] = [runs.intsOf(run), runs.longsOf(run)];
    if (ints > 0) this.#visit(this.sizes.int(2), ints, false, CLASS_INT);
    if (longs > 0) this.#visit(this.sizes.int(Math.round(runs.digitsOf(run) / longs)), longs, false, CLASS_INT);
  }

  /** As it grew, segment by segment. */
  #listRoom(node: NodeId): number {
    const { head, length, edges } = this.#graph;
    const total = length[node]!;
    const first = head[node]!;
    if (total * 8 >= UNTOUCHED_ROOM || first === NO_SEGMENT) return total;
    if (edges[first + 1] === NO_SEGMENT) return listRoom(0, 0, total);
    return this.#grownRoom(first);
  }

  #grownRoom(newest: number): number {
    const { edges } = this.#graph;
    const added: number[] = [];
    for (let s = newest; s !== NO_SEGMENT; s = edges[s + 1]!) added.push(this.#itemsIn(s));
    let [room, length] = [0, 0];
    for (const count of added.reverse()) {
      room = listRoom(room, length, count);
      length += count;
    }
    return room;
  }

  #itemsIn(s: number): number {
    const { edges, runs } = this.#graph;
    const end = s + 2 + (edges[s]! >>> 3);
    let items = 0;
    for (let i = s + 2; i < end; i++) {
      const value = edges[i]!;
      items += value < 0 && tagOf(value) === TAG.run ? runs.valuesOf(payloadOf(value)) : 1;
    }
    return items;
  }
}
