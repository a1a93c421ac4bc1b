import { formatBytes } from '#base/format.ts';
import type { AdviceRule } from './rule.ts';

const LEAST_SHARE = 0.3;
const LEAST_BYTES = 16 * 1024 * 1024;

/** Helps linear models, neighbours, naive Bayes, plain arrays; not forests, whose trees copy their arrays. */
export const mapArrays: AdviceRule = {
  id: 'mmap-mode',
  judge({ whatIfs, peak, arrays, loader }) {
    const mapped = whatIfs.find(({ id }) => id === 'mmap');
    if (loader === 'torch' || !mapped || mapped.notApplicable !== '') return undefined;
    const savedBytes = peak - mapped.peak;
    if (savedBytes < LEAST_BYTES || savedBytes < peak * LEAST_SHARE) return undefined;
    const largest = arrays.rows[0];
    return {
      title: 'Map the arrays instead of reading them',
      why: `${formatBytes(savedBytes)} are arrays that stay as they are in the file${largest ? ` (${largest.path} the largest)` : ''}; mapped, processes share them.`,
      savedBytes,
      how: "joblib.dump(model, path); model = joblib.load(path, mmap_mode='r')",
    };
  },
};
