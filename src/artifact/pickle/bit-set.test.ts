import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitSet } from './bit-set.ts';

describe('a set of numbers', () => {
  it('has what was added, and counts what comes before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000)), fc.array(fc.nat(6000)), (added, asked) => {
        const set = new BitSet(1);
        for (const member of added) set.add(member);
        const members = [...new Set(added)].sort((a, b) => a - b);
        expect(set.rankAll()).toBe(members.length);
        for (const number of asked) expect(set.has(number)).toBe(members.includes(number));
        members.forEach((member, rank) => void expect(set.rankOf(member)).toBe(rank));
      }),
    );
  });
});
