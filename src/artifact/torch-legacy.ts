// torch.save before 1.6: five pickles (a magic number, a version, facts of the system, the object, the keys of the storages),
// then each storage in the order of its key: u64 elements, data.
import { Cursor } from './cursor.ts';
import { damaged } from './damage.ts';
import { readStorage } from './pickle/classes/torch.ts';
import type { FindPlace, Place } from './pickle/placed-arrays.ts';
import { describePickles, runPickles } from './pickle/read-pickle.ts';
import { dataReport, type ReadContext } from './reader.ts';
import { torchAdvice, torchWhatIfs } from './torch-forecast.ts';
import { collectStorages } from './torch-storages.ts';
import type { ArtifactReport } from './types.ts';

const PICKLES = 5;

export function readTorchLegacy(context: ReadContext): ArtifactReport {
  const { source, python } = context;
  const options = { python, loader: 'torch', unpickler: 'python', call: 'torch.load(path)', most: PICKLES } as const;
  const pickles = runPickles(source, options);
  if (pickles.length < PICKLES) throw damaged(source.size, 'the file ends before its fifth pickle');
  const storages = collectStorages(pickles);
  const cursor = new Cursor(source, { at: pickles.at(-1)!.end });
  const places = new Map<string, Place>();
  let bytes = 0;
  for (const key of [...storages.keys()].sort()) {
    const { bytes: needed, itemBytes } = storages.get(key)!;
    const at = cursor.at;
    const elements = cursor.u64();
    if (elements * itemBytes !== needed)
      throw damaged(at, `the storage '${key.slice(0, 40)}' has another size than its tensor`);
    places.set(key, { source, at: cursor.at, bytes: needed });
    cursor.skip(needed);
    bytes += needed;
  }
  const findPlace: FindPlace = (graph, node) => places.get(readStorage(graph, node)?.key ?? '');
  const findings = describePickles(pickles, source, { ...options, findPlace });
  const { forecast } = findings;
  const facts = { forecast, storages: bytes, canMap: false };
  return dataReport(
    context,
    { id: 'torch-legacy', name: 'torch file of the old form', version: '', details: [] },
    {
      arrays: findings.arrays,
      classes: findings.classes,
      tree: findings.tree,
      duplicates: findings.duplicates,
      forecast: { ...forecast, imports: [...new Set(['torch', ...forecast.imports])] },
      pinned: findings.pinned,
      whatIfs: torchWhatIfs(facts),
      advice: torchAdvice(facts),
      security: findings.security,
      notes: findings.notes.filter(({ code }) => code !== 'several-pickles'),
    },
  );
}
