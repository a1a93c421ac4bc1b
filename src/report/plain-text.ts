// File names, command lines and source text come from the measured program, and a profile may come from a stranger: none
// of them may move the cursor, retitle the terminal or turn the reading direction of a report.

// biome-ignore lint/suspicious/noControlCharactersInRegex: removing terminal escape sequences is what this is for
const ESCAPE_SEQUENCES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
// Direction marks and overrides, zero-width characters, line and paragraph separators.
const INVISIBLE = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** One line of text that prints as itself: no control characters, escape sequences or direction overrides. */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(ESCAPE_SEQUENCES, '')
    .replace(/\p{Cc}/gu, ' ')
    .replace(INVISIBLE, '');
}

/** plainText with runs of spaces made one, and none at the ends. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}
