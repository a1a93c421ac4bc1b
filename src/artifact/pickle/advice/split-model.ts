import { formatBytes } from '#base/format.ts';
import type { SizeTree } from '../../types.ts';
import type { AdviceRule } from './rule.ts';

const LEAST_PARTS = 4;
const LEAST_BYTES = 64 * 1024 * 1024;
const LEAST_SHARE = 0.8;

/** Parts of about the same size: saved one by one, the garbage of each is gone before the next is loaded. */
export const splitModel: AdviceRule = {
  id: 'split',
  judge({ tree, peak, pinned }) {
    const parts = findParts(tree);
    if (!parts || peak < LEAST_BYTES || pinned.bytes < peak / 4) return undefined;
    const savedBytes = pinned.bytes * (1 - 1 / parts.length);
    return {
      title: `Save the parts of ${parts[0]!.path.replace(/\[[^\]]*\]$/, '')} one by one`,
      why: `Loaded one after the other, only one part's garbage exists at a time: about ${formatBytes(pinned.bytes / parts.length)} instead of ${formatBytes(pinned.bytes)}.`,
      savedBytes,
      how: 'for part in parts: pickle.dump(part, f)    # and load as often',
    };
  },
};

/** The first level of the tree at which several parts share nearly all the bytes. */
function findParts(tree: SizeTree): readonly SizeTree[] | undefined {
  for (let at: SizeTree | undefined = tree; at; at = at.children[0]) {
    const large = at.children.filter(({ bytes }) => bytes > (at!.bytes / at!.children.length) * 0.3);
    const sum = large.reduce((total, { bytes }) => total + bytes, 0);
    if (large.length >= LEAST_PARTS && sum > tree.bytes * LEAST_SHARE) return large;
  }
  return undefined;
}
