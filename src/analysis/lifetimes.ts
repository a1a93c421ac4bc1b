// What was alive at any moment of the run, and what came and went between two: rows of LifetimeTable as live tables, so that
// every analysis of a moment answers for these too.
import { I32Column } from '#base/columns.ts';
import type { Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, LiveTable, Profile } from '#profile/types.ts';

/** A moment as a number of whole intervals since the run began: 0 = its beginning, `intervals.count` = its end. */
export type Edge = number;

export const BEGINNING: Edge = 0;

/** `from` before `to`. */
export interface EdgeRange {
  readonly from: Edge;
  readonly to: Edge;
}

/** False in profiles of before there were lifetimes, and where no agent ran. */
export function hasLifetimes({ meta, lifetimes }: Profile): boolean {
  return meta.intervals !== undefined && lifetimes.length > 0;
}

/** The edge of an interval that is nearest to a time. */
export function edgeAt({ meta }: Profile, time: Milliseconds): Edge {
  if (!meta.intervals || Number.isNaN(time)) return BEGINNING;
  const { count, width } = meta.intervals;
  return Math.min(count, Math.max(0, Math.round(time / width)));
}

export function timeOf({ meta }: Profile, edge: Edge): Milliseconds {
  return edge * (meta.intervals?.width ?? 0);
}

/** Alive at `to`, and not yet at `from`; since BEGINNING: all that is alive. */
export function liveSince(profile: Profile, from: Edge, to: Edge): LiveTable {
  const alive = aliveAt(profile, to);
  const { birth } = profile.lifetimes;
  return select(profile, (row) => birth[row]! >= from && alive(row));
}

/** Alive at `from`, and no more at `to`. */
export function goneSince(profile: Profile, from: Edge, to: Edge): LiveTable {
  const before = aliveAt(profile, from);
  const after = aliveAt(profile, to);
  return select(profile, (row) => before(row) && !after(row));
}

/** A profile whose one moment (row 0) holds what `live` says, and whose run allocated nothing else. */
export function withLive(profile: Profile, live: LiveTable): Profile {
  const { churn } = profile;
  return { ...profile, live, churn: { ...churn, length: 0 } };
}

/** Began in an interval before the edge and did not end in one. */
function aliveAt(profile: Profile, edge: Edge): (row: number) => boolean {
  const { birth, death, process } = profile.lifetimes;
  const last = lastEdgeOf(profile);
  // At the end of the run stands what the program held when it ended, though others may have gone on.
  if (edge >= (profile.meta.intervals?.count ?? 0)) last[0] = edge;
  return (row) => birth[row]! < edge && (death[row]! < 0 ? last[process[row]!]! : death[row]!) >= edge;
}

/** What rows of LifetimeTable add up to at each edge, where each adds `bytesOf` while it is alive. */
export function totalByEdge(profile: Profile, bytesOf: (row: number) => number): Float64Array {
  const { lifetimes, meta } = profile;
  const { birth, death, process } = lifetimes;
  const count = meta.intervals?.count ?? 0;
  const last = lastEdgeOf(profile);
  const totals = new Float64Array(count + 2);
  for (let row = 0; row < lifetimes.length; row++) {
    const bytes = bytesOf(row);
    const end = death[row]! < 0 ? last[process[row]!]! : death[row]!;
    if (bytes === 0 || end <= birth[row]!) continue;
    totals[birth[row]! + 1]! += bytes;
    totals[end + 1]! -= bytes;
  }
  for (let edge = 1; edge < totals.length; edge++) totals[edge]! += totals[edge - 1]!;
  return totals.subarray(0, count + 1);
}

/** By process, the last edge at which it was still there. */
export function lastEdgeOf({ processes, meta }: Profile): Int32Array {
  const { count, width } = meta.intervals ?? { count: 0, width: 1 };
  return Int32Array.from({ length: processes.length }, (_, process: IndexIntoProcesses) => {
    const end = processes.end[process]!;
    if (!(end <= count * width)) return count;
    const edge = Math.min(count, Math.ceil(end / width));
    return edge * width >= end ? edge - 1 : edge;
  });
}

function select({ lifetimes }: Profile, keep: (row: number) => boolean): LiveTable {
  const kept = new I32Column();
  for (let row = 0; row < lifetimes.length; row++) if (keep(row)) kept.push(row);
  const rows = kept.finish();
  const numbers = (from: Float64Array) => Float64Array.from(rows, (row) => from[row]!);
  return {
    length: rows.length,
    moment: new Int32Array(rows.length),
    process: rows.map((row) => lifetimes.process[row]!),
    stack: rows.map((row) => lifetimes.stack[row]!),
    domain: Uint8Array.from(rows, (row) => lifetimes.domain[row]!),
    bytes: numbers(lifetimes.bytes),
    exactBytes: numbers(lifetimes.exactBytes),
    blocks: numbers(lifetimes.blocks),
    samples: numbers(lifetimes.samples),
    variance: numbers(lifetimes.variance),
    resident: numbers(lifetimes.resident),
  };
}
