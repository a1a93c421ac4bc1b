// What a model holds as a tree of boxes: arrays by path, and beside them objects by class. Small ones of a branch are one box.
import type { ArtifactReport, SizeTree } from '#artifact/types.ts';
import { formatCount } from '#base/format.ts';
import { buildPathTree, childrenBySize, type PathNode, skipChain } from './path-tree.ts';
import { plainLine } from './plain-text.ts';
import type { MapNode } from './treemap.ts';

const MOST_BOXES = 60;
const LEAST_SHARE = 0.002;

export function mapOf({ arrays, classes, tree: objectTree }: ArtifactReport): MapNode {
  if (objectTree && objectTree.bytes > 0)
    return { name: '', bytes: objectTree.bytes, children: [ofObject(objectTree, '')] };
  const tree = buildPathTree(arrays.rows);
  const branches: MapNode[] = [...toNode(tree, tree.bytes, '').children];
  // Arrays are among the classes of a pickle, too: what they hold is shown once, by path.
  const objects = classes.rows.filter(({ name }) => !/(?:^|\.)(?:ndarray|Tensor|Parameter)$/.test(name));
  const bytes = objects.reduce((sum, row) => sum + row.bytes, 0);
  if (bytes > 0) branches.push({ name: 'objects by class', bytes, children: limit(objects.map(leafOfClass), bytes) });
  return { name: '', bytes: tree.bytes + bytes, children: branches };
}

/** What an object holds beyond its parts is a box without a name beside them. */
function ofObject({ path, className, bytes, children }: SizeTree, parent: string): MapNode {
  const step = path.startsWith(parent) && parent !== '' ? path.slice(parent.length).replace(/^\./, '') : path;
  const inner = children.map((child) => ofObject(child, path === '' ? parent : path));
  const name = step === '' ? plainLine(className) || 'others' : `${plainLine(step)} ${plainLine(className)}`;
  return { name, bytes, children: limit(inner, bytes) };
}

function leafOfClass({ name, count, bytes }: ArtifactReport['classes']['rows'][number]): MapNode {
  return { name: `${plainLine(name)} x ${formatCount(count)}`, bytes, children: [] };
}

function toNode(node: PathNode, total: number, label: string): MapNode {
  const children = childrenBySize(node).map((child) => {
    const { name, node: last } = skipChain(child);
    return toNode(last, total, plainLine(name.replace(/^[./]/, '')));
  });
  return { name: label, bytes: node.bytes, children: limit(children, total) };
}

function limit(nodes: readonly MapNode[], total: number): MapNode[] {
  const sorted = [...nodes].sort((a, b) => b.bytes - a.bytes);
  const shown = sorted.slice(0, MOST_BOXES).filter(({ bytes }) => bytes >= total * LEAST_SHARE);
  const rest = sorted.slice(shown.length);
  const bytes = rest.reduce((sum, node) => sum + node.bytes, 0);
  return bytes > 0 ? [...shown, { name: `${formatCount(rest.length)} more`, bytes, children: [] }] : shown;
}
