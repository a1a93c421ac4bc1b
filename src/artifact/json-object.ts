// JSON from a file that nobody vouches for: an object at the top, with a bound on its nesting, and no key twice.
import { damaged, refused } from './damage.ts';

const MOST_DEPTH = 200;

/** `at`: where the text stands in its file. Keys that stand twice are refused: programs disagree on which one counts. */
export function parseJsonObject(bytes: Uint8Array, at: number): Readonly<Record<string, unknown>> {
  checkDepth(bytes, at);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(at, `what should be JSON is none: ${error instanceof Error ? error.message.slice(0, 120) : error}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(at, 'the JSON is no object');
  const keys = countTopKeys(bytes);
  if (keys !== Object.keys(value).length) throw refused(at, 'the JSON has the same name twice');
  return value as Readonly<Record<string, unknown>>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function checkDepth(bytes: Uint8Array, at: number): void {
  walk(bytes, (depth, place) => {
    if (depth > MOST_DEPTH) throw refused(at + place, `JSON nested more than ${MOST_DEPTH} deep`);
  });
}

/** Colons at depth one: one for each member of the top object. */
function countTopKeys(bytes: Uint8Array): number {
  let colons = 0;
  walk(bytes, (depth, place) => {
    if (depth === 1 && bytes[place] === 0x3a) colons++;
  });
  return colons;
}

/** Calls `see` for every byte outside of strings. A hot loop: headers of large models have megabytes. */
function walk(bytes: Uint8Array, see: (depth: number, place: number) => void): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (quoted) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) quoted = false;
      continue;
    }
    if (byte === QUOTE) quoted = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    see(depth, i);
  }
}
