// How each live object is reached from the root: the shortest way, one step back for each node, and its words:
// `model.trees[3].root.stats["x17"]`. Sizes along these ways add up to a tree in which every byte is once.
import type { Bytes } from '#base/units.ts';
import { KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import { type LoadEffects, REFERENCE } from './load-effects.ts';
import { ObjectView } from './object-view.ts';
import { MARK } from './reach.ts';
import { type SizeModel, shapeOf } from './tally.ts';
import { type NodeId, payloadOf, TAG, tagOf, type Value } from './values.ts';

const NO_PARENT = -1;
const NOT_REACHED = -2;
/** A path through a list of a million links is cut at its front. */
const MOST_STEPS = 40;
const LONGEST_KEY = 40;

export class PathFinder {
  /** Nodes in the order in which they are reached, nearest first; until somebody walks over the graph again. */
  readonly order: Int32Array;
  reached = 0;
  /** By node: its parent plus two; 0 where it is not reached. */
  readonly #parents: Int32Array;
  /** By node through which others are reached: bytes of it and of those. */
  readonly #sums: Float64Array;
  readonly #model: SizeModel;
  readonly #graph: PickleGraph;
  readonly #effects: LoadEffects;
  readonly #view: ObjectView;
  readonly #root: string;

  constructor(model: SizeModel, root: Value, rootName: string) {
    const { graph, effects } = model;
    this.#model = model;
    this.#graph = graph;
    this.#effects = effects;
    this.#root = rootName;
    this.#view = new ObjectView(graph);
    // Nobody walks over the graph while paths are followed.
    effects.openNodes.reserve(graph.nodeCount);
    this.order = effects.openNodes.values;
    this.#parents = new Int32Array(graph.nodeCount);
    this.#sums = effects.takeSums();
    this.#reach(root, NO_PARENT);
    this.#spread();
  }

  /** Nearest first. Hot: every live object and every reference to one. */
  #spread(): void {
    const { kind } = this.#graph;
    for (let next = 0; next < this.reached; next++) {
      const node = this.order[next]!;
      if (kind[node] !== KIND.object) this.#reachItems(node, node);
      else this.#reachReferences(node);
    }
  }

  #reachReferences(object: NodeId): void {
    const at = this.#effects.referencesOf(object);
    const { words } = this.#effects;
    const end = at + 1 + words[at]!;
    for (let i = at + 1; i < end; i++) {
      const node = words[i]! >> 2;
      const reference = words[i]! & 3;
      if (reference === REFERENCE.keep) this.#reach(node, object);
      else if (reference === REFERENCE.adopt) this.#reachItems(node, object);
      else this.#reachAttributes(node, object);
    }
  }

  #reach(value: Value, from: NodeId): void {
    if (value < 0 || this.#parents[value] !== 0) return;
    this.#parents[value] = from + 2;
    this.order[this.reached++] = value;
  }

  #reachItems(container: NodeId, from: NodeId): void {
    const { head, edges } = this.#graph;
    const parents = this.#parents;
    for (let s = head[container]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if ((edges[s]! & 7) > SEGMENT.pairs) continue;
      const end = s + 2 + (edges[s]! >>> 3);
      for (let i = s + 2; i < end; i++) {
        const value = edges[i]!;
        if (value < 0 || parents[value] !== 0) continue;
        parents[value] = from + 2;
        this.order[this.reached++] = value;
      }
    }
  }

  /** Values only: the name of an attribute is no part that a path leads to. */
  #reachAttributes(dict: NodeId, from: NodeId): void {
    const { head, edges } = this.#graph;
    for (let s = head[dict]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      const end = s + 2 + (edges[s]! >>> 3);
      for (let i = s + 3; i < end; i += 2) this.#reach(edges[i]!, from);
    }
  }

  /** NO_PARENT of the root, and NOT_REACHED. */
  parentOf(node: NodeId): NodeId {
    return this.#parents[node]! - 2;
  }

  /** '' for a node that is not reached. */
  pathOf(node: NodeId): string {
    if (this.parentOf(node) === NOT_REACHED) return '';
    const steps: string[] = [];
    let at = node;
    for (; this.parentOf(at) >= 0 && steps.length < MOST_STEPS; at = this.parentOf(at)) {
      steps.push(this.#step(this.parentOf(at), at));
    }
    return `${this.parentOf(at) >= 0 ? '…' : this.#root}${steps.reverse().join('')}`;
  }

  #step(parent: NodeId, child: NodeId): string {
    if (this.#graph.kind[parent] !== KIND.object) return this.#stepInto(parent, child) ?? '';
    const view = this.#view.at(parent);
    const { state } = view;
    const slots = view.item(state, 1);
    return (
      this.#attribute(state, child) ??
      this.#attribute(slots, child) ??
      this.#attribute(view.item(state, 0), child) ??
      this.#stepInto(parent, child) ??
      ''
    );
  }

  #attribute(dict: Value, child: NodeId): string | undefined {
    if (dict < 0 || this.#graph.kind[dict] !== KIND.dict) return undefined;
    const key = this.#keyOf(dict, child);
    const name = key === undefined ? undefined : this.#graph.readText(key);
    return name === undefined ? undefined : `.${name}`;
  }

  #stepInto(container: NodeId, child: NodeId): string | undefined {
    const key = this.#keyOf(container, child);
    if (key !== undefined) return `[${this.#formatKey(key)}]`;
    const index = this.#indexOf(container, child);
    return index === undefined ? undefined : `[${index}]`;
  }

  /** The key whose value the child is; of a child that is a key itself, that key. */
  #keyOf(container: NodeId, child: NodeId): Value | undefined {
    const { head, edges, runs } = this.#graph;
    for (let s = head[container]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if ((edges[s]! & 7) !== SEGMENT.pairs) continue;
      const end = s + 2 + (edges[s]! >>> 3);
      let position = 0;
      for (let i = s + 2; i < end; i++) {
        const value = edges[i]!;
        if (value === child) return position % 2 === 1 ? edges[i - 1]! : value;
        position += value < 0 && tagOf(value) === TAG.run ? runs.valuesOf(payloadOf(value)) : 1;
      }
    }
    return undefined;
  }

  #indexOf(container: NodeId, child: NodeId): number | undefined {
    const { head, edges, runs, length } = this.#graph;
    let after = 0;
    for (let s = head[container]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if ((edges[s]! & 7) !== SEGMENT.items) continue;
      let found = -1;
      let position = 0;
      const end = s + 2 + (edges[s]! >>> 3);
      for (let i = s + 2; i < end; i++) {
        const value = edges[i]!;
        if (value === child && found < 0) found = position;
        position += value < 0 && tagOf(value) === TAG.run ? runs.valuesOf(payloadOf(value)) : 1;
      }
      after += position;
      if (found >= 0) return length[container]! - after + found;
    }
    return undefined;
  }

  #formatKey(key: Value): string {
    const graph = this.#graph;
    const text = graph.readText(key);
    if (text !== undefined) return JSON.stringify(text.length > LONGEST_KEY ? `${text.slice(0, LONGEST_KEY)}…` : text);
    const number = graph.integerOf(key);
    if (number !== undefined) return String(number);
    if (key < 0 && tagOf(key) === TAG.float) return String(graph.floats.valueOf(payloadOf(key)));
    return '…';
  }

  /** Reckons for each node the bytes of all that is reached through it: see bytesOf. */
  sumUp(): void {
    for (let i = this.reached - 1; i >= 0; i--) {
      const node = this.order[i]!;
      const below = this.#sums[node]!;
      const own = this.#costOf(node);
      if (below > 0) this.#sums[node] = own + below;
      const parent = this.parentOf(node);
      if (parent >= 0) this.#sums[parent]! += own + below;
    }
  }

  /** Of a node and of what is reached through it. */
  bytesOf(node: NodeId): Bytes {
    return this.#sums[node]! || this.#costOf(node);
  }

  #costOf(node: NodeId): Bytes {
    if ((this.#model.marks[node]! & MARK.live) === 0) return 0;
    const shape = shapeOf(this.#model, node);
    return this.#model.effects.shapes.cost[shape]!;
  }
}
