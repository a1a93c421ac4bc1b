// Reads the literals that numpy writes into the header of an array: dicts, tuples, lists, strings, numbers, True, False,
// None. Nothing is evaluated.
import { damaged } from './damage.ts';

export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal };

const MOST_DEPTH = 32;

/** `at`: where the text stands in the file, for messages. */
export function parseLiteral(text: string, at: number): Literal {
  const parser = new Parser(text, at);
  const value = parser.value(0);
  parser.end();
  return value;
}

const TOKEN =
  /\s*(?:([{}[\]():,])|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|([-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?)L?|(True|False|None)\b)/y;

class Parser {
  readonly #text: string;
  readonly #base: number;
  #at = 0;

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  value(depth: number): Literal {
    if (depth > MOST_DEPTH) throw this.#wrong('is nested too deeply');
    const [, mark, quoted, number, word] = this.#next();
    if (quoted !== undefined) return unquote(quoted);
    if (number !== undefined) return Number(number);
    if (word !== undefined) return word === 'None' ? null : word === 'True';
    if (mark === '{') return this.#dict(depth);
    if (mark === '(') return this.#list(')', depth);
    if (mark === '[') return this.#list(']', depth);
    throw this.#wrong('is no Python literal');
  }

  end(): void {
    if (this.#text.slice(this.#at).trim() !== '') throw this.#wrong('goes on after its end');
  }

  #list(close: string, depth: number): Literal[] {
    const items: Literal[] = [];
    while (!this.#take(close)) {
      items.push(this.value(depth + 1));
      if (!this.#take(',') && this.#peek() !== close) throw this.#wrong('lacks a comma');
    }
    return items;
  }

  #dict(depth: number): { readonly [key: string]: Literal } {
    const entries = new Map<string, Literal>();
    while (!this.#take('}')) {
      const key = this.value(depth + 1);
      if (!this.#take(':')) throw this.#wrong('lacks a colon');
      entries.set(String(key), this.value(depth + 1));
      if (!this.#take(',') && this.#peek() !== '}') throw this.#wrong('lacks a comma');
    }
    return Object.fromEntries(entries);
  }

  #peek(): string | undefined {
    TOKEN.lastIndex = this.#at;
    return TOKEN.exec(this.#text)?.[1];
  }

  #take(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#next();
    return true;
  }

  #next(): RegExpExecArray {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (!match) throw this.#wrong('is no Python literal');
    this.#at = TOKEN.lastIndex;
    return match;
  }

  #wrong(what: string) {
    return damaged(this.#base + this.#at, `the header ${what}`);
  }
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
}
