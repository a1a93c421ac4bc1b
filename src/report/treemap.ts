// A squarified treemap: rectangles whose areas are in proportion to their bytes, as near to squares as they can be, each
// branch inside of its parent's (Bruls, Huizing, van Wijk 2000).
import type { Bytes } from '#base/units.ts';

export interface MapNode {
  readonly name: string;
  readonly bytes: Bytes;
  readonly children: readonly MapNode[];
}

export interface MapBox {
  readonly node: MapNode;
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes with less room than this stay closed. */
const LEAST_SIDE = 14;
/** Room for the name of a branch above its children. */
export const HEAD = 15;
const MOST_DEPTH = 8;

export function layOutTreemap(root: MapNode, width: number, height: number): MapBox[] {
  const boxes: MapBox[] = [];
  place(root.children, { x: 0, y: 0, width, height }, 0, boxes);
  return boxes;
}

function place(nodes: readonly MapNode[], area: Area, depth: number, out: MapBox[]): void {
  const sorted = nodes.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const total = sorted.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total === 0 || depth > MOST_DEPTH) return;
  const scale = (area.width * area.height) / total;
  let left = area;
  for (let from = 0; from < sorted.length; ) {
    const side = Math.min(left.width, left.height);
    if (side < 1) return;
    const count = rowLength(sorted, from, side, scale);
    left = placeRow({ nodes: sorted.slice(from, from + count), area: left, scale, depth }, out);
    from += count;
  }
}

/** As many as make the worst of the row squarer than one fewer would. */
function rowLength(nodes: readonly MapNode[], from: number, side: number, scale: number): number {
  let sum = 0;
  let worst = Number.POSITIVE_INFINITY;
  const largest = nodes[from]!.bytes * scale;
  for (let i = from; i < nodes.length; i++) {
    const area = nodes[i]!.bytes * scale;
    const total = sum + area;
    const ratio = Math.max((side * side * largest) / (total * total), (total * total) / (side * side * area));
    if (ratio > worst) return i - from;
    worst = ratio;
    sum = total;
  }
  return nodes.length - from;
}

interface Row {
  readonly nodes: readonly MapNode[];
  readonly area: Area;
  readonly scale: number;
  readonly depth: number;
}

/** Along the shorter side; gives the area that is left. */
function placeRow({ nodes, area, scale, depth }: Row, out: MapBox[]): Area {
  const { x, y, width, height } = area;
  const total = nodes.reduce((sum, { bytes }) => sum + bytes, 0) * scale;
  const isColumn = width >= height;
  const thickness = total / (isColumn ? height : width);
  let at = 0;
  for (const node of nodes) {
    const length = (node.bytes * scale) / thickness;
    const box = isColumn
      ? { x, y: y + at, width: thickness, height: length }
      : { x: x + at, y, width: length, height: thickness };
    addBox(node, box, depth, out);
    at += length;
  }
  return isColumn
    ? { x: x + thickness, y, width: width - thickness, height }
    : { x, y: y + thickness, width, height: height - thickness };
}

function addBox(node: MapNode, box: Area, depth: number, out: MapBox[]): void {
  out.push({ node, depth, ...box });
  if (node.children.length === 0 || box.width < 2 * LEAST_SIDE || box.height < HEAD + LEAST_SIDE) return;
  const inner = { x: box.x + 2, y: box.y + HEAD, width: box.width - 4, height: box.height - HEAD - 2 };
  place(node.children, inner, depth + 1, out);
}
