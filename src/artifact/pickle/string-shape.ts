// What a string needs to be known by: its characters, how wide they are, and a fingerprint of its bytes. One pass, in place.

/** The last measured string; overwritten by the next. */
export const measured = { characters: 0, width: 0, hash: 0, check: 0 };

/** WIDTH of a string: all ASCII, Latin-1, two bytes, four bytes for each character. */
export const WIDTH = { ascii: 0, latin1: 1, two: 2, four: 3 } as const;

const HASH_START = 0x811c9dc5 | 0;
const CHECK_START = 0x1b873593;

export function startMeasuring(): void {
  measured.characters = 0;
  measured.width = 0;
  measured.hash = HASH_START;
  measured.check = CHECK_START;
}

/** Takes in bytes of UTF-8, by words of four. Long and flat: every string of the file passes here. */
export function measureUtf8(bytes: Uint8Array, from: number, to: number): void {
  let hash = measured.hash;
  let check = measured.check;
  let seen = 0;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    seen |= word;
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
    check = Math.imul(check + word, 0x5bd1e995) ^ (check >>> 15);
  }
  let rest = 0;
  for (; i < to; i++) rest = (rest << 8) | bytes[i]!;
  seen |= rest;
  hash = Math.imul(hash ^ rest, 0x9e3779b1);
  check = Math.imul(check + rest, 0x5bd1e995) ^ (check >>> 15);
  measured.characters += to - from;
  measured.hash = hash ^ (hash >>> 13);
  measured.check = check;
  if ((seen & BEYOND_ASCII) !== 0) measureWide(bytes, from, to);
}

/** High bits of four bytes. */
const BEYOND_ASCII = 0x80808080 | 0;

/** Of bytes that are counted as one character each: those that continue one, and the widest that begins one. */
function measureWide(bytes: Uint8Array, from: number, to: number): void {
  let highest = 0;
  let continuations = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte < 0x80) continue;
    if (byte < 0xc0) continuations++;
    else if (byte > highest) highest = byte;
  }
  measured.characters -= continuations;
  measured.width = Math.max(measured.width, widthOfLead(highest));
}

/** Takes in bytes that are not text. */
export function measureBytes(bytes: Uint8Array, from: number, to: number): void {
  measureUtf8(bytes, from, to);
}

/** 0xc2 and 0xc3 lead the rest of Latin-1, 0xf0 and above all that is beyond 16 bits. */
function widthOfLead(lead: number): number {
  if (lead === 0) return WIDTH.ascii;
  if (lead <= 0xc3) return WIDTH.latin1;
  return lead < 0xf0 ? WIDTH.two : WIDTH.four;
}

/** Characters and width of a text with escapes (protocol 0), which the fingerprint does not know. */
export function measureEscaped(text: string): void {
  let highest = 0;
  let characters = 0;
  for (let i = 0; i < text.length; i++, characters++) {
    const digits = text.charCodeAt(i) === BACKSLASH ? (ESCAPE_DIGITS[text[i + 1] ?? ''] ?? 0) : 0;
    const escaped = digits > 0 ? Number.parseInt(text.slice(i + 2, i + 2 + digits), 16) : Number.NaN;
    highest = Math.max(highest, Number.isNaN(escaped) ? text.charCodeAt(i) : escaped);
    if (!Number.isNaN(escaped)) i += 1 + digits;
  }
  measured.characters = characters;
  measured.width = widthOf(highest);
}

const BACKSLASH = 92;
const ESCAPE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function widthOf(code: number): number {
  if (code < 0x80) return WIDTH.ascii;
  if (code < 0x100) return WIDTH.latin1;
  return code < 0x10000 ? WIDTH.two : WIDTH.four;
}
