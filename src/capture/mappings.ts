// Live anonymous and file mappings as address ranges. Unlike blocks of malloc they die in parts: an unmapped range may cut
// one in the middle, or swallow several.
import type { Bytes } from '#base/units.ts';

export interface Mapping {
  readonly start: number;
  readonly end: number;
  /** What its bytes are counted in: the caller's own number. */
  readonly group: number;
  /** Of its bytes, those without memory behind them: all, until it is measured. */
  readonly untouched: Bytes;
}

/** What a change of the ranges means for a group. */
export type RangeChange = (group: number, bytes: Bytes, untouched: Bytes) => void;

export class LiveMappings {
  /** By start, never overlapping. */
  readonly #ranges: Mapping[] = [];

  add(start: number, bytes: Bytes, group: number): void {
    this.#ranges.splice(this.#firstEndingAfter(start), 0, { start, end: start + bytes, group, untouched: bytes });
  }

  /** Removes whatever lies in the range and tells how many bytes of which group went. What is left of a range that was
   * cut keeps its share of what was untouched, until it is measured again. */
  remove(start: number, bytes: Bytes, removed: RangeChange): void {
    const end = start + bytes;
    const first = this.#firstEndingAfter(start);
    let last = first;
    const rest: Mapping[] = [];
    while (last < this.#ranges.length && this.#ranges[last]!.start < end) {
      const range = this.#ranges[last++]!;
      const from = Math.max(start, range.start);
      const to = Math.min(end, range.end);
      const share = range.untouched / (range.end - range.start);
      removed(range.group, to - from, (to - from) * share);
      if (range.start < from) rest.push({ ...range, end: from, untouched: (from - range.start) * share });
      if (to < range.end) rest.push({ ...range, start: to, untouched: (range.end - to) * share });
    }
    if (last > first) this.#ranges.splice(first, last - first, ...rest);
  }

  /** Notes how much of the range at `start` has no memory behind it; tells by how much that changed. */
  measure(start: number, untouched: Bytes, changed: RangeChange): void {
    const at = this.#firstEndingAfter(start);
    const range = this.#ranges[at];
    if (range?.start !== start) return;
    const known = Math.min(untouched, range.end - range.start);
    this.#ranges[at] = { ...range, untouched: known };
    changed(range.group, 0, known - range.untouched);
  }

  visit(visit: RangeChange): void {
    for (const range of this.#ranges) visit(range.group, range.end - range.start, range.untouched);
  }

  #firstEndingAfter(address: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]!.end > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
