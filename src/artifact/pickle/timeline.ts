// Memory while a pickle is loaded, node after node in the order in which they are made: the highest point, what it consisted
// of, and what is left when garbage is freed.
import type { Bytes } from '#base/units.ts';
import type { PythonVersion } from '../types.ts';
import { BLOCK } from './block-shapes.ts';
import type { Dissolved } from './dissolve.ts';
import { FLAG, KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import { arenaShape, HeapLayout, mmapThresholds, PoolLayout } from './heap-layout.ts';
import { LateBlocks } from './late-blocks.ts';
import { dictSlots, type ObjectSizes } from './object-sizes.ts';
import { MARK } from './reach.ts';
import { type SizeModel, shapeOf } from './tally.ts';
import type { NodeId } from './values.ts';

export interface Timeline {
  readonly peak: Bytes;
  /** At the peak. */
  readonly live: Bytes;
  readonly pinned: Bytes;
  readonly temporary: Bytes;
  readonly memo: Bytes;
  /** When all is loaded. */
  readonly liveAtEnd: Bytes;
  readonly pinnedAtEnd: Bytes;
  /** Resident once the pinned garbage is freed, as blocks lie: least and most, by what malloc maps. */
  readonly retained: Bytes;
  readonly mostRetained: Bytes;
}

/** What is there for a moment only: a table that is copied into a larger one, a buffer that becomes a string. */
export interface Spike {
  /** Nodes that exist then. */
  readonly time: number;
  readonly bytes: Bytes;
}

/** What the loader itself takes. */
export interface Loader {
  /** Of the memo with so many entries. */
  readonly memo: (entries: number) => Bytes;
  /** FLAG bits of a node that has an entry. */
  readonly kept: number;
  readonly spikes: readonly Spike[];
  /** See findLargeDicts. */
  readonly largeDicts: readonly NodeId[];
  /** Attributes come one by one: no dicts beside instances. */
  readonly slotStates: boolean;
}

const LARGE_TABLE: Bytes = 1024 * 1024;

export function computeTimeline(
  model: SizeModel,
  dissolved: Dissolved,
  python: PythonVersion,
  loader: Loader,
): Timeline {
  return new LoadRun(model, dissolved, python, loader).run();
}

/** What becomes of an object's memory. */
const LIVE = 0;
const PINNED = 1;
const TEMPORARY = 2;

/** One pass over the nodes. Hot: some blocks for each, so plain fields and no object on the way. */
class LoadRun {
  readonly #model: SizeModel;
  readonly #deaths: Dissolved['deaths'];
  readonly #loader: Loader;
  readonly #pools: PoolLayout;
  /** One for each threshold that malloc may have. */
  readonly #layouts: readonly HeapLayout[];
  readonly #late = new LateBlocks();
  readonly #spikes: readonly Spike[];
  /** Bytes by LIVE, PINNED, TEMPORARY. */
  readonly #now = new Float64Array(3);
  #memoized = 0;
  #nextDeath = 0;
  #nextSpike = 0;
  /** Nodes that exist when something happens beside the next node. */
  #nextEvent = 0;
  #highest = { live: 0, pinned: 0, temporary: 0, memo: 0, peak: 0 };

  constructor(model: SizeModel, { deaths }: Dissolved, python: PythonVersion, loader: Loader) {
    this.#model = model;
    this.#deaths = deaths;
    this.#loader = loader;
    const { graph, marks, sizes } = model;
    const thresholds = new Set(mmapThresholds(graph.globals.rows.map(({ module }) => module)));
    this.#pools = new PoolLayout(arenaShape(python));
    this.#layouts = [...thresholds].map((threshold) => new HeapLayout(this.#pools, threshold));
    this.#spikes = [...findSpikes(graph, marks, sizes, loader.largeDicts), ...loader.spikes].sort(
      (a, b) => a.time - b.time,
    );
  }

  run(): Timeline {
    const { graph, marks } = this.#model;
    const { kept } = this.#loader;
    const { flags, nodeCount } = graph;
    for (let node = 0; node < nodeCount; node++) {
      if (node >= this.#nextEvent) this.#passUpTo(node);
      const mark = marks[node]!;
      if ((flags[node]! & kept) === kept) this.#memoized++;
      if ((mark & (MARK.live | MARK.pinned | MARK.temporary)) === 0) continue;
      this.#make(node, (mark & MARK.live) !== 0 ? LIVE : (mark & MARK.pinned) !== 0 ? PINNED : TEMPORARY);
    }
    this.#releaseLate(Number.POSITIVE_INFINITY);
    for (; this.#nextSpike < this.#spikes.length; this.#nextSpike++) this.#note(this.#spikes[this.#nextSpike]!.bytes);
    this.#note(0);
    const retained = this.#layouts.map((layout) => layout.retained);
    return {
      ...this.#highest,
      liveAtEnd: this.#now[LIVE]!,
      pinnedAtEnd: this.#now[PINNED]!,
      retained: Math.min(...retained),
      mostRetained: Math.max(...retained),
    };
  }

  /** What comes and goes before the node is made. */
  #passUpTo(node: NodeId): void {
    this.#releaseLate(node);
    const [deaths, spikes] = [this.#deaths, this.#spikes];
    for (; this.#nextDeath < deaths.length && deaths[this.#nextDeath]!.time <= node; this.#nextDeath++) {
      const { bytes, largest, small } = deaths[this.#nextDeath]!;
      this.#note(0);
      this.#now[TEMPORARY]! -= bytes;
      this.#pools.free(small);
      for (const layout of this.#layouts) layout.free(largest);
    }
    for (; this.#nextSpike < spikes.length && spikes[this.#nextSpike]!.time <= node; this.#nextSpike++) {
      this.#note(spikes[this.#nextSpike]!.bytes);
    }
    this.#findNextEvent();
  }

  #findNextEvent(): void {
    const death = this.#deaths[this.#nextDeath]?.time ?? Number.POSITIVE_INFINITY;
    const spike = this.#spikes[this.#nextSpike]?.time ?? Number.POSITIVE_INFINITY;
    this.#nextEvent = Math.min(death, spike, this.#late.nextTime);
  }

  #make(node: NodeId, part: number): void {
    const { shapes } = this.#model.effects;
    const shape = shapeOf(this.#model, node);
    const end = shapes.first[shape + 1]!;
    for (let block = shapes.first[shape]!; block < end; block++) {
      if (this.#loader.slotStates && (shapes.kind[block]! & BLOCK.ownDict) !== 0) continue;
      const count = shapes.blocks[block]!;
      const sizeClass = shapes.sizeClass[block]!;
      if (sizeClass === 0) this.#makeLarge(node, part, block);
      else {
        this.#now[part]! += shapes.blockCost[block]! * count;
        if (part !== TEMPORARY) this.#pools.add(sizeClass, count, part === LIVE);
      }
    }
  }

  /** Those that an object makes when its state is applied come when that is done. */
  #makeLarge(node: NodeId, part: number, block: number): void {
    const { graph, classes, effects } = this.#model;
    const { shapes } = effects;
    const bytes = shapes.bytes[block]!;
    const count = shapes.blocks[block]!;
    const cost = shapes.blockCost[block]! * count;
    const time = graph.kind[node] === KIND.object && part !== TEMPORARY ? classes.view.at(node).builtAt : 0;
    if (time > 0) {
      this.#late.push(time, bytes, count, cost, part === LIVE);
      this.#nextEvent = Math.min(this.#nextEvent, time);
      return;
    }
    this.#now[part]! += cost;
    if (part !== TEMPORARY) for (const layout of this.#layouts) layout.add(bytes, count, part === LIVE);
  }

  #releaseLate(time: number): void {
    const late = this.#late;
    while (!late.isEmpty && late.nextTime <= time) {
      const row = late.pop();
      const stays = late.stays[row] === 1;
      this.#now[stays ? LIVE : PINNED]! += late.cost[row]!;
      for (const layout of this.#layouts) layout.add(late.bytes[row]!, late.count[row]!, stays);
    }
  }

  #note(extra: Bytes): void {
    const memo = this.#loader.memo(this.#memoized);
    const [live, pinned, temporary] = [this.#now[LIVE]!, this.#now[PINNED]!, this.#now[TEMPORARY]!];
    const peak = live + pinned + temporary + memo + extra;
    if (peak <= this.#highest.peak || extra < 0) return;
    this.#highest = { live, pinned, temporary: temporary + extra, memo, peak };
  }
}

/** Dicts with a table so large that its growth can be seen. */
export function findLargeDicts({ kind, length, nodeCount }: PickleGraph): NodeId[] {
  const found: NodeId[] = [];
  for (let node = 0; node < nodeCount; node++) {
    if (length[node]! * 24 >= LARGE_TABLE && kind[node] === KIND.dict) found.push(node);
  }
  return found;
}

/** Of large dicts: the last time that their table grew. */
function findSpikes(graph: PickleGraph, marks: Uint8Array, sizes: ObjectSizes, largeDicts: readonly NodeId[]): Spike[] {
  const spikes: Spike[] = [];
  for (const node of largeDicts) {
    if ((marks[node]! & (MARK.live | MARK.pinned)) === 0) continue;
    const entries = graph.length[node]!;
    const slots = dictSlots(entries) / 2;
    const bytes = sizes.keysTable(slots, (graph.flags[node]! & FLAG.stringKeys) !== 0);
    const full = Math.floor((slots * 2) / 3);
    const time = timeOfEntry(graph, node, full);
    if (time <= graph.nodeCount) spikes.push({ time, bytes });
    else spikes.push({ time: node + 1, bytes: bytes - (entries - full) * NUMBERS_OF_ENTRY });
  }
  return spikes;
}

/** Of a key and a value that are no nodes: what comes after the table grew is not there yet when it does. */
const NUMBERS_OF_ENTRY: Bytes = 64;

/**
 * Nodes that exist when a dict gets its entry number `entry`: those up to the nearest node among its keys and values.
 * Infinity where there are none.
 */
function timeOfEntry(graph: PickleGraph, dict: NodeId, entry: number): number {
  const { edges, head, length } = graph;
  let before = length[dict]!;
  let time = Number.POSITIVE_INFINITY;
  for (let s = head[dict]!; s !== NO_SEGMENT && before > entry; s = edges[s + 1]!) {
    if ((edges[s]! & 7) !== SEGMENT.pairs) continue;
    const count = edges[s]! >>> 3;
    before -= count / 2;
    for (let i = s + 2; i < s + 2 + count; i++) if (edges[i]! >= 0) time = Math.min(time, edges[i]! + 1);
  }
  return time;
}
