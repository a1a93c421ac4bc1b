import { formatBytes, formatCount } from '#base/format.ts';
import type { AdviceRule } from './rule.ts';

const LEAST_GENERATORS = 1000;

/** A random.Random is 2.5 KB alive and a tuple of 625 integers, 24.5 KB, in a pickle. */
export const randomGenerators: AdviceRule = {
  id: 'random-generators',
  judge({ classes }) {
    const row = classes.rows.find(({ name }) => name === 'random.Random');
    if (!row || row.count < LEAST_GENERATORS) return undefined;
    return {
      title: 'Let objects share one random generator, or make it when it is needed',
      why: `${formatCount(row.count)} objects own a random.Random of their own, together ${formatBytes(row.bytes)}; while loading each takes ten times that.`,
      savedBytes: row.bytes,
      how: row.example,
    };
  },
};
