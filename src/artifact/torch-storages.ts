// The storages that a torch file's pickle refers to by persistent id: each once, by its key.
import { damaged } from './damage.ts';
import { readStorage, type Storage } from './pickle/classes/torch.ts';
import { KIND } from './pickle/graph.ts';
import type { LoadedPickle } from './pickle/machine.ts';

/** Throws Damage where one key has two sizes. */
export function collectStorages(pickles: readonly LoadedPickle[]): Map<string, Storage> {
  const storages = new Map<string, Storage>();
  for (const { graph, start } of pickles) {
    for (let node = 0; node < graph.nodeCount; node++) {
      if (graph.kind[node] !== KIND.persistent) continue;
      const storage = readStorage(graph, node);
      if (!storage) continue;
      const known = storages.get(storage.key);
      if (known && known.bytes !== storage.bytes) {
        throw damaged(start, `the storage '${storage.key.slice(0, 40)}' is said to have two sizes`);
      }
      storages.set(storage.key, storage);
    }
  }
  return storages;
}
