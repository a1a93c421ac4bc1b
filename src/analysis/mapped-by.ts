// Anonymous mappings by the library whose code asked for them: a BLAS's buffers, an allocator's own memory, a runtime's stacks. The
// innermost call of such a mapping's stack is a native one, with or without `run --native`.
import type { Bytes } from '#base/units.ts';
import { FRAME_KIND, type IndexIntoMoments, type IndexIntoProcesses, type Profile } from '#profile/types.ts';
import { familyOf, residentOf } from './domains.ts';
import { ownerOfFile } from './file-owners.ts';

export interface MappedBy {
  /** Path of the library. */
  readonly file: string;
  /** The package that it belongs to, as ownerOfFile has it. */
  readonly owner: string;
  /** Resident. */
  readonly bytes: Bytes;
  readonly requested: Bytes;
  readonly mappings: number;
}

/** Largest first. `process`: of that one alone. Without what Python's own code mapped: that is told by line. */
export function computeMappedBy(profile: Profile, moment: IndexIntoMoments, process?: IndexIntoProcesses): MappedBy[] {
  const { live, stacks, frames, strings } = profile;
  const found = new Map<string, { bytes: Bytes; requested: Bytes; mappings: number }>();
  for (let row = 0; row < live.length; row++) {
    const stack = live.stack[row]!;
    if (live.moment[row] !== moment || stack < 0 || familyOf(live.domain[row]!) !== 'mapped') continue;
    if (process !== undefined && live.process[row] !== process) continue;
    const frame = stacks.frame[stack]!;
    const file = strings[frames.file[frame]!]!;
    if (frames.kind[frame] !== FRAME_KIND.native || file === '') continue;
    const sum = found.get(file) ?? { bytes: 0, requested: 0, mappings: 0 };
    found.set(file, sum);
    sum.bytes += residentOf(live, row);
    sum.requested += live.bytes[row]!;
    sum.mappings += live.blocks[row]!;
  }
  return [...found]
    .map(([file, sums]) => ({ file, owner: ownerOfFile(file), ...sums }))
    .filter(({ owner }) => owner !== '(Python)')
    .sort((a, b) => b.bytes - a.bytes || b.requested - a.requested);
}
