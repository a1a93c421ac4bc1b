import { formatBytes } from '#base/format.ts';
import type { AdviceRule } from './rule.ts';

/** Below this the bytes of a file do not matter to anybody. */
const LEAST_FILE = 8 * 1024 * 1024;

/** pickle.loads(file.read()) has the whole file in memory beside the objects; pickle.load reads it piece by piece. */
export const loadFromFile: AdviceRule = {
  id: 'load-from-file',
  judge({ fileBytes, loader }) {
    if (loader !== 'pickle' || fileBytes < LEAST_FILE) return undefined;
    return {
      title: 'Load from the open file, not from its bytes',
      why: `pickle.loads(f.read()) holds all ${formatBytes(fileBytes)} of the file while it loads; pickle.load(f) reads pieces.`,
      savedBytes: fileBytes,
      how: "with open(path, 'rb') as f: model = pickle.load(f)",
    };
  },
};
