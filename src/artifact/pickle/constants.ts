// Which opcodes push constants: values that cannot change and that nobody can tell from another equal one but by `is`. They
// are equal when type and bits are equal, never by Python's ==, for which 0.0 is -0.0 and 1 is True; so what is compared is
// the kind and the bytes in the file.
import { EFFECT, EFFECT_OF, OP } from './opcodes.ts';
import type { PickleScanner } from './scan.ts';

/** Types of constants that are shared. The three notations of str before protocol 1 and of Python 2 stay apart. */
export const KIND = {
  none: 0,
  text: 1,
  bytes: 2,
  float: 3,
  /** UNICODE, escaped. */
  textLine: 4,
  /** STRING, quoted. */
  quoted: 5,
  /** str of Python 2: bytes or text, as whoever loads it wishes. */
  byteString: 6,
  floatLine: 7,
  tuple: 8,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** What an opcode means to somebody who looks for constants. */
export const ROLE = {
  /** Leaves something on the stack that is no constant, or changes what lies there. */
  other: 0,
  /** int, bool, None, (): constants that are worth sharing only as items of a tuple. */
  atom: 1,
  literal: 2,
  mark: 3,
  tuple: 4,
  put: 5,
  get: 6,
  /** PROTO, FRAME: not part of the value. */
  nothing: 7,
} as const;

export const ROLE_OF = new Uint8Array(256);
export const KIND_OF = new Uint8Array(256);

const ATOMS = [OP.INT, OP.BININT, OP.BININT1, OP.BININT2, OP.LONG, OP.LONG1, OP.LONG4, OP.NONE] as const;
const MORE_ATOMS = [OP.NEWTRUE, OP.NEWFALSE, OP.EMPTY_TUPLE] as const;
for (const op of [...ATOMS, ...MORE_ATOMS]) ROLE_OF[op] = ROLE.atom;
for (const op of [OP.TUPLE, OP.TUPLE1, OP.TUPLE2, OP.TUPLE3]) ROLE_OF[op] = ROLE.tuple;
ROLE_OF[OP.MARK] = ROLE.mark;
for (let op = 0; op < 256; op++) {
  if (EFFECT_OF[op] === EFFECT.put) ROLE_OF[op] = ROLE.put;
  if (EFFECT_OF[op] === EFFECT.get) ROLE_OF[op] = ROLE.get;
}
for (const op of [OP.PROTO, OP.FRAME]) ROLE_OF[op] = ROLE.nothing;

const LITERALS: readonly (readonly [number, Kind])[] = [
  [OP.SHORT_BINUNICODE, KIND.text],
  [OP.BINUNICODE, KIND.text],
  [OP.BINUNICODE8, KIND.text],
  [OP.SHORT_BINBYTES, KIND.bytes],
  [OP.BINBYTES, KIND.bytes],
  [OP.BINBYTES8, KIND.bytes],
  [OP.BINFLOAT, KIND.float],
  [OP.UNICODE, KIND.textLine],
  [OP.STRING, KIND.quoted],
  [OP.SHORT_BINSTRING, KIND.byteString],
  [OP.BINSTRING, KIND.byteString],
  [OP.FLOAT, KIND.floatLine],
];
for (const [op, kind] of LITERALS) {
  ROLE_OF[op] = ROLE.literal;
  KIND_OF[op] = kind;
}

/** Longer texts are rare, and comparing them would cost more than they hold. */
const LONGEST_TEXT = 32 * 1024;
/**
 * numpy lets an array write into the bytes that it was unpickled from, if they are more than 1000: two arrays that share
 * them would change together. Far below that everybody copies.
 */
export const LONGEST_SHARED_BYTES = 256;
const FINITE_FLOAT = /^[-+]?[0-9.]+(e[-+]?[0-9]+)?$/i;

/** Whether the literal at the scanner may be shared. NaN may not: containers take `x is y` for `x == y`. */
export function isShareable(scanner: PickleScanner): boolean {
  const { length } = scanner;
  switch (KIND_OF[scanner.op]) {
    case KIND.text:
    case KIND.textLine:
      return length <= LONGEST_TEXT;
    case KIND.float:
      return !isNaNAt(scanner.window, scanner.from);
    case KIND.floatLine:
      return length < 40 && FINITE_FLOAT.test(String.fromCharCode(...scanner.readPayload()));
    default:
      return length <= LONGEST_SHARED_BYTES;
  }
}

/** Big-endian: all bits of the exponent set, and any of the fraction. */
function isNaNAt(bytes: Uint8Array, at: number): boolean {
  if ((bytes[at]! & 0x7f) !== 0x7f || (bytes[at + 1]! & 0xf0) !== 0xf0) return false;
  let fraction = bytes[at + 1]! & 0x0f;
  for (let i = 2; i < 8; i++) fraction |= bytes[at + i]!;
  return fraction !== 0;
}
