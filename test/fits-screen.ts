// What holds for every text that goes to a terminal.
import { expect } from 'vitest';
import { textWidth } from '#base/text-table.ts';

/** Without styles: no line is wider, nothing steers the terminal, and no figure is none. */
export function expectFitsScreen(text: string, width: number): void {
  for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
}
