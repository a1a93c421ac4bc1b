// Which boxes a search finds, and how much they hold together.
import type { FlameTree } from '#analysis/flame.ts';

export interface FlameMatches {
  /** 1 for each row of the tree that matches. */
  readonly rows: Uint8Array;
  readonly count: number;
  /** Bytes in matching boxes; one inside another is not counted again. */
  readonly total: number;
}

/** `matches` is asked once for each distinct frame. */
export function searchTree(tree: FlameTree, matches: (frame: number) => boolean): FlameMatches {
  const rows = new Uint8Array(tree.length);
  const inside = new Uint8Array(tree.length);
  const known = new Map<number, boolean>();
  let count = 0;
  let total = 0;
  for (let row = 1; row < tree.length; row++) {
    const frame = tree.frame[row]!;
    let hit = known.get(frame);
    if (hit === undefined) {
      hit = matches(frame);
      known.set(frame, hit);
    }
    const within = inside[tree.parent[row]!] === 1;
    inside[row] = hit || within ? 1 : 0;
    if (!hit) continue;
    rows[row] = 1;
    count++;
    if (!within) total += tree.total[row]!;
  }
  return { rows, count, total };
}
