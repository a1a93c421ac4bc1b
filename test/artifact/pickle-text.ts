// Pickles as text: one opcode a line, `SHORT_BINUNICODE "ab"`, `BINGET 3`, `BINFLOAT -0.0`. Tests write their pickles in it and
// read the results in it. Lengths and counts are made by the assembler; `bytes 0a ff` stands for bytes as they are.

import { MemorySource } from '../../src/artifact/byte-source.ts';
import { ARGUMENT, ARGUMENT_OF, nameOfOpcode, OP, type OpcodeName } from '../../src/artifact/pickle/opcodes.ts';
import { END, PickleScanner } from '../../src/artifact/pickle/scan.ts';

export function assemble(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const line of text.split('\n')) {
    const [, name, rest] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line)!;
    if (name === '' || name === '#') continue;
    const made =
      name === 'bytes'
        ? rest!.split(' ').map((digits) => Number.parseInt(digits, 16))
        : assembleOpcode(name as OpcodeName, rest!);
    for (const byte of made) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function assembleOpcode(name: OpcodeName, rest: string): number[] {
  const code = OP[name];
  if (code === undefined) throw new Error(`no opcode ${name}`);
  switch (ARGUMENT_OF[code]) {
    case ARGUMENT.none:
      return [code];
    case ARGUMENT.uint1:
      return [code, Number(rest)];
    case ARGUMENT.uint2:
      return [code, ...littleEndian(Number(rest), 2)];
    case ARGUMENT.int4:
    case ARGUMENT.uint4:
      return [code, ...littleEndian(Number(rest), 4)];
    case ARGUMENT.uint8:
      return [code, ...littleEndian(Number(rest), 8)];
    case ARGUMENT.float8:
      return [code, ...bigEndianFloat(rest)];
    case ARGUMENT.counted1:
      return counted(code, 1, rest);
    case ARGUMENT.counted4:
    case ARGUMENT.countedSigned4:
      return counted(code, 4, rest);
    case ARGUMENT.counted8:
      return counted(code, 8, rest);
    default:
      return [code, ...Buffer.from(`${rest.replaceAll('|', '\n')}\n`, 'latin1')];
  }
}

function counted(code: number, width: number, rest: string): number[] {
  const payload = rest.startsWith('"') ? Buffer.from(JSON.parse(rest) as string) : Buffer.from(rest, 'hex');
  return [code, ...littleEndian(payload.length, width), ...payload];
}

function littleEndian(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));
}

function bigEndianFloat(text: string): number[] {
  const bytes = Buffer.alloc(8);
  if (text.startsWith('x')) return [...Buffer.from(text.slice(1), 'hex')];
  bytes.writeDoubleBE(Number(text));
  return [...bytes];
}

/** Frames are left out: they hold no meaning. */
export function disassemble(bytes: Uint8Array): string {
  const scanner = new PickleScanner(new MemorySource(bytes));
  const lines: string[] = [];
  for (let op = scanner.next(); op !== END; op = scanner.next()) {
    if (op !== OP.FRAME) lines.push(`${nameOfOpcode(op)} ${argumentText(scanner)}`.trim());
  }
  return lines.join('\n');
}

function argumentText(scanner: PickleScanner): string {
  switch (ARGUMENT_OF[scanner.op]) {
    case ARGUMENT.none:
      return '';
    case ARGUMENT.float8: {
      const value = Buffer.from(scanner.readPayload()).readDoubleBE();
      return Object.is(value, -0) ? '-0' : String(value);
    }
    case ARGUMENT.counted1:
    case ARGUMENT.counted4:
    case ARGUMENT.countedSigned4:
    case ARGUMENT.counted8: {
      const payload = Buffer.from(scanner.readPayload());
      return payload.length > 60 ? `(${payload.length} bytes)` : JSON.stringify(payload.toString('latin1'));
    }
    case ARGUMENT.line:
    case ARGUMENT.twoLines:
      return Buffer.from(scanner.readPayload()).toString('latin1').replaceAll('\n', '|');
    default:
      return String(scanner.value);
  }
}

/** Without indentation and empty lines, to compare with what `disassemble` gives. */
export function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');
}
