// What a flame graph is asked to show, and the bytes by stack that follow from it.

import { allocatedByStack, liveByStack } from '#analysis/flame.ts';
import { type EdgeRange, goneSince, liveSince, withLive } from '#analysis/lifetimes.ts';
import type { Ownership } from '#analysis/ownership.ts';
import { assertNever } from '#base/assert.ts';
import type { Profile } from '#profile/types.ts';

export interface FlameChoice {
  readonly what: FlameBytes;
  /** Of 'live'. */
  readonly moment: number;
  /** Of 'came' and 'went'; null where the profile does not tell how long memory was held. */
  readonly range: EdgeRange | null;
  /** -1: all processes. */
  readonly process: number;
  readonly inverted: boolean;
  readonly hideImports: boolean;
  /** Only what a row of the Lines view counts. */
  readonly line: LineChoice | null;
}

/** What was alive at a moment, all that was allocated over the run, what came between two moments, and what went. */
export type FlameBytes = 'live' | 'allocated' | 'came' | 'went';

export interface LineChoice {
  readonly file: string;
  readonly line: number;
  readonly by: 'user' | 'leaf';
}

export function keyOfFlame(choice: FlameChoice): string {
  return `flame ${JSON.stringify(choice)}`;
}

/** As liveByStack gives it, with what is not asked for set to zero. */
export function selectBytes(profile: Profile, ownership: Ownership, choice: FlameChoice): Float64Array {
  const process = choice.process < 0 ? undefined : choice.process;
  const bytes = bytesByStack(profile, choice, process);
  const { line } = choice;
  if (line) bytes[bytes.length - 1] = 0;
  for (let stack = 0; stack < profile.stacks.length; stack++) {
    const hidden = choice.hideImports && ownership.importing[stack] === 1;
    if (hidden || (line && !countsFor(profile, ownership, stack, line))) bytes[stack] = 0;
  }
  return bytes;
}

function bytesByStack(profile: Profile, { what, moment, range }: FlameChoice, process?: number): Float64Array {
  const { from, to } = range ?? { from: 0, to: 0 };
  switch (what) {
    case 'live':
      return liveByStack(profile, moment, process);
    case 'allocated':
      return allocatedByStack(profile, process);
    case 'came':
      return liveByStack(withLive(profile, liveSince(profile, from, to)), 0, process);
    case 'went':
      return liveByStack(withLive(profile, goneSince(profile, from, to)), 0, process);
    default:
      return assertNever(what);
  }
}

function countsFor(profile: Profile, ownership: Ownership, stack: number, line: LineChoice): boolean {
  const python = ownership.pythonStack[stack]!;
  const frame = line.by === 'user' ? ownership.userFrame[stack]! : python < 0 ? -1 : profile.stacks.frame[python]!;
  if (frame < 0) return false;
  return profile.frames.line[frame] === line.line && profile.strings[profile.frames.file[frame]!] === line.file;
}
