// The arrays of a model as a tree of their paths: `encoder.layer[3].weight` stands under encoder, layer and [3]. What one
// branch holds is the sum of what is below it.
import type { ArrayRow } from '#artifact/types.ts';
import type { Bytes } from '#base/units.ts';

export interface PathNode {
  /** The step from its parent, with the mark that joins it: "encoder", ".layer", "[3]", "/kernel". */
  readonly name: string;
  readonly path: string;
  bytes: Bytes;
  count: number;
  /** The array that ends here, if one does. */
  row: ArrayRow | null;
  readonly children: Map<string, PathNode>;
}

export function buildPathTree(rows: readonly ArrayRow[]): PathNode {
  const root = newNode('', '');
  for (const row of rows) insert(root, row);
  return root;
}

function newNode(name: string, path: string): PathNode {
  return { name, path, bytes: 0, count: 0, row: null, children: new Map() };
}

function insert(root: PathNode, row: ArrayRow): void {
  const bytes = Number.isNaN(row.bytes) ? 0 : row.bytes;
  let node = root;
  node.bytes += bytes;
  node.count++;
  for (const step of splitPath(row.path)) {
    let child = node.children.get(step);
    if (!child) {
      child = newNode(step, node.path + step);
      node.children.set(step, child);
    }
    child.bytes += bytes;
    child.count++;
    node = child;
  }
  node.row = row;
}

const STEP = /\[(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\]]*)\]|[./]?[^./[\]]+|./gs;
const MOST_STEPS = 64;

export function splitPath(path: string): string[] {
  const steps = path.match(STEP) ?? [];
  return steps.length <= MOST_STEPS ? steps : [...steps.slice(0, MOST_STEPS - 1), steps.slice(MOST_STEPS - 1).join('')];
}

/** Chains of only children are one step: `model` `.encoder` with nothing beside it is `model.encoder`. */
export function skipChain(node: PathNode): { readonly name: string; readonly node: PathNode } {
  let name = node.name;
  let last = node;
  while (last.children.size === 1 && last.row === null) {
    const [only] = last.children.values();
    name += only!.name;
    last = only!;
  }
  return { name, node: last };
}

export function childrenBySize(node: PathNode): PathNode[] {
  return [...node.children.values()].sort((a, b) => b.bytes - a.bytes);
}
