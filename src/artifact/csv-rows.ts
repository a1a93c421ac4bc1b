// Splits delimited text into rows and fields: quotes may hold delimiters and line ends, and are doubled inside.
export const DELIMITERS = [',', '\t', ';', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** All of the text: callers bound how much they hand in. */
export function parseRows(text: string, delimiter: Delimiter): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  // A hot loop over characters: jumps from delimiter to delimiter.
  while (at < text.length) {
    let field: string;
    if (text[at] === '"') {
      const end = findQuoteEnd(text, at + 1);
      field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const end = findFieldEnd(text, at, delimiter);
      field = text.slice(at, end);
      at = end;
    }
    row.push(field);
    const next = text[at];
    if (next === delimiter) {
      at++;
      if (at === text.length) row.push('');
      continue;
    }
    if (next === '\r') at++;
    if (text[at] === '\n') at++;
    else if (next !== '\r' && at < text.length) at = skipToEnd(text, at, delimiter);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

function findQuoteEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return text.length;
}

function findFieldEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === delimiter || character === '\n' || character === '\r') break;
    at++;
  }
  return at;
}

/** Text after a closing quote belongs to no field: on to the next line. */
function skipToEnd(text: string, from: number, delimiter: string): number {
  const at = findFieldEnd(text, from, delimiter);
  return at + 1;
}
