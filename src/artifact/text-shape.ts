// Whether bytes look like a table of delimited text: UTF-8 without control characters, and a delimiter that stands equally
// often in the first lines.

import { DELIMITERS, type Delimiter, parseRows } from './csv-rows.ts';

const ROWS = 20;
const LOOKED_AT = 65_536;

export function looksLikeTable(head: Uint8Array): boolean {
  const text = decodeText(head);
  return text !== undefined && findDelimiter(text) !== undefined;
}

/** The text without its last, perhaps cut line; undefined for what is not text. */
export function decodeText(head: Uint8Array): string | undefined {
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) return undefined;
  const lastLine = head.lastIndexOf(10);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(lastLine > 0 ? head.subarray(0, lastLine) : head);
  } catch {
    // Older tables are in Latin-1 or a Windows code page: text too, if little of it is beyond ASCII.
    const beyond = head.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0);
    return beyond * 20 < head.length ? new TextDecoder('latin1').decode(head) : undefined;
  }
}

/** The delimiter that splits the first rows into most fields, equally many in nearly all of them. */
export function findDelimiter(text: string): Delimiter | undefined {
  const start = text.slice(0, LOOKED_AT);
  let best: { readonly delimiter: Delimiter; readonly fields: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const rows = parseRows(start, delimiter).slice(0, ROWS);
    const fields = rows[0]?.length ?? 0;
    const agreeing = rows.filter((row) => row.length === fields).length;
    if (rows.length < 2 || fields < 2 || agreeing < rows.length * 0.8) continue;
    if (fields > (best?.fields ?? 0)) best = { delimiter, fields };
  }
  return best?.delimiter;
}
