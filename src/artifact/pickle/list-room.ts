// What a list's buffer has room for, as it grew batch by batch.
import { NO_SEGMENT, type PickleGraph } from './graph.ts';
import { listRoom } from './object-sizes.ts';
import { type NodeId, payloadOf, TAG, tagOf } from './values.ts';

/** Room that a large list has beyond its items was never touched: it is no memory yet. */
const UNTOUCHED_ROOM = 65_536;

export function listRoomOf({ head, length, edges, runs }: PickleGraph, list: NodeId): number {
  const total = length[list]!;
  const newest = head[list]!;
  if (total * 8 >= UNTOUCHED_ROOM || newest === NO_SEGMENT) return total;
  if (edges[newest + 1] === NO_SEGMENT) return listRoom(0, 0, total);
  const added: number[] = [];
  for (let s = newest; s !== NO_SEGMENT; s = edges[s + 1]!) {
    const end = s + 2 + (edges[s]! >>> 3);
    let items = 0;
    for (let i = s + 2; i < end; i++) {
      const value = edges[i]!;
      items += value < 0 && tagOf(value) === TAG.run ? runs.valuesOf(payloadOf(value)) : 1;
    }
    added.push(items);
  }
  return grown(added.reverse());
}

function grown(added: readonly number[]): number {
  let [room, length] = [0, 0];
  for (const count of added) {
    room = listRoom(room, length, count);
    length += count;
  }
  return room;
}
