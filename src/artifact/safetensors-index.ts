// model.safetensors.index.json: which shard holds which tensor. The shards stand beside it.
//
//   {"metadata": {"total_size": bytes}, "weight_map": {"tensor name": "model-00001-of-00002.safetensors", ...}}
import { ArrayList } from './array-list.ts';
import { damaged, refused, unsupported } from './damage.ts';
import { parseJsonObject } from './json-object.ts';
import { dataReport, type ReadContext, unsure } from './reader.ts';
import { readSafetensorsFile } from './safetensors.ts';
import { tensorAdvice, tensorForecast, tensorWhatIfs } from './safetensors-forecast.ts';
import type { ArtifactNote, ArtifactReport, Part } from './types.ts';

const MOST_INDEX = 256 * 2 ** 20;
const MOST_SHARDS = 10_000;

export function readSafetensorsIndex(context: ReadContext): ArtifactReport {
  const { source } = context;
  if (source.size > MOST_INDEX) throw refused(0, `an index of ${source.size} bytes`);
  const index = parseJsonObject(source.read(0, source.size), 0);
  const shards = groupByShard(index.weight_map);
  const list = new ArrayList();
  const parts: Part[] = [];
  const notes: ArtifactNote[] = [];
  for (const [name, wanted] of shards) parts.push(readShard(context, { name, wanted, list, notes }));
  const arrays = list.finish();
  const missing = parts.filter(({ found }) => !found).length;
  const forecast = tensorForecast(context, arrays);
  const loaded = { ...forecast, call: 'safetensors.torch.load_file(shard) for each shard' };
  return dataReport(context, formatOf(parts.length), {
    fileBytes: source.size + parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts,
    arrays,
    forecast:
      missing === 0
        ? loaded
        : {
            ...loaded,
            confidence: unsure(1 - missing / parts.length, `${missing} of ${parts.length} shards are missing`),
          },
    whatIfs: tensorWhatIfs(arrays),
    advice: tensorAdvice(arrays),
    notes,
  });
}

function formatOf(shards: number) {
  return { id: 'safetensors-index' as const, name: `safetensors in ${shards} shards`, version: '', details: [] };
}

function groupByShard(map: unknown): Map<string, Set<string>> {
  if (typeof map !== 'object' || map === null) throw damaged(0, 'the index has no weight_map');
  const shards = new Map<string, Set<string>>();
  for (const [tensor, shard] of Object.entries(map)) {
    if (typeof shard !== 'string') throw damaged(0, `the index names no file for '${tensor.slice(0, 80)}'`);
    if (/[/\\\0]/.test(shard) || shard === '..') throw refused(0, 'the index names a file in another folder');
    if (!shard.endsWith('.safetensors')) throw unsupported(0, 'an index of shards that are not safetensors');
    const tensors = shards.get(shard) ?? new Set();
    shards.set(shard, tensors.add(tensor));
    if (shards.size > MOST_SHARDS) throw refused(0, `an index of more than ${MOST_SHARDS} shards`);
  }
  return shards;
}

interface Shard {
  readonly name: string;
  readonly wanted: ReadonlySet<string>;
  readonly list: ArrayList;
  readonly notes: ArtifactNote[];
}

function readShard(context: ReadContext, { name, wanted, list, notes }: Shard): Part {
  const source = context.openBeside(name);
  if (!source) {
    notes.push({ severity: 'warning', code: 'shard-missing', text: `The shard ${name} is not beside the index.` });
    return { name, bytes: 0, inflatedBytes: 0, at: 0, found: false };
  }
  const { tensors } = readSafetensorsFile(source);
  for (const tensor of tensors) list.add(tensor);
  const held = new Set(tensors.map(({ path }) => path));
  const lacking = [...wanted].filter((tensor) => !held.has(tensor)).length;
  if (lacking > 0) {
    const text = `${lacking} tensors that the index places into ${name} are not in it.`;
    notes.push({ severity: 'warning', code: 'shard-incomplete', text });
  }
  return { name, bytes: source.size, inflatedBytes: source.size, at: 0, found: true };
}
