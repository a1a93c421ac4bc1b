// WHERE THE BLOCKS LIE, as far as it decides what stays resident when garbage is freed. Blocks come in the order in which
// loading makes them. Those of up to 512 bytes go into pymalloc's pools, pools into arenas, and an arena is given back only
// when nothing in it is alive; larger ones go to malloc's heap, which shrinks only at its end, or, from 128 KiB on, into
// mappings of their own, which are given back at once.
import { type Bytes, KIB, MIB } from '#base/units.ts';
import type { PythonVersion } from '../types.ts';

export const LARGEST_SMALL: Bytes = 512;
const ALIGNMENT = 16;
const POOL_HEADER = 48;
const MMAP_THRESHOLD = 128 * KIB;
const LARGEST_MMAP_THRESHOLD = 32 * MIB;
const PAGE = 4096;

/** Pools and arenas: 4 KiB and 256 KiB until 3.9, then 16 KiB and 1 MiB. */
export interface ArenaShape {
  readonly pool: Bytes;
  /** Arenas come from mmap at any page: of large pools one is lost to alignment. */
  readonly poolsInArena: number;
}

export function arenaShape({ minor }: PythonVersion): ArenaShape {
  return minor <= 9 ? { pool: 4 * KIB, poolsInArena: 64 } : { pool: 16 * KIB, poolsInArena: 63 };
}

/** What a block costs with its share of the pool, or with malloc's header. */
export class BlockCosts {
  readonly #small = new Float64Array(LARGEST_SMALL / ALIGNMENT + 1);

  constructor({ pool }: ArenaShape) {
    for (let i = 1; i < this.#small.length; i++) {
      this.#small[i] = pool / Math.floor((pool - POOL_HEADER) / (i * ALIGNMENT));
    }
  }

  of(bytes: Bytes, isRaw: boolean): Bytes {
    return isRaw || bytes > LARGEST_SMALL ? chunkBytes(bytes) : this.#small[Math.ceil(bytes / ALIGNMENT)]!;
  }
}

/** With malloc's header; mappings are whole pages. */
export function chunkBytes(bytes: Bytes): Bytes {
  if (bytes >= MMAP_THRESHOLD) return Math.ceil((bytes + 16) / PAGE) * PAGE;
  return Math.max(32, Math.ceil((bytes + 8) / ALIGNMENT) * ALIGNMENT);
}

/**
 * Freeing a mapping raises malloc's threshold to its size, and imports free some: module code that was read and compiled. So
 * where it stands when loading begins depends on what was imported; measured after the imports of each, on several versions.
 */
const RAISED_BY: readonly (readonly [RegExp, Bytes, Bytes])[] = [
  [/^(?:sklearn|river|xgboost|lightgbm|torch)\b/, 960 * KIB, 1412 * KIB],
  [/^pandas\b/, 644 * KIB, 768 * KIB],
  [/^(?:numpy|scipy|joblib)\b/, 256 * KIB, 388 * KIB],
];

/** Lowest and highest, for a file that imports these modules. */
export function mmapThresholds(modules: readonly string[]): readonly [Bytes, Bytes] {
  for (const [pattern, low, high] of RAISED_BY) if (modules.some((module) => pattern.test(module))) return [low, high];
  return [MMAP_THRESHOLD, MMAP_THRESHOLD];
}

/** Blocks of pymalloc, in their pools and arenas. */
export class PoolLayout {
  readonly #shape: ArenaShape;
  /** By size class: blocks that still fit into the newest pool, and the arena it lies in. */
  readonly #left = new Int32Array(LARGEST_SMALL / ALIGNMENT + 1);
  readonly #arenaOf = new Int32Array(LARGEST_SMALL / ALIGNMENT + 1);
  #pools = 0;
  /** By arena: whether something in it stays alive. */
  #alive = new Uint8Array(64);
  /** Freed while loading, and free for what comes later. */
  #reusable = 0;

  constructor(shape: ArenaShape) {
    this.#shape = shape;
  }

  /** `count` blocks of a size class; `stays`: alive after loading. */
  add(sizeClass: number, count: number, stays: boolean): void {
    const left = this.#left;
    for (let rest = count; rest > 0; ) {
      if (left[sizeClass] === 0) this.#openPool(sizeClass);
      const taken = Math.min(rest, left[sizeClass]!);
      left[sizeClass]! -= taken;
      rest -= taken;
      if (stays) this.#alive[this.#arenaOf[sizeClass]!] = 1;
    }
  }

  free(bytes: Bytes): void {
    this.#reusable += bytes;
  }

  get retained(): Bytes {
    const { pool, poolsInArena } = this.#shape;
    let bytes = 0;
    const arenas = Math.ceil(this.#pools / poolsInArena);
    for (let arena = 0; arena < arenas; arena++) {
      if (this.#alive[arena] === 1) bytes += pool * Math.min(poolsInArena, this.#pools - arena * poolsInArena);
    }
    return bytes;
  }

  #openPool(sizeClass: number): void {
    const { pool, poolsInArena } = this.#shape;
    this.#left[sizeClass] = Math.floor((pool - POOL_HEADER) / (sizeClass * ALIGNMENT));
    if (this.#reusable >= pool && this.#pools > 0) this.#reusable -= pool;
    else this.#pools++;
    const arena = Math.floor((this.#pools - 1) / poolsInArena);
    if (arena >= this.#alive.length) this.#growArenas();
    this.#arenaOf[sizeClass] = arena;
  }

  #growArenas(): void {
    const longer = new Uint8Array(this.#alive.length * 2);
    longer.set(this.#alive);
    this.#alive = longer;
  }
}

/** Pools, and malloc's heap with its mappings. */
export class HeapLayout {
  readonly pools: PoolLayout;
  #heap = 0;
  /** Height of the heap behind the last block that stays. */
  #heapAlive = 0;
  #mapped = 0;
  #threshold: Bytes;

  /** `threshold`: size from which malloc makes mappings when loading begins; see mmapThresholds. */
  constructor(pools: PoolLayout, threshold: Bytes = MMAP_THRESHOLD) {
    this.pools = pools;
    this.#threshold = threshold;
  }

  /** `count` blocks of malloc; `stays`: alive after loading. */
  add(bytes: Bytes, count: number, stays: boolean): void {
    const chunk = chunkBytes(bytes);
    if (bytes >= this.#threshold) {
      if (stays) this.#mapped += chunk * count;
      return;
    }
    this.#heap += chunk * count;
    if (stays) this.#heapAlive = this.#heap;
  }

  /** A temporary that died: a mapping raises the size from which mappings are made. */
  free(largest: Bytes): void {
    if (largest >= this.#threshold) this.#threshold = Math.min(LARGEST_MMAP_THRESHOLD, largest + PAGE);
  }

  /** What stays resident once all that does not stay is freed. */
  get retained(): Bytes {
    return this.pools.retained + this.#heapAlive + this.#mapped;
  }
}
