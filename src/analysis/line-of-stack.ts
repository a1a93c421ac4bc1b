// To which line a stack belongs: the one rule that every table by line follows.
import type { IndexIntoFrames, IndexIntoStacks, Profile } from '#profile/types.ts';
import type { Ownership } from './ownership.ts';

export interface LineOfStack {
  /** The frame whose line it is; -1 = no line. */
  readonly frame: IndexIntoFrames;
  /** 'line': a line of the user's code (or any line, with `by: 'leaf'`); 'startup': the interpreter and libraries on their
   * own, before or outside the user's code; 'native': threads and calls without any Python frame. */
  readonly place: 'line' | 'startup' | 'native';
  /** Allocated on behalf of an import statement. */
  readonly importing: boolean;
}

/** 'user': the innermost line of the user's own code; 'leaf': the line that called the allocator. */
export type LineRule = 'user' | 'leaf';

/** `stack` -1: where no Python ran. Native code counts at the line that called it. */
export function lineOfStack(profile: Profile, ownership: Ownership, by: LineRule, stack: IndexIntoStacks): LineOfStack {
  const importing = stack >= 0 && ownership.importing[stack] === 1;
  const python = stack < 0 ? -1 : ownership.pythonStack[stack]!;
  if (python < 0) return { frame: -1, place: 'native', importing };
  const frame = by === 'leaf' ? profile.stacks.frame[python]! : ownership.userFrame[python]!;
  return { frame, place: frame < 0 ? 'startup' : 'line', importing };
}
