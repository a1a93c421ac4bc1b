// The live objects: by class, arrays one by one, and as a tree of sizes.
import type { Bytes } from '#base/units.ts';
import type { ArrayRow, ArrayTable, ClassTable as ClassReport, SizeTree } from '../types.ts';
import type { LoadModel } from './forecast.ts';
import { KIND } from './graph.ts';
import { CERTAINTY } from './load-rule.ts';
import { PathFinder } from './paths.ts';
import { MARK } from './reach.ts';
import { type ClassSum, ClassTally } from './tally.ts';
import { ABSENT, type NodeId } from './values.ts';

const MOST_ROWS = 100;
const TREE_DEPTH = 4;
const TREE_WIDTH = 12;
/** Share of the whole below which a part is no node of its own in the tree. */
const TREE_LEAST = 0.005;

export interface Census {
  readonly classes: ClassReport;
  readonly arrays: ArrayTable;
  readonly tree: SizeTree;
  /** By certainty: bytes of live objects. */
  readonly bytesByCertainty: readonly Bytes[];
  readonly paths: PathFinder;
}

/** `isCoarse`: without paths and the tree, which need a place for every object. */
export function computeCensus(model: LoadModel, rootName: string, isCoarse = false): Census {
  const { graph, marks } = model.size;
  const paths = new PathFinder(model.size, isCoarse ? ABSENT : model.pickle.root, rootName);
  const tally = new ClassTally(model.size);
  const arrays = new ArrayCollector(model, paths);
  for (let node = 0; node < graph.nodeCount; node++) {
    if ((marks[node]! & MARK.live) === 0) continue;
    tally.add(node);
    if (graph.kind[node] === KIND.object) arrays.look(node);
  }
  const sums = tally.sums();
  return {
    classes: classReport(model, sums, paths),
    arrays: arrays.finish(),
    tree: new TreeMaker(model, paths).make(),
    bytesByCertainty: sumByCertainty(model, sums),
    paths,
  };
}

function classReport({ size }: LoadModel, sums: readonly ClassSum[], paths: PathFinder): ClassReport {
  const rows = sums
    .filter(({ count }) => count > 0)
    .map(({ id, count, bytes, example }) => ({
      name: size.classes.names[id]!,
      count,
      bytes,
      known: size.classes.certainties[id] !== CERTAINTY.unknown,
      example: example < 0 ? '' : paths.pathOf(example),
    }))
    .sort((a, b) => b.bytes - a.bytes);
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const bytes = sums.reduce((sum, row) => sum + row.bytes, 0);
  return { rows: rows.slice(0, MOST_ROWS), count, bytes };
}

function sumByCertainty({ size }: LoadModel, sums: readonly ClassSum[]): Bytes[] {
  const byCertainty = [0, 0, 0];
  for (const { id, bytes } of sums) byCertainty[size.classes.certainties[id]!]! += bytes;
  return byCertainty;
}

/** Keeps the largest rows as it goes: there may be millions. */
class ArrayCollector {
  readonly #model: LoadModel;
  readonly #paths: PathFinder;
  #kept: { readonly node: NodeId; readonly type: string; readonly shape: readonly number[]; readonly bytes: Bytes }[] =
    [];
  readonly #byType = new Map<string, { type: string; count: number; bytes: Bytes }>();
  #count = 0;
  #bytes = 0;

  constructor(model: LoadModel, paths: PathFinder) {
    this.#model = model;
    this.#paths = paths;
  }

  look(node: NodeId): void {
    const { classes } = this.#model.size;
    const rule = classes.ruleOf(node);
    const facts = rule.array?.(classes.view.at(node));
    if (!facts) return;
    this.#count++;
    this.#bytes += facts.bytes;
    const sum = this.#byType.get(facts.type) ?? { type: facts.type, count: 0, bytes: 0 };
    this.#byType.set(facts.type, { type: facts.type, count: sum.count + 1, bytes: sum.bytes + facts.bytes });
    this.#kept.push({ node, ...facts });
    if (this.#kept.length >= MOST_ROWS * 10) this.#cut();
  }

  #cut(): void {
    this.#kept = this.#kept.sort((a, b) => b.bytes - a.bytes).slice(0, MOST_ROWS);
  }

  finish(): ArrayTable {
    this.#cut();
    const rows = this.#kept.map(
      ({ node, type, shape, bytes }): ArrayRow => ({
        path: this.#paths.pathOf(node),
        type,
        shape,
        bytes,
        storedBytes: bytes,
      }),
    );
    const byType = [...this.#byType.values()].sort((a, b) => b.bytes - a.bytes);
    return { rows, count: this.#count, bytes: this.#bytes, byType };
  }
}

class TreeMaker {
  readonly #model: LoadModel;
  readonly #paths: PathFinder;
  readonly #children = new Map<NodeId, NodeId[]>();
  readonly #least: Bytes;

  constructor(model: LoadModel, paths: PathFinder) {
    this.#model = model;
    this.#paths = paths;
    paths.sumUp();
    this.#least = paths.reached > 0 ? paths.bytesOf(paths.order[0]!) * TREE_LEAST : 0;
    this.#collect();
  }

  /** Only parts that are large enough to be shown, and near enough to the root. */
  #collect(): void {
    const { order, reached } = this.#paths;
    const depths = new Map<NodeId, number>([[order[0]!, 0]]);
    for (let i = 1; i < reached; i++) {
      const node = order[i]!;
      if (this.#paths.bytesOf(node) < this.#least) continue;
      const parent = this.#paths.parentOf(node);
      const depth = (depths.get(parent) ?? TREE_DEPTH) + 1;
      if (depth > TREE_DEPTH) continue;
      depths.set(node, depth);
      const siblings = this.#children.get(parent);
      if (siblings) siblings.push(node);
      else this.#children.set(parent, [node]);
    }
  }

  make(): SizeTree {
    if (this.#paths.reached === 0) return { path: '', className: '', bytes: 0, children: [] };
    return this.#node(this.#paths.order[0]!, 0);
  }

  #node(node: NodeId, depth: number): SizeTree {
    const { names } = this.#model.size.classes;
    const bytes = this.#paths.bytesOf(node);
    const children = depth === TREE_DEPTH ? [] : this.#largest(node).map((child) => this.#node(child, depth + 1));
    const className = names[this.#model.size.classes.classOf(node)]!;
    return { path: this.#paths.pathOf(node), className, bytes, children };
  }

  #largest(node: NodeId): NodeId[] {
    const all = this.#children.get(node) ?? [];
    return all.sort((a, b) => this.#paths.bytesOf(b) - this.#paths.bytesOf(a)).slice(0, TREE_WIDTH);
  }
}
