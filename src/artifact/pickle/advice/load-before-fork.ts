import { formatBytes } from '#base/format.ts';
import type { AdviceRule } from './rule.ts';

const LEAST_BYTES = 32 * 1024 * 1024;

/** Each worker that loads on its own pays in full; forked ones share pages that nobody writes to. */
export const loadBeforeFork: AdviceRule = {
  id: 'load-before-fork',
  judge({ residentHigh }) {
    if (residentHigh < LEAST_BYTES) return undefined;
    return {
      title: 'Where several workers serve the model, load it before they are forked',
      why: `Each worker that loads it has ${formatBytes(residentHigh)} of its own; forked workers share what is not written to.`,
      savedBytes: residentHigh,
      how: 'gunicorn --preload; gc.freeze() before the fork keeps the collector from touching every page',
    };
  },
};
