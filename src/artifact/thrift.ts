// Thrift's compact protocol, as Parquet's footer uses it: structs become maps from field number to value. Whoever asks knows
// which field is what.
//
//   field: u8 (delta of the number << 4 | type), or type alone and a zigzag varint with the number; 0 ends the struct
//   list: u8 (count << 4 | type), or 15 << 4 | type and a varint count

import type { ByteSource } from './byte-source.ts';
import { Cursor } from './cursor.ts';
import { damaged, refused } from './damage.ts';

export type ThriftValue = number | boolean | Uint8Array | ThriftStruct | readonly ThriftValue[];
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const MOST_DEPTH = 32;

export function readThriftStruct(source: ByteSource, at: number, end: number): ThriftStruct {
  return readStruct(new Cursor(source, { at, end }), 0);
}

function readStruct(cursor: Cursor, depth: number): ThriftStruct {
  if (depth > MOST_DEPTH) throw refused(cursor.at, `structs nested more than ${MOST_DEPTH} deep`);
  const fields = new Map<number, ThriftValue>();
  let number = 0;
  while (true) {
    const head = cursor.u8();
    if (head === 0) return fields;
    const delta = head >> 4;
    number = delta === 0 ? zigzag(cursor) : number + delta;
    fields.set(number, readValue(cursor, head & 15, depth, true));
  }
}

function readValue(cursor: Cursor, type: number, depth: number, inField: boolean): ThriftValue {
  switch (type) {
    case 1:
    case 2:
      // In a field the type is the value; in a list it is a byte.
      return inField ? type === 1 : cursor.u8() === 1;
    case 3:
      return (cursor.u8() << 24) >> 24;
    case 4:
    case 5:
    case 6:
      return zigzag(cursor);
    case 7:
      return cursor.f64();
    case 8:
      return cursor.bytes(varint(cursor));
    case 9:
    case 10:
      return readList(cursor, depth + 1);
    case 11:
      return readMap(cursor, depth + 1);
    case 12:
      return readStruct(cursor, depth + 1);
    default:
      throw damaged(cursor.at, `there is no value of type ${type}`);
  }
}

function readList(cursor: Cursor, depth: number): readonly ThriftValue[] {
  const head = cursor.u8();
  const count = head >> 4 === 15 ? varint(cursor) : head >> 4;
  if (depth > MOST_DEPTH) throw refused(cursor.at, `lists nested more than ${MOST_DEPTH} deep`);
  cursor.requireItems(count, 1, 'items');
  const items: ThriftValue[] = [];
  for (let i = 0; i < count; i++) items.push(readValue(cursor, head & 15, depth, false));
  return items;
}

function readMap(cursor: Cursor, depth: number): readonly ThriftValue[] {
  const count = varint(cursor);
  if (count === 0) return [];
  const types = cursor.u8();
  cursor.requireItems(count, 2, 'entries');
  const entries: ThriftValue[] = [];
  for (let i = 0; i < count; i++) {
    entries.push(readValue(cursor, types >> 4, depth, false), readValue(cursor, types & 15, depth, false));
  }
  return entries;
}

function varint(cursor: Cursor): number {
  const at = cursor.at;
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = cursor.u8();
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return value;
  }
  throw damaged(at, 'a number of more than ten bytes');
}

function zigzag(cursor: Cursor): number {
  const value = varint(cursor);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

export function intOf(struct: ThriftStruct | undefined, field: number): number | undefined {
  const value = struct?.get(field);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

export function textOf(struct: ThriftStruct | undefined, field: number): string | undefined {
  const value = struct?.get(field);
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

export function structOf(struct: ThriftStruct | undefined, field: number): ThriftStruct | undefined {
  const value = struct?.get(field);
  return value instanceof Map ? value : undefined;
}

export function listOf(struct: ThriftStruct | undefined, field: number): readonly ThriftValue[] {
  const value = struct?.get(field);
  return Array.isArray(value) ? value : [];
}

export function structsOf(struct: ThriftStruct | undefined, field: number): ThriftStruct[] {
  return listOf(struct, field).filter((item): item is ThriftStruct => item instanceof Map);
}
