// One stream replayed: who allocated what, what was alive at chosen points. Blocks are grouped by (stack, domain) as they
// come, so memory grows with the number of live samples and distinct stacks, not with the length of the run.
import { F64Column, I32Column, U8Column } from '#base/columns.ts';
import type { Bytes, MonotonicNs } from '#base/units.ts';
import type { FrameTableBuilder, StackTableBuilder, StringTableBuilder } from '#profile/build.ts';
import { DOMAIN, FRAME_KIND } from '#profile/types.ts';
import { AddressMap } from './address-map.ts';
import { ImportPlaces } from './import-places.ts';
import { type ImportTime, ImportTimes } from './import-times.ts';
import { LiveMappings } from './mappings.ts';
import type { NativeNames } from './native-names.ts';
import type { NativeModule } from './native-places.ts';
import { type Areas, DOMAIN_MASK, type RecordVisitor, type Snapshot } from './wire.ts';

/** The builders that all streams of a run share. */
export interface SharedTables {
  readonly strings: StringTableBuilder;
  readonly frames: FrameTableBuilder;
  readonly stacks: StackTableBuilder;
  readonly native: NativeNames;
}

/** Sums by (stack, domain). Columns of equal length, one row a group. */
export interface Groups {
  readonly stack: I32Column;
  readonly domain: U8Column;
  readonly live: Sums;
  /** Of the live bytes, measured to have no memory behind them. */
  readonly untouched: F64Column;
  readonly allocated: Sums;
  readonly freed: F64Column;
}

interface Sums {
  readonly bytes: F64Column;
  readonly exactBytes: F64Column;
  readonly blocks: F64Column;
  readonly samples: F64Column;
  readonly variance: F64Column;
}

/** Live sums of all groups at a checkpoint, by group row. */
export interface LiveCopy {
  readonly bytes: Float64Array;
  readonly exactBytes: Float64Array;
  readonly blocks: Float64Array;
  readonly samples: Float64Array;
  readonly variance: Float64Array;
  readonly untouched: Float64Array;
}

const DOMAINS_SPAN = 16;

export class Replay implements RecordVisitor {
  readonly groups: Groups = {
    stack: new I32Column(),
    domain: new U8Column(),
    live: newSums(),
    untouched: new F64Column(),
    allocated: newSums(),
    freed: new F64Column(),
  };
  readonly notes: { code: number; text: string }[] = [];
  /** One for each checkpoint that was reached, in the order given. */
  readonly checkpoints: LiveCopy[] = [];
  largestMean: Bytes = 0;

  readonly #shared: SharedTables;
  readonly #checkpointOffsets: readonly number[];
  readonly #onSnapshot: (snapshot: Snapshot, stack: number) => void;
  readonly #onAreas: (areas: Areas) => void;
  readonly #groupOf = new Map<number, number>();
  readonly #codeFile = new Map<number, number>();
  readonly #codeName = new Map<number, number>();
  readonly #modules = new Map<number, NativeModule & { readonly file: number }>();
  readonly #stackRow = new I32Column();
  readonly #importPlaces = new ImportPlaces();
  readonly #importTimes = new ImportTimes(this.#importPlaces);
  #lastTime: MonotonicNs = 0;

  // Live blocks: address -> row in these columns; rows of dead blocks are used again.
  readonly #addresses = new AddressMap();
  readonly #blockGroup = new I32Column();
  readonly #blockBytes = new F64Column();
  readonly #blockWeight = new F64Column();
  readonly #blockMean = new F64Column();
  readonly #blockUntouched = new F64Column();
  readonly #unused: number[] = [];
  readonly #mappings = new LiveMappings();

  /** `checkpointOffsets`: file offsets, ascending; what was alive just before the record there is copied. */
  constructor(
    shared: SharedTables,
    checkpointOffsets: readonly number[],
    onSnapshot: (snapshot: Snapshot, stack: number) => void,
    onAreas: (areas: Areas) => void = () => undefined,
  ) {
    this.#shared = shared;
    this.#checkpointOffsets = checkpointOffsets;
    this.#onSnapshot = onSnapshot;
    this.#onAreas = onAreas;
    this.#stackRow.push(-1); // stack 0: none
  }

