// The outermost layer of a `.highwater` file. Compression is passed in, because it is Node's business on one side and the
// browser's on the other:
//
//    0        8         12            16
//   +--------+---------+-------------+------- - -
//   | magic  | version | compression | payload: container.ts, compressed
//   +--------+---------+-------------+------- - -
import { fail, ok, type Result } from '#base/result.ts';
import { PROFILE_VERSION } from './types.ts';

/** Not valid UTF-8, and with a line end of each kind, so that a transfer that rewrites text shows. */
const MAGIC = new Uint8Array([0x89, 0x48, 0x57, 0x50, 0x0d, 0x0a, 0x1a, 0x0a]);
export const FILE_HEADER_BYTES = 16;
const GZIP = 1;

export function wrapPayload(gzipped: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_BYTES + gzipped.length);
  bytes.set(MAGIC, 0);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, PROFILE_VERSION, true);
  view.setUint32(12, GZIP, true);
  bytes.set(gzipped, FILE_HEADER_BYTES);
  return bytes;
}

/** Checks the header; gives the version and the still compressed payload. */
export function unwrapPayload(bytes: Uint8Array): Result<{ version: number; gzipped: Uint8Array }> {
  if (bytes.length < FILE_HEADER_BYTES) return fail('profile-truncated', 'the file is too short to be a profile');
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) return fail('not-a-profile', 'the file is not a highwater profile');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version > PROFILE_VERSION) {
    return fail(
      'profile-newer',
      `the profile has version ${version} and this highwater reads versions up to ${PROFILE_VERSION}`,
    );
  }
  if (version < 1 || view.getUint32(12, true) !== GZIP) {
    return fail('profile-damaged', 'the header of the profile is damaged');
  }
  return ok({ version, gzipped: bytes.subarray(FILE_HEADER_BYTES) });
}
