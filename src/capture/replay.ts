// One stream replayed: who allocated what, what was alive at chosen points. Blocks are grouped by (stack, domain) as they
// come, so memory grows with the number of live samples and distinct stacks, not with the length of the run.
import { F64Column, I32Column } from '#base/columns.ts';
import type { Bytes, MonotonicNs } from '#base/units.ts';
import type { FrameTableBuilder, StackTableBuilder, StringTableBuilder } from '#profile/build.ts';
import { DOMAIN, FRAME_KIND } from '#profile/types.ts';
import { AddressMap } from './address-map.ts';
import { Groups, type LiveCopy } from './groups.ts';
import { ImportPlaces } from './import-places.ts';
import { type ImportTime, ImportTimes } from './import-times.ts';
import { Lifetimes } from './lifetimes.ts';
import { LiveMappings } from './mappings.ts';
import type { NativeNames } from './native-names.ts';
import type { NativeModule } from './native-places.ts';
import { StreamLifetimes } from './stream-lifetimes.ts';
import { type LastLook, PRIVATE_DOMAINS } from './touched-since.ts';
import { type Areas, DOMAIN_MASK, type FailedRequest, type RecordVisitor, type Snapshot, UNKNOWN } from './wire.ts';

/** The builders that all streams of a run share. */
export interface SharedTables {
  readonly strings: StringTableBuilder;
  readonly frames: FrameTableBuilder;
  readonly stacks: StackTableBuilder;
  readonly native: NativeNames;
}

/** Readings on the way; `stack` is a row of the profile's table. */
export interface ReplayListener {
  snapshot?(snapshot: Snapshot, stack: number): void;
  areas?(areas: Areas): void;
  failed?(request: FailedRequest, stack: number): void;
}

export class Replay implements RecordVisitor {
  readonly groups = new Groups();
  readonly notes: { code: number; text: string }[] = [];
  /** One for each checkpoint that was reached, in the order given. */
  readonly checkpoints: LiveCopy[] = [];
  /** For each of them, what the process held when its agent looked last. */
  readonly looksBefore: LastLook[] = [];
  largestMean: Bytes = 0;

  readonly #shared: SharedTables;
  readonly #checkpointOffsets: readonly number[];
  readonly #listener: ReplayListener;
  readonly #codeFile = new Map<number, number>();
  readonly #codeName = new Map<number, number>();
  readonly #modules = new Map<number, NativeModule & { readonly file: number }>();
  readonly #stackRow = new I32Column();
  readonly #importPlaces = new ImportPlaces();
  readonly #importTimes = new ImportTimes(this.#importPlaces);
  #lastTime: MonotonicNs = 0;
  #lastAnon: Bytes = Number.NaN;
  /** Since then, of what is alive and touched. */
  #grown: Bytes = 0;

  // Live blocks: address -> row in these columns; rows of dead blocks are used again.
  readonly #addresses = new AddressMap();
  readonly #blockGroup = new I32Column();
  readonly #blockBytes = new F64Column();
  readonly #blockWeight = new F64Column();
  readonly #blockMean = new F64Column();
  readonly #blockUntouched = new F64Column();
  /** Interval in which it began; -1 = the row is free. */
  readonly #blockBirth = new I32Column();
  readonly #unused: number[] = [];
  readonly #mappings = new LiveMappings();
  readonly #lifetimes: StreamLifetimes;
  readonly #addGroup: (stack: number, domain: number) => void;

  /** `checkpointOffsets`: file offsets, ascending; what was alive just before the record there is copied. */
  constructor(
    shared: SharedTables,
    checkpointOffsets: readonly number[],
    listener: ReplayListener = {},
    /** Gathers how long blocks lived; absent where nobody asks. */
    { process, lifetimes }: { readonly process: number; readonly lifetimes: Lifetimes } = {
      process: 0,
      lifetimes: new Lifetimes(0, 0),
    },
  ) {
    this.#shared = shared;
    this.#lifetimes = new StreamLifetimes(lifetimes, process);
    this.#addGroup = (stack, domain) => this.#lifetimes.addGroup(stack, domain);
    this.#checkpointOffsets = checkpointOffsets;
    this.#listener = listener;
    this.#stackRow.push(-1); // stack 0: none
  }

