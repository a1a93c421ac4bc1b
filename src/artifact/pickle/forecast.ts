// Predicted memory of loading one pickle with one version of Python: the reach, what dissolves, the timeline, and the words
// of the report's Forecast.
import type { Bytes } from '#base/units.ts';
import type { PythonVersion } from '../types.ts';
import { ClassTable } from './class-table.ts';
import { findRule } from './classes/registry.ts';
import { computeDissolved, type Dissolved, NOTHING_LARGE } from './dissolve.ts';
import { FLAG, KIND } from './graph.ts';
import { arenaShape, BlockCosts } from './heap-layout.ts';
import { LoadEffects } from './load-effects.ts';
import type { LoadRule } from './load-rule.ts';
import type { LoadedPickle } from './machine.ts';
import { dictSlots, ObjectSizes } from './object-sizes.ts';
import { computeReach, MARK, type Reach } from './reach.ts';
import type { SizeModel } from './tally.ts';
import { computeTimeline, findLargeDicts, type Spike, type Timeline } from './timeline.ts';
import type { NodeId } from './values.ts';

/** 'c': pickle.load; 'python': pickle._Unpickler and its subclasses (joblib, torch's weights_only). */
export type Unpickler = 'c' | 'python';

export interface LoadOptions {
  readonly unpickler: Unpickler;
  /** 'fetched': as if the file had been rewritten without the entries that nothing fetches. */
  readonly memo?: 'all' | 'fetched';
  /** Where the file object cannot read into a bytes object (gzip.GzipFile): copies of a large one that are there for a moment. */
  readonly copies?: number;
  /** What takes a compressed stream apart while it is read: tables, history and a buffer. */
  readonly decompressor?: Bytes;
}

/** Everything that is computed of one pickle for one Python. */
export interface LoadModel {
  readonly pickle: LoadedPickle;
  readonly python: PythonVersion;
  readonly options: LoadOptions;
  readonly size: SizeModel;
  readonly reach: Reach;
  readonly dissolved: Dissolved;
  readonly timeline: Timeline;
  readonly largeDicts: readonly NodeId[];
  /** Read buffers and the unpickler's stack. */
  readonly buffers: Bytes;
  /** Attributes come one by one (setattr), whatever the file has. */
  readonly slotStates: boolean;
}

/** File object, prefetched bytes and a frame. */
const READ_BUFFERS: Bytes = 192 * 1024;
const FIRST_SLOTS = 32;

export function computeLoadModel(pickle: LoadedPickle, python: PythonVersion, options: LoadOptions): LoadModel {
  const { graph, root } = pickle;
  const sizes = new ObjectSizes(python);
  const costs = new BlockCosts(arenaShape(python));
  const classes = new ClassTable(graph);
  const effects = new LoadEffects(graph, classes, sizes, costs);
  const reach = computeReach(graph, root, effects, keptBits(options));
  const size: SizeModel = { graph, classes, sizes, costs, effects, marks: reach.marks };
  const dissolved = computeDissolved(size, true);
  const buffers = READ_BUFFERS + 8 * pickle.deepestStack + (options.decompressor ?? 0);
  const largeDicts = findLargeDicts(graph);
  const model = { pickle, python, options, size, reach, dissolved, buffers, largeDicts, slotStates: false };
  return { ...model, timeline: timelineOf(model) };
}

/** The same, were the memo left with the entries that are fetched. What each object is and what is alive need not be found anew. */
export function withoutUnusedMemo(model: LoadModel): LoadModel {
  const options: LoadOptions = { ...model.options, memo: 'fetched' };
  const { graph, effects } = model.size;
  const reach = computeReach(graph, model.pickle.root, effects, keptBits(options), model.reach);
  const size = { ...model.size, marks: reach.marks };
  const dissolved = model.dissolved.hasLarge ? computeDissolved(size, false) : NOTHING_LARGE;
  const rewritten = { ...model, options, size, reach, dissolved };
  return { ...rewritten, timeline: timelineOf(rewritten) };
}

/** The same, were attributes set one by one: only the instances have other sizes, so what is alive need not be found anew. */
export function withSlotStates(model: LoadModel): LoadModel {
  const rewritten = { ...model, slotStates: true };
  if (!model.size.effects.shapes.hasOwnDicts) return rewritten;
  return { ...rewritten, timeline: timelineOf(rewritten) };
}

