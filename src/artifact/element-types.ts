// Bytes an element takes, by the names that formats and libraries use for it.
import type { Bytes } from '#base/units.ts';

const SIZES: Readonly<Record<string, Bytes>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float8_e4m3fn: 1,
  float8_e5m2: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0fnu: 1,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
  float128: 16,
  complex32: 4,
  complex64: 8,
  complex128: 16,
  complex256: 32,
};

/** NaN for a name that has no fixed size (object, string) or is not known. */
export function elementBytes(type: string): Bytes {
  return SIZES[type] ?? Number.NaN;
}

export function isFloating(type: string): boolean {
  return /^(?:float|bfloat|complex)/.test(type);
}
