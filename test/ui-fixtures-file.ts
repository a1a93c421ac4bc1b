// A profile as the file that a report embeds.
import { gzipSync } from 'node:zlib';
import { encodeProfile } from '#profile/container.ts';
import { wrapPayload } from '#profile/file.ts';
import type { Profile } from '#profile/types.ts';
import { findProblems } from '#profile/validate.ts';

/** The bytes of a `.highwater` file. Throws where the profile contradicts itself. */
export function fileOf(profile: Profile): Uint8Array {
  const problems = findProblems(profile);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return wrapPayload(gzipSync(encodeProfile(profile)));
}
