// What a GGUF model takes in llama.cpp: the file is mapped, and beside it stands the cache of keys and values, which grows with
// the length of the context.
import type { Bytes } from '#base/units.ts';
import type { GgufValue } from './gguf.ts';
import { fair, type ReadContext } from './reader.ts';
import type { ArrayTable, Forecast, WhatIf } from './types.ts';

export function ggufForecast({ python }: ReadContext, arrays: ArrayTable): Forecast {
  return {
    call: 'llama.cpp with mmap, its default (llama_cpp.Llama(path))',
    python,
    imports: ['llama_cpp'],
    peak: 0,
    residentLow: 0,
    residentHigh: 0,
    fileBacked: arrays.bytes,
    peakParts: [],
    confidence: fair(1, 'weights are mapped; the cache of the context and the buffers of a computation come on top'),
  };
}

export function ggufWhatIfs(arrays: ArrayTable, pairs: ReadonlyMap<string, GgufValue>): WhatIf[] {
  const read: WhatIf = {
    id: 'no-mmap',
    label: 'read instead of mapped',
    how: 'Llama(path, use_mmap=False)',
    notApplicable: '',
    peak: arrays.bytes,
    residentLow: arrays.bytes,
    residentHigh: arrays.bytes,
    cost: 'memory of its own, that nothing else shares',
  };
  const perToken = cacheBytesPerToken(pairs);
  const trained = numberOf(pairs, 'context_length');
  if (perToken === undefined || trained === undefined) return [read];
  const context = [...new Set([2048, trained])].map((length) => cacheRow(perToken, length, length === trained));
  return [read, ...context];
}

function cacheRow(perToken: Bytes, length: number, isTrained: boolean): WhatIf {
  const bytes = perToken * length;
  return {
    id: `kv-cache-${length}`,
    label: `cache of ${length.toLocaleString('en')} tokens${isTrained ? ', as trained' : ''}`,
    how: `Llama(path, n_ctx=${length})`,
    notApplicable: '',
    peak: bytes,
    residentLow: bytes,
    residentHigh: bytes,
    cost: 'keys and values as float16, on top of the weights',
  };
}

/** layers x heads of keys and values x (key length + value length) x 2 bytes. */
function cacheBytesPerToken(pairs: ReadonlyMap<string, GgufValue>): Bytes | undefined {
  const layers = numberOf(pairs, 'block_count');
  const heads = numberOf(pairs, 'attention.head_count');
  const cached = numberOf(pairs, 'attention.head_count_kv') ?? heads;
  const width = numberOf(pairs, 'embedding_length');
  if (!layers || !heads || !cached || !width) return undefined;
  const key = numberOf(pairs, 'attention.key_length') ?? width / heads;
  const value = numberOf(pairs, 'attention.value_length') ?? width / heads;
  return layers * cached * (key + value) * 2;
}

/** Keys stand under the name of the architecture: 'llama.block_count'. */
function numberOf(pairs: ReadonlyMap<string, GgufValue>, key: string): number | undefined {
  const value = pairs.get(`${String(pairs.get('general.architecture'))}.${key}`);
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && Number.isSafeInteger(number) ? number : undefined;
}
