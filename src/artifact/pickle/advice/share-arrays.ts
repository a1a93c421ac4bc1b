import { formatBytes, formatCount } from '#base/format.ts';
import type { AdviceRule } from './rule.ts';

const LEAST_BYTES = 8 * 1024 * 1024;
const LEAST_SHARE = 0.1;

export const shareArrays: AdviceRule = {
  id: 'share-arrays',
  judge({ duplicates, residentHigh }) {
    const arrays = duplicates.find(({ kind }) => kind === 'array');
    if (!arrays || arrays.bytes < LEAST_BYTES || arrays.bytes < residentHigh * LEAST_SHARE) return undefined;
    return {
      title: 'Let equal arrays be one array before saving',
      why: `${formatCount(arrays.count)} arrays hold the same numbers as another one and take ${formatBytes(arrays.bytes)}: ${arrays.examples[0]?.text ?? ''}.`,
      savedBytes: arrays.bytes,
      how: 'model.b = model.a: what is one object when it is saved is one when it is loaded',
    };
  },
};
