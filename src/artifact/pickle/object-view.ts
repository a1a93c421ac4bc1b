// One object of the graph as a rule looks at it: what was called, with which arguments, which state it was given. The same
// view is moved from object to object: millions of them pass.
import { FLAG, KIND, MADE, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import { ABSENT, NONE, type NodeId, payloadOf, TAG, tagOf, type Value } from './values.ts';

export class ObjectView {
  readonly graph: PickleGraph;
  node: NodeId = -1;
  /** MADE. */
  made = 0;
  /** The tuple of arguments; ABSENT where there is none. */
  args: Value = ABSENT;
  /** The dict of keyword arguments of NEWOBJ_EX. */
  keywords: Value = ABSENT;
  /** Of the last BUILD; ABSENT where there was none. */
  state: Value = ABSENT;
  /** Nodes that existed when the last BUILD was done; 0: none. */
  builtAt = 0;

  constructor(graph: PickleGraph) {
    this.graph = graph;
  }

  at(node: NodeId): this {
    const { head, edges, flags } = this.graph;
    this.node = node;
    this.made = (flags[node]! >> FLAG.madeShift) & 3;
    this.args = ABSENT;
    this.keywords = ABSENT;
    this.state = ABSENT;
    this.builtAt = 0;
    for (let s = head[node]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      const header = edges[s]!;
      if ((header & 7) === SEGMENT.args) {
        this.args = edges[s + 2]!;
        if (header >>> 3 > 1) this.keywords = edges[s + 3]!;
      } else if ((header & 7) === SEGMENT.state && this.state === ABSENT) {
        this.state = edges[s + 2]!;
        this.builtAt = edges[s + 3]!;
      }
    }
    return this;
  }

  argument(index: number): Value {
    return this.item(this.args, index);
  }

  get argumentCount(): number {
    return this.lengthOf(this.args);
  }

  kindOf(value: Value): number {
    return value < 0 ? 0 : this.graph.kind[value]!;
  }

  lengthOf(value: Value): number {
    return value < 0 ? 0 : this.graph.length[value]!;
  }

  /** Item of a tuple; ABSENT where there is none, or it was folded into a run. */
  item(tuple: Value, index: number): Value {
    if (this.kindOf(tuple) !== KIND.tuple) return ABSENT;
    const { head, edges } = this.graph;
    const s = head[tuple]!;
    if (s === NO_SEGMENT || index >= edges[s]! >>> 3) return ABSENT;
    for (let i = 0; i <= index; i++) if (isRun(edges[s + 2 + i]!)) return ABSENT;
    return edges[s + 2 + index]!;
  }

  /** Value in a dict by its key's text; ABSENT where there is none. For small dicts: state. */
  entry(dict: Value, key: string): Value {
    if (this.kindOf(dict) !== KIND.dict) return ABSENT;
    const { head, edges } = this.graph;
    for (let s = head[dict]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      const end = s + 2 + (edges[s]! >>> 3);
      for (let i = s + 2; i + 1 < end; i += 2) {
        if (isRun(edges[i]!) || isRun(edges[i + 1]!)) break;
        if (this.graph.readText(edges[i]!) === key) return edges[i + 1]!;
      }
    }
    return ABSENT;
  }

  text(value: Value): string | undefined {
    return this.graph.readText(value);
  }

  integer(value: Value): number | undefined {
    return this.graph.integerOf(value);
  }

  isNone(value: Value): boolean {
    return value === NONE || (this.kindOf(value) === KIND.atom && this.graph.aux[value] === NONE);
  }

  /** Bytes of a bytes, bytearray or string object as they stand in the file. */
  payload(value: Value): number {
    return value < 0 || !isBlob(this.kindOf(value)) ? 0 : this.graph.contents.lengthOf(this.graph.aux[value]!);
  }

  /** The integers of a tuple; undefined where something else is among them. */
  integers(tuple: Value): number[] | undefined {
    const numbers: number[] = [];
    for (let i = 0; i < this.lengthOf(tuple); i++) {
      const number = this.integer(this.item(tuple, i));
      if (number === undefined) return undefined;
      numbers.push(number);
    }
    return this.kindOf(tuple) === KIND.tuple ? numbers : undefined;
  }

  /** Full name of the global that a value is; '' for anything else. */
  globalName(value: Value): string {
    if (this.kindOf(value) !== KIND.global) return '';
    return this.graph.globals.rows[this.graph.aux[value]!]!.full;
  }

  get isNewobj(): boolean {
    return this.made === MADE.newobj || this.made === MADE.newobjEx;
  }

  get hasStringKeys(): boolean {
    return (this.graph.flags[this.node]! & FLAG.stringKeys) !== 0;
  }

  hasOnlyStringKeys(dict: Value): boolean {
    return dict >= 0 && (this.graph.flags[dict]! & FLAG.stringKeys) !== 0;
  }

  /** Pairs were set on the object itself, as on a dict. */
  get hasOwnPairs(): boolean {
    const { head, edges } = this.graph;
    for (let s = head[this.node]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if ((edges[s]! & 7) === SEGMENT.pairs) return true;
    }
    return false;
  }

  /** Items that were appended to the object itself (subclasses of list, deque), and pairs set on it. */
  get ownLength(): number {
    return this.graph.length[this.node]!;
  }
}

function isRun(value: Value): boolean {
  return value < 0 && tagOf(value) === TAG.run && payloadOf(value) >= 0;
}

function isBlob(kind: number): boolean {
  return kind === KIND.bytes || kind === KIND.bytearray || kind === KIND.string;
}
