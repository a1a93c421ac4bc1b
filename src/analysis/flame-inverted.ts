// The inverted flame tree of a large profile. Turned upside down, almost every stack is a path of its own, so the whole
// tree can have a hundred times as many nodes as there are stacks; this one leaves out what is too small to be seen.
import { F64Column, I32Column } from '#base/columns.ts';
import type { Bytes } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { type FlameTree, NATIVE_FRAME } from './flame.ts';

/**
 * Rows as FlameTree promises, from the allocating frame up to the outermost call. Nodes below `smallest` bytes are left
 * out, with all above them: then a node's total is more than its self and its children together.
 * `bytes` is as liveByStack gives it.
 */
export function computeInvertedTree(profile: Profile, bytes: Float64Array, smallest: Bytes): FlameTree {
  const { stacks } = profile;
  const tree = new GrowingTree();
  const all: number[] = [];
  let total = 0;
  for (let stack = 0; stack < stacks.length; stack++) {
    if (!(bytes[stack]! > 0)) continue;
    all.push(stack);
    total += bytes[stack]!;
  }
  const native = bytes[bytes.length - 1]!;
  tree.add(-1, -1, 0, 0, total + native);
  const pending = groupByFrame(profile, bytes, { row: 0, depth: 0, own: all, at: all }, smallest);
  if (native > 0)
    pending.push({ frame: NATIVE_FRAME, parent: 0, depth: 1, total: native, self: native, own: [], at: [] });
  // Last in, first out: the largest must be pushed last.
  pending.sort((a, b) => a.total - b.total);
  for (let node = pending.pop(); node; node = pending.pop()) {
    const row = tree.add(node.parent, node.frame, node.depth, node.self, node.total);
    const above = groupByFrame(profile, bytes, { row, depth: node.depth, own: node.own, at: node.at }, smallest);
    for (const child of above.sort((a, b) => a.total - b.total)) pending.push(child);
  }
  return tree.finish();
}

/** Stacks that share a path from their inner end: the stacks themselves, and how far out each has been followed. */
interface Group {
  readonly own: readonly number[];
  /** Rows of StackTable, one for each of `own`. */
  readonly at: readonly number[];
}

interface PendingNode extends Group {
  readonly frame: number;
  readonly parent: number;
  readonly depth: number;
  readonly total: Bytes;
  readonly self: Bytes;
}

function groupByFrame(
  { stacks }: Profile,
  bytes: Float64Array,
  { row, depth, own, at }: Group & { readonly row: number; readonly depth: number },
  smallest: Bytes,
): PendingNode[] {
  const groups = new Map<number, { own: number[]; at: number[]; total: Bytes; self: Bytes }>();
  for (let i = 0; i < own.length; i++) {
    const frame = stacks.frame[at[i]!]!;
    let group = groups.get(frame);
    if (!group) {
      group = { own: [], at: [], total: 0, self: 0 };
      groups.set(frame, group);
    }
    const size = bytes[own[i]!]!;
    const out = stacks.parent[at[i]!]!;
    group.total += size;
    if (out < 0) group.self += size;
    else {
      group.own.push(own[i]!);
      group.at.push(out);
    }
  }
  const nodes: PendingNode[] = [];
  for (const [frame, group] of groups) {
    if (group.total >= smallest) nodes.push({ frame, parent: row, depth: depth + 1, ...group });
  }
  return nodes;
}

class GrowingTree {
  readonly #parent = new I32Column();
  readonly #frame = new I32Column();
  readonly #depth = new I32Column();
  readonly #self = new F64Column();
  readonly #total = new F64Column();

  add(parent: number, frame: number, depth: number, self: Bytes, total: Bytes): number {
    this.#frame.push(frame);
    this.#depth.push(depth);
    this.#self.push(self);
    this.#total.push(total);
    return this.#parent.push(parent);
  }

  finish(): FlameTree {
    return {
      length: this.#parent.length,
      parent: this.#parent.finish(),
      frame: this.#frame.finish(),
      depth: this.#depth.finish(),
      self: this.#self.finish(),
      total: this.#total.finish(),
    };
  }
}
