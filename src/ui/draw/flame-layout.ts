// Where the boxes of a flame graph are. Pure: rows of a FlameTree in, rectangles out.
import type { FlameTree } from '#analysis/flame.ts';

export interface FlameLayout {
  readonly tree: FlameTree;
  /** Left edge of each row's box, in bytes from the root's left edge. */
  readonly left: Float64Array;
  /** One past the last row of each row's subtree. */
  readonly end: Int32Array;
  readonly deepest: number;
}

export function layOut(tree: FlameTree): FlameLayout {
  const { length, parent, total, depth } = tree;
  const left = new Float64Array(length);
  // Where the next child of each row begins.
  const next = new Float64Array(length);
  const end = new Int32Array(length);
  let deepest = 0;
  for (let row = 0; row < length; row++) {
    if (row > 0) {
      left[row] = next[parent[row]!]!;
      next[parent[row]!]! += total[row]!;
    }
    next[row] = left[row]!;
    if (depth[row]! > deepest) deepest = depth[row]!;
  }
  for (let row = length - 1; row >= 0; row--) {
    if (end[row] === 0) end[row] = row + 1;
    if (row > 0 && end[parent[row]!]! < end[row]!) end[parent[row]!] = end[row]!;
  }
  return { tree, left, end, deepest };
}

/** A rectangle in CSS pixels; `depth` counts from the root. */
export interface Box {
  /** Row of the tree; for a rest, the row whose children are too narrow to draw. */
  readonly row: number;
  readonly x: number;
  readonly width: number;
  readonly depth: number;
  readonly kind: 'box' | 'ancestor' | 'rest';
}

/**
 * What is wide enough to see when `zoom` fills the width. Siblings stand largest first, so at the first that is too narrow
 * all that follow are too, with all below them: the work is in proportion to what is drawn, not to the tree.
 */
export function visibleBoxes(layout: FlameLayout, zoom: number, width: number, narrowest = 1): Box[] {
  const { tree, left, end } = layout;
  const boxes: Box[] = ancestors(tree, zoom).map((row) => ({
    row,
    x: 0,
    width,
    depth: tree.depth[row]!,
    kind: 'ancestor',
  }));
  const scale = width / tree.total[zoom]!;
  if (!Number.isFinite(scale)) return boxes;
  for (let row = zoom; row < end[zoom]!; ) {
    const wide = tree.total[row]! * scale;
    const x = (left[row]! - left[zoom]!) * scale;
    if (wide >= narrowest || row === zoom) {
      boxes.push({ row, x, width: wide, depth: tree.depth[row]!, kind: 'box' });
      row++;
      continue;
    }
    const parent = tree.parent[row]!;
    const rest = childrenEnd(layout, parent) * scale - left[zoom]! * scale - x;
    if (rest >= narrowest) boxes.push({ row: parent, x, width: rest, depth: tree.depth[row]!, kind: 'rest' });
    row = end[parent]!;
  }
  return boxes;
}

function childrenEnd({ tree, left }: FlameLayout, row: number): number {
  return left[row]! + tree.total[row]! - tree.self[row]!;
}

/** From the root down to the parent of a row. */
export function ancestors(tree: FlameTree, row: number): number[] {
  const path: number[] = [];
  for (let at = tree.parent[row]!; at >= 0; at = tree.parent[at]!) path.push(at);
  return path.reverse();
}

export type Direction = 'deeper' | 'shallower' | 'next' | 'previous';

/** The row that the keyboard moves to, never leaving the subtree of `zoom`; the same row where there is none. */
export function neighbourOf(layout: FlameLayout, row: number, direction: Direction, zoom: number): number {
  const { tree, end } = layout;
  switch (direction) {
    case 'deeper':
      return row + 1 < end[row]! ? row + 1 : row;
    case 'shallower':
      return row === zoom ? row : tree.parent[row]!;
    case 'next': {
      const after = end[row]!;
      return row !== zoom && after < tree.length && tree.parent[after] === tree.parent[row] ? after : row;
    }
    case 'previous': {
      if (row === zoom) return row;
      let before = row;
      for (let at = tree.parent[row]! + 1; at < row; at = end[at]!) before = at;
      return before;
    }
  }
}

/** The row at a point, -1 where there is none. */
export function boxAt(boxes: readonly Box[], x: number, depth: number): number {
  for (const box of boxes) {
    if (box.depth === depth && box.kind !== 'rest' && x >= box.x && x < Math.max(box.x + box.width, box.x + 1))
      return box.row;
  }
  return -1;
}