  before(offset: number): undefined {
    while (offset >= this.#checkpointOffsets[this.checkpoints.length]!) this.#takeCheckpoint();
  }

  /**
   * To be called after the last record: checkpoints that lie behind it see the end. `isLast`: the process went on in no other
   * image, so what is alive now lived until it ended; else until now.
   */
  end(isLast = true): void {
    while (this.checkpoints.length < this.#checkpointOffsets.length) this.#takeCheckpoint();
    const death = this.#lifetimes.endOfStream(isLast);
    for (let block = 0; block < this.#blockBirth.length; block++) {
      if (this.#blockBirth.at(block) >= 0) this.#tellLifetime(block, death);
    }
    this.#mappings.visit((origin, bytes, untouched) => this.#lifetimes.mappingEnds(origin, death, bytes, untouched));
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
    this.#lifetimes.pass(time);
    if (stack > 0) this.#importTimes.see(time, thread, this.#importPlaces.of(stack));
    const domain = flag & DOMAIN_MASK;
    const group = this.groups.find(this.#rowOfStack(stack), domain, this.#addGroup);
    if (mean > this.largestMean) this.largestMean = mean;
    if (domain === DOMAIN.mmap || domain === DOMAIN.mmapFile || domain === DOMAIN.mmapShared) {
      this.unmap(time, address, bytes); // what was mapped there before is gone, whether its end was seen or not
      this.#mappings.add(address, bytes, this.#lifetimes.originFor(group));
      this.groups.mapped(group, bytes);
      return;
    }
    const block = this.#unused.pop() ?? this.#newBlock();
    this.#blockGroup.set(block, group);
    this.#blockBytes.set(block, bytes);
    this.#blockWeight.set(block, weight);
    this.#blockMean.set(block, mean);
    this.#blockUntouched.set(block, 0);
    this.#blockBirth.set(block, this.#lifetimes.now);
    const replaced = this.#addresses.set(address, block);
    if (replaced >= 0) this.#bury(replaced);
    this.groups.born(group, bytes, weight, mean);
    this.#grown += weight;
  }

  free(time: MonotonicNs, address: number): void {
    this.#lifetimes.pass(time);
    const block = this.#addresses.delete(address);
    if (block >= 0) this.#bury(block);
  }

  unmap(time: MonotonicNs, address: number, bytes: Bytes): void {
    this.#lifetimes.pass(time);
    this.#mappings.remove(address, bytes, (origin, gone, untouched) => {
      const group = this.#lifetimes.groupOf(origin);
      this.groups.unmapped(group, gone, untouched);
      this.#noteGrown(group, untouched - gone);
      this.#lifetimes.mappingEnds(origin, this.#lifetimes.now, gone, untouched);
    });
  }

  resident(address: number, bytes: Bytes, residentBytes: Bytes): void {
    const untouched = Math.max(0, bytes - residentBytes);
    const block = this.#addresses.get(address);
    if (block >= 0) {
      const known = Math.min(untouched, this.#blockWeight.at(block)); // the record may be damaged, or of an older block
      const change = known - this.#blockUntouched.at(block);
      this.groups.untouched.add(this.#blockGroup.at(block), change);
      this.#grown -= change;
      this.#blockUntouched.set(block, known);
    } else {
      this.#mappings.measure(address, untouched, (origin, _, change) => {
        const group = this.#lifetimes.groupOf(origin);
        this.groups.untouched.add(group, change);
        this.#noteGrown(group, -change);
      });
    }
  }

  snapshot(snapshot: Snapshot): void {
    this.#lastTime = snapshot.time;
    const isKnown = snapshot.residentBytes !== UNKNOWN && snapshot.sharedBytes !== UNKNOWN;
    this.#lastAnon = isKnown ? snapshot.residentBytes - snapshot.sharedBytes : Number.NaN;
    this.#grown = 0;
    this.#listener.snapshot?.(snapshot, this.#rowOfStack(snapshot.stack));
  }

  areas(areas: Areas): void {
    this.#listener.areas?.(areas);
  }

  failed(request: FailedRequest): void {
    this.#listener.failed?.(request, this.#rowOfStack(request.stack));
  }

  note(code: number, text: string): void {
    this.notes.push({ code, text });
  }

  /** Of mappings: blocks are private all of them. */
  #noteGrown(group: number, bytes: Bytes): void {
    if (PRIVATE_DOMAINS.has(this.groups.domain.at(group))) this.#grown += bytes;
  }

  #rowOfStack(stack: number): number {
    return stack < this.#stackRow.length ? this.#stackRow.at(stack) : -1;
  }

  #newBlock(): number {
    this.#blockBirth.push(-1);
    this.#blockGroup.push(0);
    this.#blockBytes.push(0);
    this.#blockWeight.push(0);
    this.#blockUntouched.push(0);
    return this.#blockMean.push(0);
  }

  #bury(block: number): void {
    this.groups.died(
      this.#blockGroup.at(block),
      this.#blockBytes.at(block),
      this.#blockWeight.at(block),
      this.#blockMean.at(block),
      this.#blockUntouched.at(block),
    );
    this.#grown -= this.#blockWeight.at(block) - this.#blockUntouched.at(block);
    this.#tellLifetime(block, this.#lifetimes.now);
    this.#blockBirth.set(block, -1);
    this.#unused.push(block);
  }

  #tellLifetime(block: number, death: number): void {
    this.#lifetimes.blockEnds(
      this.#blockGroup.at(block),
      this.#blockBirth.at(block),
      death,
      this.#blockBytes.at(block),
      this.#blockWeight.at(block),
      this.#blockMean.at(block),
      this.#blockUntouched.at(block),
    );
  }

  #takeCheckpoint(): void {
    const live = this.groups.copyLive();
    this.#mappings.visit((origin) => {
      live.blocks[this.#lifetimes.groupOf(origin)]! += 1;
    });
    this.checkpoints.push(live);
    this.looksBefore.push({ anon: this.#lastAnon, grown: this.#grown });
  }
}
