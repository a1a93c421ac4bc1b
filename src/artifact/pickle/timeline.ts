// Memory while a pickle is loaded, node after node in the order in which they are made: the highest point, what it consisted
// of, and what is left when garbage is freed.
import type { Bytes } from '#base/units.ts';
import type { PythonVersion } from '../types.ts';
import { BlockWalker } from './blocks.ts';
import type { Dissolved } from './dissolve.ts';
import { FLAG, KIND, NO_SEGMENT, type PickleGraph, SEGMENT } from './graph.ts';
import { arenaShape, HeapLayout, LARGEST_SMALL, mmapThresholds } from './heap-layout.ts';
import { LateBlocks } from './late-blocks.ts';
import { dictSlots, type ObjectSizes } from './object-sizes.ts';
import { MARK } from './reach.ts';
import type { SizeModel } from './tally.ts';
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
}

const LARGE_TABLE: Bytes = 1024 * 1024;

export function computeTimeline(
  model: SizeModel,
  { deaths }: Dissolved,
  python: PythonVersion,
  loader: Loader,
): Timeline {
  const { graph, marks, costs } = model;
  const modules = graph.globals.rows.map(({ module }) => module);
  const layouts = mmapThresholds(modules).map((threshold) => new HeapLayout(arenaShape(python), threshold));
  const late = new LateBlocks();
  const now = { live: 0, pinned: 0, temporary: 0 };
  let part: keyof typeof now = 'live';
  const walker = new BlockWalker(graph, model.classes, model.sizes, marks, (bytes, count, isRaw) => {
    const cost = costs.of(bytes, isRaw) * count;
    if (builtAt > 0 && part !== 'temporary' && (isRaw || bytes > LARGEST_SMALL)) {
      late.push({ time: builtAt, bytes, count, cost, stays: part === 'live' });
      return;
    }
    now[part] += cost;
    if (part !== 'temporary') for (const layout of layouts) layout.add(bytes, count, isRaw, part === 'live');
  });
  const releaseLate = (time: number) =>
    late.release(time, ({ bytes, count, cost, stays }) => {
      now[stays ? 'live' : 'pinned'] += cost;
      for (const layout of layouts) layout.add(bytes, count, true, stays);
    });
  let builtAt = 0;
  const spikes = [...findSpikes(graph, marks, model.sizes), ...loader.spikes].sort((a, b) => a.time - b.time);
  let highest = { ...now, memo: 0, peak: 0 };
  let [memoized, nextDeath, nextSpike] = [0, 0, 0];
  const note = (extra: Bytes) => {
    const memo = loader.memo(memoized);
    const peak = now.live + now.pinned + now.temporary + memo + extra;
    if (peak > highest.peak && extra >= 0) highest = { ...now, temporary: now.temporary + extra, memo, peak };
  };
  for (let node = 0; node < graph.nodeCount; node++) {
    releaseLate(node);
    for (; nextDeath < deaths.length && deaths[nextDeath]!.time <= node; nextDeath++) {
      note(0);
      now.temporary -= deaths[nextDeath]!.bytes;
      for (const layout of layouts) layout.free(deaths[nextDeath]!.largest, deaths[nextDeath]!.small);
    }
    for (; nextSpike < spikes.length && spikes[nextSpike]!.time <= node; nextSpike++) note(spikes[nextSpike]!.bytes);
    const mark = marks[node]!;
    if ((graph.flags[node]! & loader.kept) === loader.kept) memoized++;
    if ((mark & (MARK.live | MARK.pinned | MARK.temporary)) === 0) continue;
    part = (mark & MARK.live) !== 0 ? 'live' : (mark & MARK.pinned) !== 0 ? 'pinned' : 'temporary';
    builtAt = graph.kind[node] === KIND.object ? model.classes.view.at(node).builtAt : 0;
    walker.walk(node);
  }
  releaseLate(Number.POSITIVE_INFINITY);
  for (; nextSpike < spikes.length; nextSpike++) note(spikes[nextSpike]!.bytes);
  note(0);
  const { live, pinned } = now;
  const retained = layouts.map((layout) => layout.retained);
  const [least, most] = [Math.min(...retained), Math.max(...retained)];
  return { ...highest, liveAtEnd: live, pinnedAtEnd: pinned, retained: least, mostRetained: most };
}

/** Of large dicts: the last time that their table grew. */
function findSpikes(graph: PickleGraph, marks: Uint8Array, sizes: ObjectSizes): Spike[] {
  const spikes: Spike[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.kind[node] !== KIND.dict || (marks[node]! & (MARK.live | MARK.pinned)) === 0) continue;
    const entries = graph.length[node]!;
    if (entries * 24 < LARGE_TABLE) continue;
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
