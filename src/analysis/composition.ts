// What a peak consisted of. Each row is measured by its own means; what they leave is unexplained, with its sign.
import type { Bytes } from '#base/units.ts';
import { PRIVATE_ROWS, type PrivateAccount } from './account.ts';
import type { Overview } from './overview.ts';

/**
 * Rows of private memory are those of PrivateAccount. Where no account is to be had, 'live' is what lines hold (with
 * 'inherited', alive in the parent at the fork) and the allocators' own memory stays unexplained. 'untraced': private memory
 * of processes of a tree that no agent was in.
 */
export type CompositionRow =
  | keyof PrivateAccount
  | 'live'
  | 'inherited'
  | 'untraced'
  | 'files'
  | 'shared'
  | 'unexplained';

export interface CompositionPart {
  readonly id: CompositionRow;
  readonly bytes: Bytes;
}

export interface Composition {
  /** The peak: what the parts add up to. */
  readonly total: Bytes;
  readonly parts: readonly CompositionPart[];
  /** False: no agent told what private memory was for. */
  readonly accounted: boolean;
  /** Of the parts, told from how memory changed between two looks: so much may stand in a neighbouring row. */
  readonly between: Bytes;
  /** No part of the sum: asked for and never touched, and address space of mapped files. */
  readonly untouched: Bytes;
  readonly mappedFiles: Bytes;
}

/** null where nothing was measured. */
export function computeComposition(overview: Overview): Composition | null {
  const { peak, account } = overview;
  if (!peak) return null;
  const parts = [...(account ? accountedParts(account) : liveParts(overview)), ...kernelParts(overview)];
  const known = parts.reduce((sum, part) => sum + part.bytes, 0);
  parts.push({ id: 'unexplained', bytes: peak.bytes - known });
  return {
    total: peak.bytes,
    parts,
    accounted: account !== null,
    between: overview.accountBetween,
    untouched: overview.untouched,
    mappedFiles: overview.families.mappedFile,
  };
}

function accountedParts(account: PrivateAccount): CompositionPart[] {
  return PRIVATE_ROWS.map((id) => ({ id, bytes: account[id] }));
}

function liveParts({ heap, inherited }: Overview): CompositionPart[] {
  const parts: CompositionPart[] = [];
  if (heap) parts.push({ id: 'live', bytes: heap.bytes });
  if (inherited > 0) parts.push({ id: 'inherited', bytes: inherited });
  return parts;
}

function kernelParts({ kernelParts: kernel, account, sharedMapped, tree }: Overview): CompositionPart[] {
  if (tree) {
    return [
      { id: 'untraced', bytes: tree.untraced },
      { id: 'files', bytes: tree.files },
      { id: 'shared', bytes: tree.shared },
    ];
  }
  const parts: CompositionPart[] = [];
  if (kernel && !Number.isNaN(kernel.file)) parts.push({ id: 'files', bytes: kernel.file });
  // Where lines hold shared mappings they are among what is alive.
  const alive = account ? 0 : sharedMapped;
  if (kernel && !Number.isNaN(kernel.shmem)) parts.push({ id: 'shared', bytes: Math.max(0, kernel.shmem - alive) });
  return parts;
}
