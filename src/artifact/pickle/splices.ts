// Bytes in the middle of a pickle that are no opcodes: joblib writes the data of arrays behind the BUILD of their wrappers.
import type { PickleScanner } from './scan.ts';

export interface Splice {
  /** Byte at which it begins, behind the BUILD, and the one behind it. */
  readonly at: number;
  readonly end: number;
  /** A complete pickle of its own (an array of objects), or the array's bytes. */
  readonly isPickle: boolean;
  /** Where the array's bytes begin: behind the padding, if it is `padded`. */
  readonly dataAt: number;
  /** The array's bytes begin at a multiple of this; 0: there is no padding (joblib before 1.2). */
  readonly alignment: number;
}

/** By the byte at which they begin. */
export type Splices = ReadonlyMap<number, Splice>;

export const NO_SPLICES: Splices = new Map();

/** Moves the scanner over the splice that begins at its position, if one does. */
export function skipSplice(splices: Splices, scanner: PickleScanner): Splice | undefined {
  if (splices.size === 0) return undefined;
  const splice = splices.get(scanner.position);
  if (splice !== undefined) scanner.moveTo(splice.end);
  return splice;
}
