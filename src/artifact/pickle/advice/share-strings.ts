import { formatBytes, formatCount } from '#base/format.ts';
import type { AdviceRule } from './rule.ts';

const LEAST_BYTES = 8 * 1024 * 1024;
const LEAST_SHARE = 0.1;

export const shareStrings: AdviceRule = {
  id: 'share-strings',
  judge({ duplicates, residentHigh }) {
    const strings = duplicates.find(({ kind }) => kind === 'str');
    if (!strings || strings.bytes < LEAST_BYTES || strings.bytes < residentHigh * LEAST_SHARE) return undefined;
    return {
      title: 'Make equal strings one object before saving',
      why: `${formatCount(strings.count)} strings repeat another one and take ${formatBytes(strings.bytes)}.`,
      savedBytes: strings.bytes,
      how: 'sys.intern(text) where keys are made; a categorical column in pandas; or highwater slim on the file',
    };
  },
};
