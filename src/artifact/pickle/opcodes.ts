// THE OPCODES of pickle, protocols 0 to 5: one row each, with the shape of the argument and what it does to the stack. The
// typed columns below are the same table for hot loops, indexed by the byte in the file. Names, arguments and effects are
// those of CPython's Lib/pickletools.py; test/system/opcodes.test.ts compares the two.

/** How the argument stands in the file, behind the opcode. Multi-byte numbers are little-endian but for FLOAT8. */
export const ARGUMENT = {
  none: 0,
  uint1: 1,
  uint2: 2,
  int4: 3,
  uint4: 4,
  uint8: 5,
  /** Big-endian IEEE 754. */
  float8: 6,
  /** Up to a line feed. */
  line: 7,
  /** Two of them: module and name. */
  twoLines: 8,
  /** A line with the decimal digits of a memo index. */
  decimalLine: 9,
  /** A length in 1, 4 or 8 bytes, then as many bytes. */
  counted1: 10,
  counted4: 11,
  /** The length is signed in CPython, and negative ones are errors. */
  countedSigned4: 12,
  counted8: 13,
  /** The byte is no opcode. */
  unknown: 14,
} as const;
export type Argument = (typeof ARGUMENT)[keyof typeof ARGUMENT];

/** What it does to the stack. `pops` of the row says how many where the number is fixed. */
export const EFFECT = {
  /** Nothing: PROTO, FRAME. */
  nothing: 0,
  /** Puts one value on top. */
  push: 1,
  /** Takes `pops` values and leaves one made of them. */
  make: 2,
  /** Takes all values down to the last mark, and the mark, and leaves one made of them. */
  makeToMark: 3,
  /** Takes `pops` values and puts them into the one below, which stays. */
  fill: 4,
  /** Takes all values down to the last mark, and the mark, and puts them into the one below. */
  fillToMark: 5,
  mark: 6,
  /** Takes one value, or a mark where one is on top. */
  drop: 7,
  dropToMark: 8,
  /** A second reference to the value on top. */
  duplicate: 9,
  /** Notes the value on top in the memo; the stack stays. */
  put: 10,
  /** Puts a value of the memo on top. */
  get: 11,
  /** Takes one value, which is the result. */
  stop: 12,
} as const;
export type Effect = (typeof EFFECT)[keyof typeof EFFECT];

export interface Opcode {
  readonly code: number;
  readonly name: string;
  readonly argument: Argument;
  readonly effect: Effect;
  readonly pops: number;
  /** The oldest protocol that has it. */
  readonly protocol: number;
}

/** Bytes by name, for switches. */
export const OP = {
  MARK: 0x28,
  EMPTY_TUPLE: 0x29,
  STOP: 0x2e,
  POP: 0x30,
  POP_MARK: 0x31,
  DUP: 0x32,
  BINBYTES: 0x42,
  SHORT_BINBYTES: 0x43,
  FLOAT: 0x46,
  BINFLOAT: 0x47,
  INT: 0x49,
  BININT: 0x4a,
  BININT1: 0x4b,
  LONG: 0x4c,
  BININT2: 0x4d,
  NONE: 0x4e,
  PERSID: 0x50,
  BINPERSID: 0x51,
  REDUCE: 0x52,
  STRING: 0x53,
  BINSTRING: 0x54,
  SHORT_BINSTRING: 0x55,
  UNICODE: 0x56,
  BINUNICODE: 0x58,
  EMPTY_LIST: 0x5d,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  DICT: 0x64,
  APPENDS: 0x65,
  GET: 0x67,
  BINGET: 0x68,
  INST: 0x69,
  LONG_BINGET: 0x6a,
  LIST: 0x6c,
  OBJ: 0x6f,
  PUT: 0x70,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  SETITEMS: 0x75,
  EMPTY_DICT: 0x7d,
  PROTO: 0x80,
  NEWOBJ: 0x81,
  EXT1: 0x82,
  EXT2: 0x83,
  EXT4: 0x84,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  LONG4: 0x8b,
  SHORT_BINUNICODE: 0x8c,
  BINUNICODE8: 0x8d,
  BINBYTES8: 0x8e,
  EMPTY_SET: 0x8f,
  ADDITEMS: 0x90,
  FROZENSET: 0x91,
  NEWOBJ_EX: 0x92,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
  BYTEARRAY8: 0x96,
  NEXT_BUFFER: 0x97,
  READONLY_BUFFER: 0x98,
} as const;
export type OpcodeName = keyof typeof OP;

type Row = readonly [OpcodeName, keyof typeof ARGUMENT, keyof typeof EFFECT, pops: number, protocol: number];

