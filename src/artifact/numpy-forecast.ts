// What loading plain numpy arrays costs: each is read straight into its own memory, once.
import type { Bytes } from '#base/units.ts';
import { elementBytes, isFloating } from './element-types.ts';
import type { ArrayTable, PeakPart, WhatIf } from './types.ts';

/** An ndarray object with its name, dict slot and allocator's head. */
export const ARRAY_OBJECT: Bytes = 200;
/** numpy's reader of members of an archive goes by pieces of 256 KiB. */
export const NUMPY_BUFFER: Bytes = 256 * 1024;

export function livePart(bytes: Bytes): PeakPart {
  return { id: 'live', bytes };
}

/** Halving float64: what is kept, and the peak on the way when one array is converted at a time. */
export function float32WhatIf(arrays: ArrayTable, how: string): WhatIf | undefined {
  const doubles = arrays.byType.find(({ type }) => type === 'float64');
  if (!doubles || doubles.bytes * 2 < arrays.bytes) return undefined;
  const resident = arrays.bytes - doubles.bytes / 2;
  const largest = arrays.rows.find(({ type }) => type === 'float64')?.bytes ?? 0;
  return {
    id: 'float32',
    label: 'as float32',
    how,
    notApplicable: '',
    peak: resident + largest / 2,
    residentLow: resident,
    residentHigh: resident,
    cost: 'keeps 7 of 16 decimal digits',
  };
}

/** Bytes of the same arrays with every floating type as float32. */
export function bytesAsFloat32(arrays: ArrayTable): Bytes {
  return arrays.byType.reduce((sum, { type, bytes }) => {
    const width = elementBytes(type);
    return sum + (isFloating(type) && width > 4 ? (bytes * 4) / width : bytes);
  }, 0);
}
