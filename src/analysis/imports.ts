// What imports hold: heap that is alive at a moment and was allocated on behalf of an import statement, by the package
// that the statement named.
import type { Bytes } from '#base/units.ts';
import type { IndexIntoMoments, Profile } from '#profile/types.ts';
import { computeImportTree, type ImportTree } from './import-tree.ts';
import type { Estimate } from './interval.ts';
import type { Ownership } from './ownership.ts';

export interface ImportRow {
  /** Top-level package or module: "sklearn", "json"; "(interpreter start)" for what is imported before any user code. */
  readonly name: string;
  readonly bytes: Bytes;
  /** The same with its interval. */
  readonly heap: Estimate;
}

/** By the package that the innermost importing line of the user's code named; sorted by bytes. */
export function computeImports(
  profile: Profile,
  ownership: Ownership,
  moment: IndexIntoMoments,
  process?: number,
): ImportRow[] {
  const ofOne = process === undefined ? {} : { process };
  return importRows(computeImportTree(profile, ownership, { moment, ...ofOne }));
}

export function importRows({ packages }: ImportTree): ImportRow[] {
  const rows = packages.map(({ name, total }) => ({ name, bytes: total.heap.bytes, heap: total.heap }));
  return rows.filter((row) => row.bytes > 0);
}
