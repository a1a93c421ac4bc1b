// What a peak consisted of. Each row is measured by its own means; what they leave is unexplained, with its sign.
import type { Bytes } from '#base/units.ts';
import { PRIVATE_ROWS, type PrivateAccount } from './account.ts';
import type { Requested, RequestedRow } from './account-requested.ts';
import type { Estimate } from './interval.ts';
import type { FileOwner } from './mapped-files.ts';
import type { Overview } from './overview.ts';
import type { TreeAccount } from './tree-account.ts';

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
  /** Resident; of several processes, their shares of it. */
  readonly bytes: Bytes;
  /** What the program asked for, touched or not; null where that is not known, or nobody asked. */
  readonly requested: Estimate | null;
  /** Address space that is set aside, with memory behind it or not; of several processes, that of each added up. NaN where not known. */
  readonly reserved: Bytes;
}

export interface Composition {
  /** The peak: what the parts add up to. */
  readonly total: Bytes;
  readonly parts: readonly CompositionPart[];
  /** False: no agent told what private memory was for. */
  readonly accounted: boolean;
  /** Of the parts, told from how memory changed between two looks: so much may stand in a neighbouring row. */
  readonly between: Bytes;
  /** No part of the sum, of all processes: asked for and never touched, and address space of mapped files. */
  readonly untouched: Bytes;
  readonly mappedFiles: Bytes;
}

/** null where nothing was measured. */
export function computeComposition(overview: Overview): Composition | null {
  const { peak, account } = overview;
  if (!peak) return null;
  const own = account ? accountedParts(account, overview.reserved, overview.requested) : liveParts(overview);
  const parts = [...own, ...kernelParts(overview)];
  const known = parts.reduce((sum, part) => sum + part.bytes, 0);
  parts.push(plainPart('unexplained', peak.bytes - known));
  return {
    total: peak.bytes,
    parts,
    accounted: account !== null,
    between: overview.accountBetween,
    untouched: overview.untouched,
    mappedFiles: overview.families.mappedFile,
  };
}

export function plainPart(id: CompositionRow, bytes: Bytes): CompositionPart {
  return { id, bytes, requested: null, reserved: Number.NaN };
}

export function accountedParts(
  account: PrivateAccount,
  reserved: PrivateAccount | null,
  requested: Requested | null = null,
): CompositionPart[] {
  return PRIVATE_ROWS.map((id) => {
    const part = { ...plainPart(id, account[id]), reserved: reserved?.[id] ?? Number.NaN };
    return requested && id in requested ? withRequested(part, requested[id as RequestedRow]) : part;
  });
}

/** Address space of mappings is that of the last look, and what allocators have set aside bounds what was asked of them. */
function withRequested(part: CompositionPart, asked: Estimate): CompositionPart {
  const { id, reserved } = part;
  if (Number.isNaN(reserved)) return { ...part, requested: asked };
  if (id === 'mapped') return { ...part, requested: asked, reserved: Math.max(reserved, asked.bytes) };
  const [bytes, low, high] = [asked.bytes, asked.low, asked.high].map((size) => Math.min(size, reserved));
  return { ...part, requested: { ...asked, bytes: bytes!, low: low!, high: high! } };
}

function liveParts({ heap, inherited }: Overview): CompositionPart[] {
  const parts: CompositionPart[] = [];
  if (heap) parts.push(plainPart('live', heap.bytes));
  if (inherited > 0) parts.push(plainPart('inherited', inherited));
  return parts;
}

function kernelParts(overview: Overview): CompositionPart[] {
  const { kernelParts: kernel, account, sharedMapped, tree, files } = overview;
  const requested = account ? overview.requested : null;
  const space = {
    // A mapping of shared memory by its file is asked for as one of a file.
    files: spaceOf(files?.rows, files && files.shared.length > 0 ? undefined : requested?.files),
    shared: spaceOf(files?.shared, requested?.shared),
  };
  if (tree) return treeParts(tree).map((part) => (part.id in space ? { ...part, ...space[part.id as 'files'] } : part));
  const parts: CompositionPart[] = [];
  if (kernel && !Number.isNaN(kernel.file)) {
    parts.push({ ...plainPart('files', kernel.file), ...space.files });
  }
  // Where lines hold shared mappings they are among what is alive.
  const alive = account ? 0 : sharedMapped;
  if (kernel && !Number.isNaN(kernel.shmem)) {
    const bytes = Math.max(0, kernel.shmem - alive);
    parts.push({ ...plainPart('shared', bytes), ...space.shared });
  }
  return parts;
}

export function treeParts({ untraced, files, shared }: TreeAccount): CompositionPart[] {
  return [plainPart('untraced', untraced), plainPart('files', files), plainPart('shared', shared)];
}

/** Of mapped files and shared memory: what the program mapped itself, and all address space of them. */
function spaceOf(owners: readonly FileOwner[] | undefined, requested: Estimate | undefined) {
  const reserved = owners?.reduce((sum, owner) => sum + owner.reserved, 0) ?? Number.NaN;
  return { requested: requested && requested.bytes > 0 ? requested : null, reserved };
}
