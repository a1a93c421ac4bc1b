// What resident memory was for at two moments, row by row: the same in the terminal and on the page.
import type { AccountThen } from '#analysis/account-over-time.ts';
import { beyondResident } from '#analysis/beyond-resident.ts';
import { type CompositionRow, plainPart } from '#analysis/composition.ts';
import type { Growth } from '#analysis/growth.ts';
import { formatMiB } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { ROW_GROUPS } from './composition-words.ts';

export interface GrowthPart {
  readonly id: CompositionRow;
  readonly from: Bytes;
  readonly to: Bytes;
  /** Address space at the two, where it is a good deal more than what was resident at either; else NaN. */
  readonly reservedFrom: Bytes;
  readonly reservedTo: Bytes;
}

/** In the order of a composition, without rows that are nothing at both; empty where the account is not known. */
export function growthParts({ account }: Growth): GrowthPart[] {
  if (!account) return [];
  const order = [...ROW_GROUPS.flatMap((group) => group.rows), 'unexplained' as const];
  return order
    .map((id) => growthPart(id, account.from, account.to))
    .filter(({ from, to, reservedTo }) => {
      return !Number.isNaN(reservedTo) || [from, to].some((bytes) => /[1-9]/.test(formatMiB(bytes)));
    });
}

export function isReservedTold(parts: readonly GrowthPart[]): boolean {
  return parts.some((part) => !Number.isNaN(part.reservedTo));
}

function growthPart(id: CompositionRow, before: AccountThen, after: AccountThen): GrowthPart {
  const [from, to] = [before, after].map(({ parts }) => parts.find((part) => part.id === id) ?? plainPart(id, 0));
  const isTold = [beyondResident(from!, before.total), beyondResident(to!, after.total)].some(
    ({ reserved }) => !Number.isNaN(reserved),
  );
  const [reservedFrom, reservedTo] = [from!, to!].map(({ reserved }) => (isTold ? reserved : Number.NaN));
  return { id, from: from!.bytes, to: to!.bytes, reservedFrom: reservedFrom!, reservedTo: reservedTo! };
}
