import { formatBytes } from '#base/format.ts';
import type { AdviceRule } from './rule.ts';

/** Less is not worth a second file. */
const LEAST_SHARE = 0.1;
const LEAST_BYTES = 4 * 1024 * 1024;

/** The file, rewritten: no memo entries that nothing fetches, each equal constant once. */
export const slimFile: AdviceRule = {
  id: 'slim',
  judge({ peak, whatIfs, pinned }) {
    const slim = whatIfs.find(({ id }) => id === 'slim');
    if (slim?.notApplicable !== '') return undefined;
    const savedBytes = peak - slim.peak;
    if (savedBytes < LEAST_BYTES || savedBytes < peak * LEAST_SHARE) return undefined;
    return {
      title: 'Rewrite the file so that loading pins no garbage',
      why: `The loader's memo keeps ${formatBytes(pinned.bytes)} of temporaries until loading ends; the same objects load at ${formatBytes(slim.peak)}.`,
      savedBytes,
      how: slim.how,
    };
  },
};
