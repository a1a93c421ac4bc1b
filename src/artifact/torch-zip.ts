// torch.save's archive: a zip with NAME/data.pkl, a pickle whose persistent ids name storages, and the storages as members
// NAME/data/KEY, stored as they are.
import { Damage, damaged, type NamedBefore, unsupported } from './damage.ts';
import { readStorage } from './pickle/classes/torch.ts';
import { addNames } from './pickle/imports.ts';
import type { FindPlace, Place } from './pickle/placed-arrays.ts';
import { describePickles, runPickles } from './pickle/read-pickle.ts';
import { dataReport, type ReadContext } from './reader.ts';
import { torchAdvice, torchWhatIfs } from './torch-forecast.ts';
import { collectStorages } from './torch-storages.ts';
import type { ArtifactNote, ArtifactReport } from './types.ts';
import { partsOf, readZip, type ZipDirectory, type ZipMember } from './zip.ts';

const PICKLE = /^([^/]+)\/data\.pkl$/;
const MOST_PARTS = 2000;
const MOST_PICKLES = 100;
const MOST_PICKLE_BYTES = 2 ** 24;

export function isTorchZip({ members }: ZipDirectory): boolean {
  return members.some(({ name }) => PICKLE.test(name));
}

export function readTorchZip(context: ReadContext, zip: ZipDirectory = readZip(context.source)): ArtifactReport {
  const { member, folder } = findPickle(zip);
  const source = zip.open(member);
  const { python } = context;
  const options = { python, loader: 'torch', unpickler: 'python', call: 'torch.load(path)' } as const;
  const pickles = runPickles(source, options);
  const stored = checkStorages(zip, folder, collectStorages(pickles));
  const findings = describePickles(pickles, source, { ...options, findPlace: storageFinder(zip, folder) });
  const { arrays, classes, tree, duplicates, forecast, pinned, security, notes } = findings;
  const format = {
    id: 'torch-zip' as const,
    name: 'torch archive',
    version: versionOf(zip, folder),
    details: [{ name: 'storages', value: String(stored.count) }],
  };
  return dataReport(context, format, {
    parts: partsOf(zip.members.slice(0, MOST_PARTS)),
    arrays,
    classes,
    tree,
    duplicates,
    forecast: { ...forecast, imports: [...new Set(['torch', ...forecast.imports])] },
    pinned,
    whatIfs: torchWhatIfs({ forecast, storages: stored.bytes, canMap: true }),
    advice: torchAdvice({ forecast, storages: stored.bytes, canMap: true }),
    security: addNames(security, namesElsewhere(zip, member)),
    notes: [...notes, ...scriptNotes(zip, folder)],
  });
}

/** One source for each storage: tensors over the same one are no duplicates. */
function storageFinder(zip: ZipDirectory, folder: string): FindPlace {
  const places = new Map<string, Place>();
  return (graph, node) => {
    const storage = readStorage(graph, node);
    const member = storage && zip.find(`${folder}/data/${storage.key}`);
    if (!member) return undefined;
    const place = places.get(storage.key) ?? { source: zip.open(member), at: 0, bytes: storage.bytes };
    places.set(storage.key, place);
    return place;
  };
}

/** torch.load reads data.pkl alone; other programs read the other pickles of an archive. */
function namesElsewhere(zip: ZipDirectory, data: ZipMember): NamedBefore[] {
  const others = zip.members.filter(
    (member) => member !== data && member.bytes <= MOST_PICKLE_BYTES && /\.(?:pkl|pickle|joblib)$/.test(member.name),
  );
  return others.slice(0, MOST_PICKLES).flatMap((member) => {
    try {
      const pickles = runPickles(zip.open(member), { python: { major: 3, minor: 12 } });
      return pickles.flatMap(({ graph }) => graph.globals.rows);
    } catch (error) {
      if (error instanceof Damage) return error.named;
      throw error;
    }
  });
}

function findPickle({ members }: ZipDirectory): { readonly member: ZipMember; readonly folder: string } {
  const found = members.filter(({ name }) => PICKLE.test(name));
  const [member] = found;
  if (!member) throw damaged(0, 'the archive has no data.pkl');
  if (found.length > 1) throw unsupported(found[1]!.headerAt, 'an archive with two data.pkl');
  return { member, folder: PICKLE.exec(member.name)![1]! };
}

function checkStorages(zip: ZipDirectory, folder: string, storages: ReturnType<typeof collectStorages>) {
  let bytes = 0;
  for (const { key, bytes: needed } of storages.values()) {
    const member = zip.find(`${folder}/data/${key}`);
    if (!member) throw damaged(0, `the storage '${key.slice(0, 40)}' is not in the archive`);
    if (member.bytes < needed) {
      throw damaged(member.headerAt, `the storage '${key.slice(0, 40)}' has ${member.bytes} of ${needed} bytes`);
    }
    bytes += needed;
  }
  return { bytes, count: storages.size };
}

const MOST_VERSION = 64;

function versionOf(zip: ZipDirectory, folder: string): string {
  const member = zip.find(`${folder}/version`);
  if (!member || member.bytes > MOST_VERSION) return '';
  return new TextDecoder().decode(zip.open(member).read(0, member.bytes)).trim();
}

function scriptNotes(zip: ZipDirectory, folder: string): ArtifactNote[] {
  if (!zip.members.some(({ name }) => name.startsWith(`${folder}/code/`))) return [];
  const text = 'It is a TorchScript archive: torch.jit.load compiles and can run the code in it.';
  return [{ severity: 'warning', code: 'torch-script', text }];
}
