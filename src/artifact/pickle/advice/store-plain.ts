import { formatBytes } from '#base/format.ts';
import type { AdviceRule } from './rule.ts';

const LEAST_SHARE = 0.2;
const LEAST_BYTES = 16 * 1024 * 1024;

/** A dictionary of xz -9 is 64 MiB, whatever it is for; copies of large bytes objects come on top. */
export const storePlain: AdviceRule = {
  id: 'store-plain',
  judge({ whatIfs, peak }) {
    const plain = whatIfs.find(({ id }) => id === 'uncompressed');
    if (!plain) return undefined;
    const savedBytes = peak - plain.peak;
    if (savedBytes < LEAST_BYTES || savedBytes < peak * LEAST_SHARE) return undefined;
    return {
      title: 'Save it without compression, or with a smaller dictionary',
      why: `${formatBytes(savedBytes)} of the peak are there to take the stream apart; zlib and the low levels of xz need the least.`,
      savedBytes,
      how: 'joblib.dump(model, path), or compress=3',
    };
  },
};
