// Small pickles for tests, written as words: `written('PROTO:4 EMPTY_LIST MEMOIZE BININT1:7 APPEND STOP')`. Arguments come
// behind a colon: numbers, or text for the opcodes that have some (`SHORT_BINUNICODE:name`, `GLOBAL:os,system`).
import { ARGUMENT, ARGUMENT_OF, OP, type OpcodeName } from './opcodes.ts';

export function written(words: string): Uint8Array {
  const bytes = words.split(/\s+/).flatMap((word) => {
    const [name, argument = ''] = word.split(/:(.*)/s);
    const code = OP[name as OpcodeName];
    return code === undefined ? hex(word) : [code, ...writeArgument(code, argument)];
  });
  return Uint8Array.from(bytes);
}

function hex(word: string): number[] {
  return (word.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
}

function writeArgument(code: number, argument: string): number[] {
  const text = [...new TextEncoder().encode(argument.replaceAll('_', ' ').replaceAll('~', '_'))];
  switch (ARGUMENT_OF[code]) {
    case ARGUMENT.none:
      return [];
    case ARGUMENT.uint1:
      return little(Number(argument), 1);
    case ARGUMENT.uint2:
      return little(Number(argument), 2);
    case ARGUMENT.int4:
    case ARGUMENT.uint4:
      return little(Number(argument), 4);
    case ARGUMENT.uint8:
      return little(Number(argument), 8);
    case ARGUMENT.float8:
      return [...new Uint8Array(new Float64Array([Number(argument)]).buffer)].reverse();
    case ARGUMENT.twoLines:
      return [...new TextEncoder().encode(`${argument.replace(',', '\n')}\n`)];
    case ARGUMENT.counted1:
      return [...little(text.length, 1), ...text];
    case ARGUMENT.counted8:
      return [...little(text.length, 8), ...text];
    case ARGUMENT.counted4:
    case ARGUMENT.countedSigned4:
      return [...little(text.length, 4), ...text];
    default:
      return [...text, 10];
  }
}

function little(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) & 255);
}
