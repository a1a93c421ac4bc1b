// A profile may come from a stranger. Markup in its texts never acts, because views only ever set text; but direction
// overrides and invisible characters would still let a line of code read as another one. They are taken out on the way in.
import type { Profile } from '#profile/types.ts';
import { plainText } from '#report/plain-text.ts';

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

export function withPlainTexts(profile: Profile): Profile {
  return { ...profile, meta: plainMeta(profile.meta), strings: profile.strings.map(plain) };
}

function plain(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : plainText(text.replaceAll('\t', '    '));
}

function plainMeta(meta: Profile['meta']): Profile['meta'] {
  return JSON.parse(JSON.stringify(meta), (_, value: unknown) => (typeof value === 'string' ? plain(value) : value));
}
