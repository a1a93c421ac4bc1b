// The tree behind a flame graph: bytes by call path, from the outermost call down, or inverted from the allocating line up.
import { F64Column, I32Column } from '#base/columns.ts';
import type { IndexIntoMoments, Profile } from '#profile/types.ts';
import { isHeap, isLiveMemory, residentOf } from './domains.ts';

/**
 * Nodes in depth-first order, row 0 the root, siblings by total, largest first: so a node's box begins where the boxes of
 * its earlier siblings end. total = self + totals of the children, exactly up to rounding.
 */
export interface FlameTree {
  readonly length: number;
  /** Row of the parent, -1 for the root. */
  readonly parent: Int32Array;
  /** Row of FrameTable; -1 for the root, NATIVE_FRAME for allocations without any stack. */
  readonly frame: Int32Array;
  readonly depth: Int32Array;
  readonly self: Float64Array;
  readonly total: Float64Array;
}

export const NATIVE_FRAME = -2;

/** Live bytes by stack row (last entry: no Python stack) at a moment. */
export function liveByStack(profile: Profile, moment: IndexIntoMoments, process?: number): Float64Array {
  const { live } = profile;
  const bytes = new Float64Array(profile.stacks.length + 1);
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || !isLiveMemory(live.domain[row]!)) continue;
    if (process !== undefined && live.process[row] !== process) continue;
    bytes[slotOf(live.stack[row]!, bytes)]! += residentOf(live, row);
  }
  return bytes;
}

/** Heap bytes allocated over the run by stack row (last entry: no Python stack). */
export function allocatedByStack(profile: Profile, process?: number): Float64Array {
  const { churn } = profile;
  const bytes = new Float64Array(profile.stacks.length + 1);
  for (let row = 0; row < churn.length; row++) {
    if (!isHeap(churn.domain[row]!) || (process !== undefined && churn.process[row] !== process)) continue;
    bytes[slotOf(churn.stack[row]!, bytes)]! += churn.allocated[row]!;
  }
  return bytes;
}

function slotOf(stack: number, bytes: Float64Array): number {
  return stack < 0 ? bytes.length - 1 : stack;
}

/** `bytes` as liveByStack gives it. Paths without bytes are left out. */
export function computeFlameTree(profile: Profile, bytes: Float64Array, inverted: boolean): FlameTree {
  const loose = new LooseTree();
  const { stacks } = profile;
  const native = bytes[bytes.length - 1]!;
  if (native > 0) loose.addSelf(loose.child(0, NATIVE_FRAME), native);
  if (inverted) addInverted(loose, profile, bytes);
  else addDownwards(loose, stacks.parent, stacks.frame, bytes);
  return loose.finish();
}

function addDownwards(loose: LooseTree, parent: Int32Array, frame: Int32Array, bytes: Float64Array): void {
  // Parents come first, so backwards marks what is needed and forwards makes the nodes.
  const needed = new Uint8Array(parent.length);
  for (let row = parent.length - 1; row >= 0; row--) {
    if (bytes[row]! > 0) needed[row] = 1;
    if (needed[row] === 1 && parent[row]! >= 0) needed[parent[row]!] = 1;
  }
  const node = new Int32Array(parent.length);
  for (let row = 0; row < parent.length; row++) {
    if (needed[row] === 0) continue;
    node[row] = loose.child(parent[row]! < 0 ? 0 : node[parent[row]!]!, frame[row]!);
    loose.addSelf(node[row]!, bytes[row]!);
  }
}

function addInverted(loose: LooseTree, profile: Profile, bytes: Float64Array): void {
  const { stacks } = profile;
  for (let row = 0; row < stacks.length; row++) {
    if (!(bytes[row]! > 0)) continue;
    let node = 0;
    for (let at = row; at >= 0; at = stacks.parent[at]!) node = loose.child(node, stacks.frame[at]!);
    loose.addSelf(node, bytes[row]!);
  }
}

// Nodes in the order of their making; finish() sorts them into the order that FlameTree promises.
class LooseTree {
  readonly #index = new Map<number, number>();
  readonly #parent = new I32Column();
  readonly #frame = new I32Column();
  readonly #self = new F64Column();

  constructor() {
    this.#parent.push(-1);
    this.#frame.push(-1);
    this.#self.push(0);
  }

  child(parent: number, frame: number): number {
    const key = parent * 2 ** 26 + (frame + 2);
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#parent.push(parent);
    this.#frame.push(frame);
    const node = this.#self.push(0);
    this.#index.set(key, node);
    return node;
  }

  addSelf(node: number, bytes: number): void {
    this.#self.add(node, bytes);
  }

  finish(): FlameTree {
    const parent = this.#parent.finish();
    const self = this.#self.finish();
    const length = parent.length;
    const total = self.slice();
    for (let node = length - 1; node > 0; node--) total[parent[node]!]! += total[node]!;
    const order = depthFirst(parent, total);
    const newRow = new Int32Array(length);
    for (let row = 0; row < length; row++) newRow[order[row]!] = row;
    const frame = this.#frame.finish();
    const depth = new Int32Array(length);
    const sortedParent = new Int32Array(length).fill(-1);
    for (let row = 1; row < length; row++) {
      const above = newRow[parent[order[row]!]!]!;
      sortedParent[row] = above;
      depth[row] = depth[above]! + 1;
    }
    return {
      length,
      parent: sortedParent,
      frame: frame.map((_, row) => frame[order[row]!]!),
      depth,
      self: self.map((_, row) => self[order[row]!]!),
      total: total.map((_, row) => total[order[row]!]!),
    };
  }
}

function depthFirst(parent: Int32Array, total: Float64Array): Int32Array {
  const children: number[][] = Array.from(parent, () => []);
  for (let node = 1; node < parent.length; node++) children[parent[node]!]!.push(node);
  const order = new Int32Array(parent.length);
  const pending = [0];
  for (let row = 0; pending.length > 0; row++) {
    const node = pending.pop()!;
    order[row] = node;
    // The stack is last in, first out: the largest child must be pushed last.
    for (const child of children[node]!.sort((a, b) => total[a]! - total[b]! || b - a)) pending.push(child);
  }
  return order;
}
