// What resident memory was for at two moments, row by row: the same in the terminal and on the page.
import type { CompositionRow } from '#analysis/composition.ts';
import type { Growth } from '#analysis/growth.ts';
import { formatMiB } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { ROW_GROUPS } from './composition-words.ts';

export interface GrowthPart {
  readonly id: CompositionRow;
  readonly from: Bytes;
  readonly to: Bytes;
}

/** In the order of a composition, without rows that are nothing at both; empty where the account is not known. */
export function growthParts({ account }: Growth): GrowthPart[] {
  if (!account) return [];
  const at = (parts: readonly { id: CompositionRow; bytes: Bytes }[], id: CompositionRow) =>
    parts.find((part) => part.id === id)?.bytes ?? 0;
  const order = [...ROW_GROUPS.flatMap((group) => group.rows), 'unexplained' as const];
  return order
    .map((id) => ({ id, from: at(account.from.parts, id), to: at(account.to.parts, id) }))
    .filter(({ from, to }) => [from, to].some((bytes) => /[1-9]/.test(formatMiB(bytes))));
}