/** The same, were the file not compressed. */
export function withoutCompression(model: LoadModel): LoadModel {
  const { decompressor = 0 } = model.options;
  const options: LoadOptions = { ...model.options, decompressor: 0, copies: 0 };
  const plain = { ...model, options, buffers: model.buffers - decompressor };
  return { ...plain, timeline: timelineOf(plain) };
}

/** Flags of the nodes that the memo keeps. */
function keptBits({ memo }: LoadOptions): number {
  return memo === 'fetched' ? FLAG.keptByMemo | FLAG.fetched : FLAG.keptByMemo;
}

function timelineOf(model: Omit<LoadModel, 'timeline'>): Timeline {
  const { pickle, python, options, size, dissolved, slotStates } = model;
  const { copies = 0 } = options;
  const copied = copies === 0 ? [] : pickle.largeBytes.map(({ time, bytes }) => ({ time, bytes: bytes * copies }));
  const timeline = computeTimeline(size, dissolved, python, {
    memo: memoSizer(pickle, options, size.sizes),
    kept: keptBits(options),
    largeDicts: model.largeDicts,
    spikes: [pickle.largestBuffer, ...copied, ...passingOf(size)],
    slotStates,
  });
  return withFirstUse(timeline, firstUseOf(pickle));
}

function rulesOf({ graph }: Pick<LoadedPickle, 'graph'>): LoadRule[] {
  return graph.globals.rows.flatMap(({ full }) => findRule(full) ?? []);
}

/** What objects of some classes need while their state is applied. */
function passingOf({ graph, classes, marks }: SizeModel): Spike[] {
  if (!rulesOf({ graph }).some(({ passing }) => passing)) return [];
  const spikes: Spike[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    if ((marks[node]! & MARK.live) === 0 || graph.kind[node] !== KIND.object) continue;
    const bytes = classes.ruleOf(node).passing?.(classes.view.at(node)) ?? 0;
    if (bytes > 0) spikes.push({ time: classes.view.builtAt, bytes });
  }
  return spikes;
}

function firstUseOf(pickle: LoadedPickle): Bytes {
  return rulesOf(pickle).reduce((sum, { firstUse = 0 }) => sum + firstUse, 0);
}

function withFirstUse(timeline: Timeline, bytes: Bytes): Timeline {
  if (bytes === 0) return timeline;
  const { peak, live, liveAtEnd, retained, mostRetained } = timeline;
  const [more, mostMore] = [retained + bytes, mostRetained + bytes];
  return {
    ...timeline,
    peak: peak + bytes,
    live: live + bytes,
    liveAtEnd: liveAtEnd + bytes,
    retained: more,
    mostRetained: mostMore,
  };
}

/** C: an array of pointers, doubled. Python: a dict with an int for each key. */
function memoSizer(pickle: LoadedPickle, options: LoadOptions, sizes: ObjectSizes): (entries: number) => Bytes {
  const { memo } = pickle;
  if (options.unpickler === 'python') {
    return (entries) => sizes.keysTable(dictSlots(entries), false) + 32 * Math.max(0, entries - 257);
  }
  let slots = FIRST_SLOTS;
  const most = options.memo === 'fetched' ? Number.POSITIVE_INFINITY : memo.slots;
  return (entries) => {
    while (slots <= entries && slots < most) slots *= 2;
    return 8 * (entries >= memo.filled ? memo.slots : Math.min(slots, most));
  };
}

export function peakOf({ timeline, buffers }: LoadModel): Bytes {
  return timeline.peak + buffers;
}

/** How far blocks may lie otherwise than reckoned: holes that other blocks fill, pages at the edges. */
const LAYOUT_ERROR = 0.05;
const LEAST_ERROR: Bytes = 512 * 1024;

/** What stays resident when garbage is freed: as blocks lie, but no less than is alive, no more than ever was. */
export function residentRange({ timeline }: LoadModel): { readonly low: Bytes; readonly high: Bytes } {
  const { retained, mostRetained, liveAtEnd, pinnedAtEnd, temporary } = timeline;
  const low = Math.max(liveAtEnd * (1 - LAYOUT_ERROR / 2), retained * (1 - LAYOUT_ERROR)) - LEAST_ERROR;
  const most = (liveAtEnd + pinnedAtEnd + temporary) * (1 + LAYOUT_ERROR / 2);
  const high = Math.min(most, mostRetained * (1 + LAYOUT_ERROR)) + LEAST_ERROR;
  return { low: Math.max(0, low), high: Math.max(high, low) };
}
