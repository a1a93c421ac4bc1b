// From the page's own text to a profile: base64, the file header, gzip by the browser, then the common reader.
import type { Fit } from '#analysis/fit/fit.ts';
import type { OwnershipOptions } from '#analysis/ownership.ts';
import { fail, type Result } from '#base/result.ts';
import { decodeProfile } from '#profile/container.ts';
import { unwrapPayload } from '#profile/file.ts';
import type { Profile } from '#profile/types.ts';
import type { ComparisonPage } from '#report/compare-page.ts';

export interface EmbeddedOptions {
  readonly ownership?: OwnershipOptions;
  /** Address of the view to open at; "" = the first. */
  readonly view?: string;
}

export async function readEmbeddedProfile(page: Document): Promise<Result<Profile>> {
  const element = page.getElementById('highwater-profile');
  if (!element) return fail('profile-missing', 'this page holds no profile');
  const file = unwrapPayload(decodeBase64(element.textContent ?? ''));
  // The text is several megabytes that nobody needs again.
  element.remove();
  if (!file.ok) return file;
  const payload = await gunzip(file.value.gzipped);
  if (!payload) return fail('profile-damaged', 'the profile in this page cannot be unpacked');
  return decodeProfile(payload, file.value.version);
}

export function readEmbeddedOptions(page: Document): EmbeddedOptions {
  return readEmbedded(page, 'highwater-options') ?? {};
}

/** With the run before it, or of `highwater diff`; null where there is none. */
export function readEmbeddedComparison(page: Document): ComparisonPage | null {
  return readEmbedded(page, 'highwater-comparison');
}

/** Of `highwater fit`. */
export function readEmbeddedFit(page: Document): Fit | null {
  return readEmbedded(page, 'highwater-fit');
}

function readEmbedded<T>(page: Document, id: string): T | null {
  return JSON.parse(page.getElementById(id)?.textContent ?? 'null');
}

export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (native.fromBase64) return native.fromBase64(text);
  const latin = atob(text.trim());
  const bytes = new Uint8Array(latin.length);
  for (let at = 0; at < latin.length; at++) bytes[at] = latin.charCodeAt(at);
  return bytes;
}

async function gunzip(gzipped: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const stream = new Blob([gzipped.slice()]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return undefined;
  }
}
