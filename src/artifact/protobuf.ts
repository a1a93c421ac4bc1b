// The wire format of protocol buffers: fields one by one, and large ones are skipped, not read.
//
//   field: varint (number << 3 | wire type)   0 varint, 1 eight bytes, 2 varint length and bytes, 5 four bytes
import type { ByteSource } from './byte-source.ts';
import { Cursor } from './cursor.ts';
import { damaged } from './damage.ts';

export interface ProtoField {
  readonly number: number;
  readonly wireType: number;
  /** Of a varint (as far as 2^53); of the others NaN. */
  readonly value: number;
  /** Where the content of a length-delimited field begins, and where it ends. */
  readonly at: number;
  readonly end: number;
}

/** The fields between `at` and `end`, in their order. Groups are not in any format that we read, and are refused. */
export function* readFields(source: ByteSource, at: number, end: number): Generator<ProtoField> {
  const cursor = new Cursor(source, { at, end });
  while (cursor.left > 0) {
    const start = cursor.at;
    const tag = readVarint(cursor);
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0) throw damaged(start, 'a field of number 0');
    yield readField(cursor, number, wireType, start);
  }
}

function readField(cursor: Cursor, number: number, wireType: number, start: number): ProtoField {
  switch (wireType) {
    case 0:
      return { number, wireType, value: readVarint(cursor), at: start, end: cursor.at };
    case 1:
      return { number, wireType, value: Number.NaN, ...skip(cursor, 8) };
    case 2:
      return { number, wireType, value: Number.NaN, ...skip(cursor, readVarint(cursor)) };
    case 5:
      return { number, wireType, value: Number.NaN, ...skip(cursor, 4) };
    default:
      throw damaged(start, `there is no field of wire type ${wireType}`);
  }
}

function skip(cursor: Cursor, length: number): { readonly at: number; readonly end: number } {
  const at = cursor.at;
  cursor.skip(length);
  return { at, end: cursor.at };
}

/** Negative numbers take ten bytes and come out as such; anything past 2^53 loses its last digits. */
export function readVarint(cursor: Cursor): number {
  const start = cursor.at;
  let value = 0n;
  for (let i = 0n; i < 10n; i++) {
    const byte = cursor.u8();
    value |= BigInt(byte & 0x7f) << (7n * i);
    if (byte < 0x80) return Number(BigInt.asIntN(64, value));
  }
  throw damaged(start, 'a number of more than ten bytes');
}

/** A packed repeated field of varints, or one of them. */
export function readVarints(source: ByteSource, field: ProtoField, most: number): number[] {
  if (field.wireType === 0) return [field.value];
  const cursor = new Cursor(source, { at: field.at, end: field.end });
  const values: number[] = [];
  while (cursor.left > 0) {
    if (values.length === most) throw damaged(cursor.at, `more than ${most} numbers in one field`);
    values.push(readVarint(cursor));
  }
  return values;
}

export function readText(source: ByteSource, field: ProtoField): string {
  return new Cursor(source, { at: field.at, end: field.end }).text(field.end - field.at);
}
