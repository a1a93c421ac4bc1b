// Memory that was written to after the agent's last look. A process that fills an array and then waits for work allocates
// nothing more, so nobody looks again, and the array is known as it was when it was made: untouched. But the kernel's figure for
// that moment is known from outside: what it stands above that look, and above what was allocated since, was touched.
import { type Bytes, MIB } from '#base/units.ts';
import { DOMAIN } from '#profile/types.ts';
import type { Groups, LiveCopy } from './groups.ts';

/** Of a process when its agent looked last before a moment. */
export interface LastLook {
  /** Private memory, by the kernel; NaN: there was no look. */
  readonly anon: Bytes;
  /** What is alive and touched has grown by that since. */
  readonly grown: Bytes;
}

/** Two readings by two processes differ by as much. */
const LEAST: Bytes = MIB;
/** Domains whose pages are private memory; others are shared with files or processes. */
export const PRIVATE_DOMAINS: ReadonlySet<number> = new Set([
  DOMAIN.python,
  DOMAIN.bigPython,
  DOMAIN.malloc,
  DOMAIN.calloc,
  DOMAIN.mmap,
]);

/** `live` with as much of it touched as `anon`, the private memory at that moment, says; each group in proportion. */
export function touchedSince(live: LiveCopy, groups: Pick<Groups, 'domain'>, last: LastLook, anon: Bytes): LiveCopy {
  const risen = anon - last.anon - Math.max(0, last.grown);
  if (!(risen >= LEAST)) return live;
  const isPrivate = (group: number) => PRIVATE_DOMAINS.has(groups.domain.at(group));
  const all = live.untouched.reduce((sum, bytes, group) => sum + (isPrivate(group) ? bytes : 0), 0);
  const left = Math.max(0, 1 - risen / all);
  return { ...live, untouched: live.untouched.map((bytes, group) => (isPrivate(group) ? bytes * left : bytes)) };
}
