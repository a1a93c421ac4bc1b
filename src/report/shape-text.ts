// "1,000 x 64": a shape as people write it; "scalar" where it has no dimension.
import { formatCount } from '#base/format.ts';

export function elementsText(shape: readonly number[]): string {
  if (shape.length === 0) return 'scalar';
  return shape.map((size) => (size < 0 ? '?' : formatCount(size))).join(' x ');
}
