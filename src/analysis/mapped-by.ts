// Private anonymous mappings by the library whose code asked for them: a BLAS's buffers, an allocator's own memory. The innermost call
// of such a mapping's stack is a native one, with or without `run --native`.
import { type Bytes, type Fraction, MIB } from '#base/units.ts';
import { DOMAIN, FRAME_KIND, type IndexIntoMoments, type IndexIntoProcesses, type Profile } from '#profile/types.ts';
import { residentOf } from './domains.ts';
import { ownerOfFile } from './file-owners.ts';

export interface MappedBy {
  /** Path of the library. */
  readonly file: string;
  /** The package that it belongs to, as ownerOfFile has it. */
  readonly owner: string;
  /** Resident; of several processes as far as PSS counts it. */
  readonly bytes: Bytes;
  readonly requested: Bytes;
  readonly mappings: number;
}

/** Part of a process's mappings that counts in a figure of several. */
export type ShareOf = (process: IndexIntoProcesses) => Fraction;

/** Smaller ones are recorded with their call by `run --native` alone. */
const LEAST: Bytes = MIB;
/** By which ctypes calls whatever it is given. */
const CTYPES = /\/libffi[^/]*$/;

/**
 * Largest first. `process`: of that one alone; else `shareOf` says how much of each counts. Without what Python's own code mapped:
 * that is told by line.
 */
export function computeMappedBy(
  profile: Profile,
  moment: IndexIntoMoments,
  { process, shareOf = () => 1 }: { readonly process?: IndexIntoProcesses; readonly shareOf?: ShareOf } = {},
): MappedBy[] {
  const { live, stacks, frames, strings } = profile;
  const executable = profile.meta.environment.python?.executable;
  const found = new Map<string, { bytes: Bytes; requested: Bytes; mappings: number }>();
  for (let row = 0; row < live.length; row++) {
    const stack = live.stack[row]!;
    if (live.moment[row] !== moment || stack < 0 || live.domain[row] !== DOMAIN.mmap) continue;
    if (process !== undefined && live.process[row] !== process) continue;
    const frame = stacks.frame[stack]!;
    const file = strings[frames.file[frame]!]!;
    if (frames.kind[frame] !== FRAME_KIND.native || file === '' || live.bytes[row]! < LEAST * live.blocks[row]!)
      continue;
    const sum = found.get(file) ?? { bytes: 0, requested: 0, mappings: 0 };
    found.set(file, sum);
    sum.bytes += residentOf(live, row) * shareOf(live.process[row]!);
    sum.requested += live.bytes[row]!;
    sum.mappings += live.blocks[row]!;
  }
  return [...found]
    .map(([file, sums]) => ({ file, owner: ownerOfFile(file), ...sums }))
    .filter(({ file, owner }) => owner !== '(Python)' && !CTYPES.test(file) && file !== executable)
    .sort((a, b) => b.bytes - a.bytes || b.requested - a.requested);
}
