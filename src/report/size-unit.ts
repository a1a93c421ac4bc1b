// The unit of a table's column of sizes: MiB, or KiB where everything in it is small.
import { formatMiB } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';

export interface SizeUnit {
  readonly name: 'MiB' | 'KiB';
  /** Without the unit: "1,042.3". NaN gives "". */
  readonly format: (bytes: Bytes) => string;
}

const MIB: SizeUnit = { name: 'MiB', format: formatMiB };
const KIB: SizeUnit = { name: 'KiB', format: (bytes) => formatMiB(bytes * 1024) };
const LEAST_FOR_MIB = 4 * 2 ** 20;

export function unitFor(largest: Bytes): SizeUnit {
  return largest < LEAST_FOR_MIB ? KIB : MIB;
}