const ROWS: readonly Row[] = [
  ['MARK', 'none', 'mark', 0, 0],
  ['EMPTY_TUPLE', 'none', 'push', 0, 1],
  ['STOP', 'none', 'stop', 1, 0],
  ['POP', 'none', 'drop', 1, 0],
  ['POP_MARK', 'none', 'dropToMark', 0, 1],
  ['DUP', 'none', 'duplicate', 0, 0],
  ['BINBYTES', 'counted4', 'push', 0, 3],
  ['SHORT_BINBYTES', 'counted1', 'push', 0, 3],
  ['FLOAT', 'line', 'push', 0, 0],
  ['BINFLOAT', 'float8', 'push', 0, 1],
  ['INT', 'line', 'push', 0, 0],
  ['BININT', 'int4', 'push', 0, 1],
  ['BININT1', 'uint1', 'push', 0, 1],
  ['LONG', 'line', 'push', 0, 0],
  ['BININT2', 'uint2', 'push', 0, 1],
  ['NONE', 'none', 'push', 0, 0],
  ['PERSID', 'line', 'push', 0, 0],
  ['BINPERSID', 'none', 'make', 1, 1],
  ['REDUCE', 'none', 'make', 2, 0],
  ['STRING', 'line', 'push', 0, 0],
  ['BINSTRING', 'countedSigned4', 'push', 0, 1],
  ['SHORT_BINSTRING', 'counted1', 'push', 0, 1],
  ['UNICODE', 'line', 'push', 0, 0],
  ['BINUNICODE', 'counted4', 'push', 0, 1],
  ['EMPTY_LIST', 'none', 'push', 0, 1],
  ['APPEND', 'none', 'fill', 1, 0],
  ['BUILD', 'none', 'fill', 1, 0],
  ['GLOBAL', 'twoLines', 'push', 0, 0],
  ['DICT', 'none', 'makeToMark', 0, 0],
  ['APPENDS', 'none', 'fillToMark', 0, 1],
  ['GET', 'decimalLine', 'get', 0, 0],
  ['BINGET', 'uint1', 'get', 0, 1],
  ['INST', 'twoLines', 'makeToMark', 0, 0],
  ['LONG_BINGET', 'uint4', 'get', 0, 1],
  ['LIST', 'none', 'makeToMark', 0, 0],
  ['OBJ', 'none', 'makeToMark', 0, 1],
  ['PUT', 'decimalLine', 'put', 0, 0],
  ['BINPUT', 'uint1', 'put', 0, 1],
  ['LONG_BINPUT', 'uint4', 'put', 0, 1],
  ['SETITEM', 'none', 'fill', 2, 0],
  ['TUPLE', 'none', 'makeToMark', 0, 0],
  ['SETITEMS', 'none', 'fillToMark', 0, 1],
  ['EMPTY_DICT', 'none', 'push', 0, 1],
  ['PROTO', 'uint1', 'nothing', 0, 2],
  ['NEWOBJ', 'none', 'make', 2, 2],
  ['EXT1', 'uint1', 'push', 0, 2],
  ['EXT2', 'uint2', 'push', 0, 2],
  ['EXT4', 'int4', 'push', 0, 2],
  ['TUPLE1', 'none', 'make', 1, 2],
  ['TUPLE2', 'none', 'make', 2, 2],
  ['TUPLE3', 'none', 'make', 3, 2],
  ['NEWTRUE', 'none', 'push', 0, 2],
  ['NEWFALSE', 'none', 'push', 0, 2],
  ['LONG1', 'counted1', 'push', 0, 2],
  ['LONG4', 'countedSigned4', 'push', 0, 2],
  ['SHORT_BINUNICODE', 'counted1', 'push', 0, 4],
  ['BINUNICODE8', 'counted8', 'push', 0, 4],
  ['BINBYTES8', 'counted8', 'push', 0, 4],
  ['EMPTY_SET', 'none', 'push', 0, 4],
  ['ADDITEMS', 'none', 'fillToMark', 0, 4],
  ['FROZENSET', 'none', 'makeToMark', 0, 4],
  ['NEWOBJ_EX', 'none', 'make', 3, 4],
  ['STACK_GLOBAL', 'none', 'make', 2, 4],
  ['MEMOIZE', 'none', 'put', 0, 4],
  ['FRAME', 'uint8', 'nothing', 0, 4],
  ['BYTEARRAY8', 'counted8', 'push', 0, 5],
  ['NEXT_BUFFER', 'none', 'push', 0, 5],
  ['READONLY_BUFFER', 'none', 'make', 1, 5],
];

/** By ARGUMENT. */
const WIDTHS = [0, 1, 2, 4, 4, 8, 8, 0, 0, 0, 1, 4, 4, 8];

export const OPCODES: readonly Opcode[] = ROWS.map(([name, argument, effect, pops, protocol]) => ({
  code: OP[name],
  name,
  argument: ARGUMENT[argument],
  effect: EFFECT[effect],
  pops,
  protocol,
}));

/** By byte: the shape of the argument; ARGUMENT.unknown where the byte is no opcode. */
export const ARGUMENT_OF = new Uint8Array(256).fill(ARGUMENT.unknown);
/** By byte. Of a byte that is no opcode: EFFECT.nothing, but a scanner never hands one out. */
export const EFFECT_OF = new Uint8Array(256);
export const POPS_OF = new Uint8Array(256);
export const PROTOCOL_OF = new Uint8Array(256);
/** Bytes of the argument that every such opcode has: a number, or the length of what follows. */
export const WIDTH_OF = new Uint8Array(256);

for (const { code, argument, effect, pops, protocol } of OPCODES) {
  ARGUMENT_OF[code] = argument;
  EFFECT_OF[code] = effect;
  POPS_OF[code] = pops;
  PROTOCOL_OF[code] = protocol;
  WIDTH_OF[code] = WIDTHS[argument]!;
}

const NAMES = new Map<number, string>(OPCODES.map(({ code, name }) => [code, name]));

/** For messages: "BINGET"; "0xff" where the byte is no opcode. */
export function nameOfOpcode(code: number): string {
  return NAMES.get(code) ?? `0x${code.toString(16).padStart(2, '0')}`;
}
