// Whose code a box of the flame graph is, by name and colour.
import { NATIVE_FRAME } from '#analysis/flame.ts';
import { OWNER, type Ownership } from '#analysis/ownership.ts';

export interface OwnerKind {
  readonly title: string;
  readonly color: string;
}

/** Indexed by OWNER. */
export const OWNER_KINDS: readonly OwnerKind[] = [
  { title: 'your code', color: '--owner-user' },
  { title: 'libraries', color: '--owner-library' },
  { title: 'standard library', color: '--owner-standard' },
  { title: 'import system', color: '--owner-import' },
  { title: 'native code', color: '--owner-native' },
];

export function ownerOf(ownership: Ownership, frame: number): number {
  return frame === NATIVE_FRAME || frame < 0 ? OWNER.native : ownership.frame[frame]!;
}
