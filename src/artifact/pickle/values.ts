// What stands on the stack of the pickle machine and in the edges of its graph: one 32-bit number. Zero and above is a node;
// below zero is a value that needs none, since nothing can share it: a small number, None, a float. A file of a hundred
// million integers then costs four bytes for each, and runs of them cost nothing (see runs.ts).
//
//     ~value = payload (28 bits) << 3 | tag (3 bits)

/** A node (>= 0) or an immediate value (< 0). */
export type Value = number;
/** Row of PickleGraph's columns. */
export type NodeId = number;

export const TAG = {
  /** Payload 0 None, 1 False, 2 True. */
  constant: 0,
  /** Payload is the number. */
  natural: 1,
  /** Payload is -number - 1. */
  negative: 2,
  /** Beyond 28 bits, up to 2^53: payload is a row of PickleGraph.wide. */
  wide: 3,
  /** Payload is a row of FloatTable: equal payload, equal bits. */
  float: 4,
  /** Beyond 2^53, or not worth its value: payload is the number of digits of 30 bits. */
  long: 5,
  /** Several integers and constants in a row: payload is a row of RunTable. */
  run: 6,
  /** No value at all: an empty slot of the memo, an absent argument. */
  absent: 7,
} as const;

export const MOST_PAYLOAD = 2 ** 28 - 1;

export function immediate(tag: number, payload: number): Value {
  return ~((payload << 3) | tag);
}

export function tagOf(value: Value): number {
  return ~value & 7;
}

export function payloadOf(value: Value): number {
  return ~value >>> 3;
}

export const NONE: Value = immediate(TAG.constant, 0);
export const FALSE: Value = immediate(TAG.constant, 1);
export const TRUE: Value = immediate(TAG.constant, 2);
export const ABSENT: Value = immediate(TAG.absent, 0);

export function isNode(value: Value): boolean {
  return value >= 0;
}

/** Integers, None, True and False: what runs are folded from. */
export function isPlain(value: Value): boolean {
  if (value >= 0) return false;
  const tag = ~value & 7;
  return tag <= TAG.wide || tag === TAG.long;
}
