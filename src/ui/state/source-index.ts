// The embedded source lines by file and number.
import type { Profile } from '#profile/types.ts';

export interface SourceLine {
  readonly line: number;
  readonly text: string;
}

export class SourceIndex {
  readonly #files = new Map<string, Map<number, string>>();

  constructor({ sources, strings }: Profile) {
    for (let row = 0; row < sources.length; row++) {
      const file = strings[sources.file[row]!]!;
      let lines = this.#files.get(file);
      if (!lines) {
        lines = new Map();
        this.#files.set(file, lines);
      }
      lines.set(sources.line[row]!, strings[sources.text[row]!]!);
    }
  }

  /** The line without its indentation; "" where it was not embedded. */
  find(file: string, line: number): string {
    return this.#files.get(file)?.get(line)?.trim() ?? '';
  }

  /** The embedded lines within `reach` of a line, in order; gaps are possible. */
  around(file: string, line: number, reach: number): SourceLine[] {
    const lines = this.#files.get(file);
    if (!lines) return [];
    return [...lines]
      .filter(([number]) => Math.abs(number - line) <= reach)
      .map(([number, text]) => ({ line: number, text }))
      .sort((a, b) => a.line - b.line);
  }
}
