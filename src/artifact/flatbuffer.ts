// Flatbuffers, as Arrow's metadata uses them: tables found by offsets, each field by a table of places. Every offset is held
// against the buffer before it is followed.
//
//   root: u32 offset of a table. table: i32 back to its vtable. vtable: u16 bytes, u16 bytes of the table, u16 place of each
//   field (0 = absent). vector: u32 offset to u32 count and items. string: a vector of bytes.
import { damaged } from './damage.ts';

export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #base: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  /** `base`: where the buffer stands in the file, for messages. */
  constructor(view: DataView, at: number, base: number) {
    this.#view = view;
    this.#at = at;
    this.#base = base;
    this.#vtable = at - this.#i32(at);
    this.#vtableBytes = this.#u16(this.#vtable);
  }

  static root(bytes: Uint8Array, base: number): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 8) throw damaged(base, 'metadata of fewer than eight bytes');
    return new FlatTable(view, view.getUint32(0, true), base);
  }

  u8(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : this.#check(at, 1).getUint8(at);
  }

  i16(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : this.#check(at, 2).getInt16(at, true);
  }

  i32(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : this.#i32(at);
  }

  /** Sizes and counts: negative ones and those past 2^53 are refused. */
  size(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : this.sizeAt(at);
  }

  table(field: number): FlatTable | undefined {
    const at = this.#place(field);
    return at === 0 ? undefined : new FlatTable(this.#view, at + this.#u32(at), this.#base);
  }

  text(field: number): string {
    const at = this.#place(field);
    if (at === 0) return '';
    const start = at + this.#u32(at);
    const length = this.#u32(start);
    this.#check(start + 4, length);
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start + 4, length));
  }

  tables(field: number): FlatTable[] {
    return this.structs(field, 4).map((at) => new FlatTable(this.#view, at + this.#u32(at), this.#base));
  }

  /** Places of the items of a vector of structs (or scalars) of `width` bytes. */
  structs(field: number, width: number): number[] {
    const at = this.#place(field);
    if (at === 0) return [];
    const start = at + this.#u32(at);
    const count = this.#u32(start);
    this.#check(start + 4, count * width);
    return Array.from({ length: count }, (_, i) => start + 4 + i * width);
  }

  sizeAt(at: number): number {
    const value = Number(this.#check(at, 8).getBigInt64(at, true));
    if (!(value >= 0 && Number.isSafeInteger(value))) throw damaged(this.#base + at, `a size of ${value}`);
    return value;
  }

  i32At(at: number): number {
    return this.#i32(at);
  }

  #place(field: number): number {
    const slot = 4 + field * 2;
    if (slot + 2 > this.#vtableBytes) return 0;
    const offset = this.#u16(this.#vtable + slot);
    return offset === 0 ? 0 : this.#at + offset;
  }

  #u16(at: number): number {
    return this.#check(at, 2).getUint16(at, true);
  }

  #u32(at: number): number {
    return this.#check(at, 4).getUint32(at, true);
  }

  #i32(at: number): number {
    return this.#check(at, 4).getInt32(at, true);
  }

  #check(at: number, length: number): DataView {
    if (!(at >= 0 && length >= 0 && at + length <= this.#view.byteLength)) {
      throw damaged(this.#base + Math.max(0, Math.min(at, this.#view.byteLength)), 'metadata points out of itself');
    }
    return this.#view;
  }
}
