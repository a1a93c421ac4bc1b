// HOW LARGE CPYTHON'S OBJECTS ARE, by version: the bytes that each asks its allocator for, the header of the garbage
// collector included. 64-bit builds with the GIL, 3.9 to 3.14. Each figure is held against sys.getsizeof and tracemalloc of
// the real interpreters (object-sizes.test.ts); 3.14 is taken to be like 3.13, from which its headers do not differ here.
import type { Bytes } from '#base/units.ts';
import type { PythonVersion } from '../types.ts';
import { WIDTH } from './string-shape.ts';

export const OLDEST_MINOR = 9;
export const NEWEST_MINOR = 14;

/** Slots of the table inside of a set object. */
const SMALL_SET = 8;
const SPLIT_KEYS_SLOTS = 5;
/** From 3.11 on a class shares the names of at most so many attributes among its instances. */
const MOST_SHARED_KEYS = 29;

export class ObjectSizes {
  readonly minor: number;
  readonly float: Bytes = 24;
  readonly complex: Bytes = 32;
  readonly listHead: Bytes = 56;
  readonly dictHead: Bytes = 64;
  readonly setHead: Bytes = 216;
  readonly bytearrayHead: Bytes = 56;
  /** random.Random: the 624 words of its state are inside. */
  readonly random: Bytes;
  readonly #stringHeads: readonly Bytes[];
  readonly #keysHead: Bytes;
  readonly #stringEntry: Bytes;
  /** The block that `instance` hands out is a dict that would not be made were the attributes set one by one (setattr). */
  isOwnDict = false;

  constructor({ minor }: PythonVersion) {
    this.minor = minor;
    this.random = minor >= 11 ? 2560 : 2552;
    this.#stringHeads = minor >= 12 ? [41, 57, 58, 60] : [49, 73, 74, 76];
    this.#keysHead = minor >= 11 ? 32 : 40;
    this.#stringEntry = minor >= 11 ? 16 : 24;
  }

  string(width: number, characters: number): Bytes {
    if (characters === 0 || (characters === 1 && width <= WIDTH.latin1)) return 0; // one of each in every process
    return this.#stringHeads[width]! + characters * charBytes(width);
  }

  /**
   * The block of a string decoded from `utf8Bytes` of UTF-8. The decoder asks for as many characters as there are bytes, and
   * gives back what is too much; pymalloc leaves a block as it is that would shrink by less than a quarter.
   */
  decodedString(width: number, characters: number, utf8Bytes: number): Bytes {
    const final = this.string(width, characters);
    if (final === 0 || width === WIDTH.ascii) return final;
    const first = Math.ceil((this.#stringHeads[width]! + utf8Bytes * charBytes(width)) / 16) * 16;
    return first <= 512 && 4 * final > 3 * first ? first : final;
  }

  bytes(length: number): Bytes {
    return length <= 1 ? 0 : 33 + length;
  }

  /** Of `digits` digits of 30 bits. */
  int(digits: number): Bytes {
    return 24 + 4 * digits;
  }

  tuple(items: number): Bytes {
    return items === 0 ? 0 : 40 + 8 * items;
  }

  /** The table behind a dict that grew by insertion; 0 of an empty one, which shares a static table. */
  dictKeys(entries: number, onlyStrings: boolean): Bytes {
    return entries === 0 ? 0 : this.keysTable(dictSlots(entries), onlyStrings);
  }

  keysTable(slots: number, onlyStrings: boolean): Bytes {
    const indexBytes = slots < 256 ? 1 : slots < 65_536 ? 2 : 4;
    return this.#keysHead + slots * indexBytes + usable(slots) * (onlyStrings ? this.#stringEntry : 24);
  }

  /** The table behind a set or frozenset; 0 where it fits into the object. */
  setTable(items: number): Bytes {
    const slots = setSlots(items);
    return slots === SMALL_SET ? 0 : 16 * slots;
  }

  /**
   * Blocks of an instance of a Python class, unpickled with `attributes` in a state dict. BUILD goes through `__dict__`: from
   * 3.11 on that makes a dict beside the values that a constructor would have left in the instance alone.
   */
  instance(attributes: number, throughDict: boolean, block: (bytes: Bytes) => void): void {
    if (this.minor <= 10) this.#instanceWithDict(attributes, block);
    else this.#instanceWithValues(attributes, throughDict, block);
  }

  /** Instance of a class with __slots__ and no __dict__. */
  slotted(slots: number): Bytes {
    return 32 + 8 * slots;
  }

  #instanceWithDict(attributes: number, block: (bytes: Bytes) => void): void {
    block(48);
    if (attributes === 0) return;
    block(this.dictHead);
    block(attributes <= SPLIT_KEYS_SLOTS ? 8 * SPLIT_KEYS_SLOTS : this.dictKeys(attributes, true));
  }

  #instanceWithValues(attributes: number, throughDict: boolean, block: (bytes: Bytes) => void): void {
    const slots = Math.min(attributes + 1, this.minor >= 13 ? MOST_SHARED_KEYS : MOST_SHARED_KEYS + 1);
    const isShared = attributes <= MOST_SHARED_KEYS;
    if (this.minor >= 13) block(56 + 9 * slots);
    else block(this.minor === 12 ? 48 : 64);
    if (this.minor < 13 && isShared) block(8 * slots + roundUp8(slots + 2));
    if (attributes > 0 && (throughDict || !isShared)) {
      this.isOwnDict = isShared;
      block(this.dictHead);
      this.isOwnDict = false;
    }
    if (!isShared) block(this.keysTable(Math.max(128, dictSlots(attributes)), true));
  }
}

/** What a list's buffer holds room for, after `added` items came to `length` at once (list_resize). */
export function listRoom(room: number, length: number, added: number): number {
  const needed = length + added;
  if (room >= needed && needed >= room >> 1) return room;
  const generous = Math.floor((needed + Math.floor(needed / 8) + 6) / 4) * 4;
  return added > generous - needed ? Math.floor((needed + 3) / 4) * 4 : generous;
}

/** Slots of a dict's table after `entries` insertions: 8, doubled whenever two thirds are used. */
export function dictSlots(entries: number): number {
  let slots = 8;
  while (usable(slots) < entries) slots *= 2;
  return slots;
}

function charBytes(width: number): number {
  return width === WIDTH.four ? 4 : width === WIDTH.two ? 2 : 1;
}

function usable(slots: number): number {
  return Math.floor((slots * 2) / 3);
}

function setSlots(items: number): number {
  let slots = SMALL_SET;
  for (let used = Math.ceil(((slots - 1) * 3) / 5); used <= items; used = Math.ceil(((slots - 1) * 3) / 5)) {
    const least = used > 50_000 ? used * 2 : used * 4;
    while (slots <= least) slots *= 2;
  }
  return slots;
}

function roundUp8(bytes: Bytes): Bytes {
  return Math.ceil(bytes / 8) * 8;
}
