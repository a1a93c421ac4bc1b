// Each storage of a torch file once: however often it is named, the loader reads it once and hands out the same again.
import { KIND, type PickleGraph } from '../graph.ts';
import type { NodeId } from '../values.ts';
import { readStorage, type Storage } from './torch.ts';

const cache = new WeakMap<PickleGraph, ReadonlyMap<NodeId, Storage>>();

/** By the first node that names it. */
export function readStorages(graph: PickleGraph): ReadonlyMap<NodeId, Storage> {
  const known = cache.get(graph);
  if (known) return known;
  const storages = new Map<NodeId, Storage>();
  const keys = new Set<string>();
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.kind[node] !== KIND.persistent) continue;
    const storage = readStorage(graph, node);
    if (!storage || keys.has(storage.key)) continue;
    keys.add(storage.key);
    storages.set(node, storage);
  }
  cache.set(graph, storages);
  return storages;
}
