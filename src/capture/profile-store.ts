// Profiles on disk: written to a temporary name and renamed, so that a full disk or a kill never leaves half of one, and the
// previous one is kept as NAME.prev.highwater for comparison.
import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { errnoOf, fail, messageOf, ok, type Result } from '#base/result.ts';
import { GIB } from '#base/units.ts';
import { decodeProfile, encodeProfile } from '#profile/container.ts';
import { unwrapPayload, wrapPayload } from '#profile/file.ts';
import type { Profile } from '#profile/types.ts';

export const PROFILE_SUFFIX = '.highwater';
/** No profile of ours comes near; a forged one could fill our memory. */
const LARGEST_PAYLOAD = 2 * GIB;

/** The bytes of a `.highwater` file. */
export function packProfile(profile: Profile): Uint8Array {
  return wrapPayload(gzipSync(encodeProfile(profile), { level: constants.Z_DEFAULT_COMPRESSION }));
}

export function previousPath(path: string): string {
  const base = path.endsWith(PROFILE_SUFFIX) ? path.slice(0, -PROFILE_SUFFIX.length) : path;
  return `${base}.prev${PROFILE_SUFFIX}`;
}

/** Writes the profile; one that stood there becomes the previous one. */
export function writeProfileFile(path: string, bytes: Uint8Array): Result<void> {
  if (isFolder(path)) return fail('output-unwritable', `cannot write ${path}`, 'it is a folder');
  const scratch = `${path}.tmp-${process.pid}`;
  try {
    writeFileSync(scratch, bytes);
    if (existsSync(path)) keepPrevious(path);
    renameSync(scratch, path);
    return ok(undefined);
  } catch (error) {
    rmSync(scratch, { force: true });
    return fail('output-unwritable', `cannot write ${path}`, errnoOf(error) ?? messageOf(error));
  }
}

/** By a second name, so that at no time there is no file of the first; by renaming where links cannot be made. */
function keepPrevious(path: string): void {
  const link = `${previousPath(path)}.tmp-${process.pid}`;
  try {
    linkSync(path, link);
  } catch {
    renameSync(path, previousPath(path));
    return;
  }
  renameSync(link, previousPath(path));
  // Two names of one file are left both by a rename of one to the other.
  rmSync(link, { force: true });
}

/** Nothing stands in its way there that renaming would put elsewhere. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

export interface StoredProfile {
  readonly bytes: Uint8Array;
  readonly profile: Profile;
}

export function readProfileFile(path: string): Result<StoredProfile> {
  let bytes: Uint8Array;
  try {
    if (!statSync(path).isFile()) return fail('not-a-profile', `${path} is not a profile`);
    bytes = readFileSync(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return fail('input-missing', `there is no file ${path}`);
    return fail('input-unreadable', `cannot read ${path}`, errno ?? messageOf(error));
  }
  const profile = unpackProfile(bytes);
  if (!profile.ok) return { ok: false, error: { ...profile.error, message: `${path}: ${profile.error.message}` } };
  return ok({ bytes, profile: profile.value });
}

export function unpackProfile(bytes: Uint8Array): Result<Profile> {
  const wrapped = unwrapPayload(bytes);
  if (!wrapped.ok) return wrapped;
  let payload: Uint8Array;
  try {
    payload = gunzipSync(wrapped.value.gzipped, { maxOutputLength: LARGEST_PAYLOAD });
  } catch (error) {
    const short = errnoOf(error) === 'Z_BUF_ERROR';
    return short
      ? fail('profile-truncated', 'the profile ends too early')
      : fail('profile-damaged', 'the content of the profile is damaged', messageOf(error));
  }
  return decodeProfile(payload, wrapped.value.version);
}