  before(offset: number): undefined {
    while (offset >= this.#checkpointOffsets[this.checkpoints.length]!) this.#takeCheckpoint();
  }

  /** To be called after the last record: checkpoints that lie behind it see the end. */
  end(): void {
    while (this.checkpoints.length < this.#checkpointOffsets.length) this.#takeCheckpoint();
    this.#importTimes.end(this.#lastTime);
  }

  /** How long imports took; `stack` and the module around as rows of the profile's tables. */
  importTimes(): { row: ImportTime; stack: number }[] {
    return this.#importTimes.rows().map((row) => ({ row, stack: this.#importPlaces.stack.at(row.place) }));
  }

  code(id: number, file: string, name: string): void {
    this.#codeFile.set(id, this.#shared.strings.intern(file));
    this.#codeName.set(id, this.#shared.strings.intern(name));
    this.#importPlaces.code(id, file, name);
  }

  stack(id: number, parent: number, code: number, line: number): void {
    if (id !== this.#stackRow.length || parent >= id) return; // ids count up; anything else is damage
    const file = this.#codeFile.get(code) ?? 0;
    const frame = this.#shared.frames.intern(file, this.#codeName.get(code) ?? 0, line > 0 ? line : -1);
    const row = this.#shared.stacks.intern(this.#stackRow.at(parent), frame);
    this.#stackRow.push(row);
    this.#importPlaces.add(parent, code, row);
  }

  module(id: number, path: string, buildId: string): void {
    this.#modules.set(id, { path, buildId, file: this.#shared.strings.intern(path) });
  }

  native(id: number, parent: number, module: number, offset: number): void {
    const found = this.#modules.get(module);
    if (!found) this.stack(id, parent, module, -1); // damage
    if (!found || id !== this.#stackRow.length || parent >= id) return;
    const func = this.#shared.strings.intern(this.#shared.native.find(found, offset));
    const frame = this.#shared.frames.intern(found.file, func, -1, FRAME_KIND.native);
    const row = this.#shared.stacks.intern(this.#stackRow.at(parent), frame);
    this.#stackRow.push(row);
    this.#importPlaces.native(parent, row);
  }

  alloc(
    time: MonotonicNs,
    address: number,
    bytes: Bytes,
    weight: Bytes,
    stack: number,
    mean: Bytes,
    flag: number,
    thread = 0,
  ): void {
    if (stack > 0) this.#importTimes.see(time, thread, this.#importPlaces.of(stack));
    const domain = flag & DOMAIN_MASK;
    const group = this.#groupFor(this.#rowOfStack(stack), domain);
    if (mean > this.largestMean) this.largestMean = mean;
    if (domain === DOMAIN.mmap || domain === DOMAIN.mmapFile || domain === DOMAIN.mmapShared) {
      this.unmap(0, address, bytes); // what was mapped there before is gone, whether its end was seen or not
      this.#mappings.add(address, bytes, group);
      this.groups.untouched.add(group, bytes); // address space, until it is measured
      for (const sums of [this.groups.live, this.groups.allocated]) {
        sums.bytes.add(group, bytes);
        sums.exactBytes.add(group, bytes);
      }
      this.groups.allocated.blocks.add(group, 1); // live ranges merge and split: only calls are counted
      return;
    }
    const block = this.#unused.pop() ?? this.#newBlock();
    this.#blockGroup.set(block, group);
    this.#blockBytes.set(block, bytes);
    this.#blockWeight.set(block, weight);
    this.#blockMean.set(block, mean);
    this.#blockUntouched.set(block, 0);
    const replaced = this.#addresses.set(address, block);
    if (replaced >= 0) this.#bury(replaced);
    this.#count(this.groups.live, group, bytes, weight, mean, 1);
    this.#count(this.groups.allocated, group, bytes, weight, mean, 1);
  }

  free(_: MonotonicNs, address: number): void {
    const block = this.#addresses.delete(address);
    if (block >= 0) this.#bury(block);
  }

  unmap(_: MonotonicNs, address: number, bytes: Bytes): void {
    this.#mappings.remove(address, bytes, (group, gone, untouched) => {
      const { live } = this.groups;
      this.groups.untouched.add(group, -untouched);
      live.bytes.add(group, -gone);
      live.exactBytes.add(group, -gone);
      this.groups.freed.add(group, gone);
    });
  }

  resident(address: number, bytes: Bytes, residentBytes: Bytes): void {
    const untouched = Math.max(0, bytes - residentBytes);
    const block = this.#addresses.get(address);
    if (block >= 0) {
      const known = Math.min(untouched, this.#blockWeight.at(block)); // the record may be damaged, or of an older block
      this.groups.untouched.add(this.#blockGroup.at(block), known - this.#blockUntouched.at(block));
      this.#blockUntouched.set(block, known);
    } else {
      this.#mappings.measure(address, untouched, (group, _, change) => this.groups.untouched.add(group, change));
    }
  }

  snapshot(snapshot: Snapshot): void {
    this.#lastTime = snapshot.time;
    this.#onSnapshot(snapshot, this.#rowOfStack(snapshot.stack));
  }

  areas(areas: Areas): void {
    this.#onAreas(areas);
  }

  note(code: number, text: string): void {
    this.notes.push({ code, text });
  }

  #rowOfStack(stack: number): number {
    return stack < this.#stackRow.length ? this.#stackRow.at(stack) : -1;
  }

  #groupFor(stack: number, domain: number): number {
    const key = (stack + 1) * DOMAINS_SPAN + domain;
    const known = this.#groupOf.get(key);
    if (known !== undefined) return known;
    const { groups } = this;
    groups.stack.push(stack);
    groups.domain.push(domain);
    for (const sums of [groups.live, groups.allocated]) for (const column of Object.values(sums)) column.push(0);
    groups.untouched.push(0);
    const group = groups.freed.push(0);
    this.#groupOf.set(key, group);
    return group;
  }

  #newBlock(): number {
    this.#blockGroup.push(0);
    this.#blockBytes.push(0);
    this.#blockWeight.push(0);
    this.#blockUntouched.push(0);
    return this.#blockMean.push(0);
  }

  #bury(block: number): void {
    const group = this.#blockGroup.at(block);
    const weight = this.#blockWeight.at(block);
    this.#count(this.groups.live, group, this.#blockBytes.at(block), weight, this.#blockMean.at(block), -1);
    this.groups.untouched.add(group, -this.#blockUntouched.at(block));
    this.groups.freed.add(group, weight);
    this.#unused.push(block);
  }

  // mean 0: recorded exactly, weight is the size. A sampled block of `bytes` stands for weight / bytes like it.
  #count(sums: Sums, group: number, bytes: Bytes, weight: Bytes, mean: Bytes, sign: 1 | -1): void {
    sums.bytes.add(group, sign * weight);
    if (mean === 0) {
      sums.exactBytes.add(group, sign * weight);
      sums.blocks.add(group, sign);
    } else {
      sums.blocks.add(group, (sign * weight) / Math.max(1, bytes));
      sums.samples.add(group, sign);
      sums.variance.add(group, sign * weight * mean);
    }
  }

  #takeCheckpoint(): void {
    const { live } = this.groups;
    this.checkpoints.push({
      bytes: live.bytes.finish(),
      exactBytes: live.exactBytes.finish(),
      blocks: live.blocks.finish(),
      samples: live.samples.finish(),
      variance: live.variance.finish(),
      untouched: this.groups.untouched.finish(),
    });
  }
}

function newSums(): Sums {
  return {
    bytes: new F64Column(),
    exactBytes: new F64Column(),
    blocks: new F64Column(),
    samples: new F64Column(),
    variance: new F64Column(),
  };
}
