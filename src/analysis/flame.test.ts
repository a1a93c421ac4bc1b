import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { allocatedByStack, computeFlameTree, type FlameTree, liveByStack, NATIVE_FRAME } from './flame.ts';

const SMALL = `
  app.py:main:3 > np.py:ones:9 = 64 KiB
  app.py:main:3 > np.py:zeros:5 > np.py:ones:9 = 16 KiB
  app.py:main:3 = 4 KiB
  app.py:main:4 > np.py:ones:9 = 32 KiB
  app.py:main:4 > np.py:free:7 = 1 KiB freed
  (native) = 8 KiB
`;

/** "  ones:9 64 (self 64)": a line a node, indented by depth, KiB. */
function outline(profile: Profile, tree: FlameTree): string[] {
  return Array.from({ length: tree.length }, (_, row) => {
    const frame = tree.frame[row]!;
    const name =
      frame === NATIVE_FRAME
        ? 'native'
        : frame < 0
          ? 'all'
          : `${profile.strings[profile.frames.func[frame]!]}:${profile.frames.line[frame]}`;
    return `${'  '.repeat(tree.depth[row]!)}${name} ${tree.total[row]! / 1024} (self ${tree.self[row]! / 1024})`;
  });
}

describe('the flame tree', () => {
  it('goes from the outermost call down, largest first', () => {
    const profile = profileFromText(SMALL);
    expect(outline(profile, computeFlameTree(profile, liveByStack(profile, 0), false))).toEqual([
      'all 124 (self 0)',
      '  main:3 84 (self 4)',
      '    ones:9 64 (self 64)',
      '    zeros:5 16 (self 0)',
      '      ones:9 16 (self 16)',
      '  main:4 32 (self 0)',
      '    ones:9 32 (self 32)',
      '  native 8 (self 8)',
    ]);
  });

  it('inverted, from the allocating line up', () => {
    const profile = profileFromText(SMALL);
    expect(outline(profile, computeFlameTree(profile, liveByStack(profile, 0), true))).toEqual([
      'all 124 (self 0)',
      '  ones:9 112 (self 0)',
      '    main:3 64 (self 64)',
      '    main:4 32 (self 32)',
      '    zeros:5 16 (self 0)',
      '      main:3 16 (self 16)',
      '  native 8 (self 8)',
      '  main:3 4 (self 4)',
    ]);
  });

  it('of what was allocated has what was freed, too', () => {
    const profile = profileFromText(SMALL);
    const lines = outline(profile, computeFlameTree(profile, allocatedByStack(profile), false));
    expect(lines).toContain('    free:7 1 (self 1)');
    expect(lines[0]).toBe('all 125 (self 0)');
  });

  it('of nothing is its root', () => {
    const profile = profileFromText('app.py:main:3 = 1 KiB');
    expect(computeFlameTree(profile, liveByStack(profile, 7), false)).toMatchObject({ length: 1 });
  });

  it('keeps its promises on any profile, both ways round', () => {
    fc.assert(
      fc.property(randomProfile, fc.boolean(), fc.boolean(), (profile, live, inverted) => {
        const bytes = live ? liveByStack(profile, 0) : allocatedByStack(profile);
        const tree = computeFlameTree(profile, bytes, inverted);
        const sum = bytes.reduce((total, value) => total + value, 0);
        const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * (1 + sum));
        near(tree.total[0]!, sum);
        const children = Array.from(tree.self);
        const siblings = new Map<number, { total: number; frames: Set<number> }>();
        for (let row = 1; row < tree.length; row++) {
          const parent = tree.parent[row]!;
          expect(parent).toBeLessThan(row);
          expect(tree.depth[row]).toBe(tree.depth[parent]! + 1);
          expect(tree.total[row]).toBeGreaterThan(0);
          children[parent]! += tree.total[row]!;
          const before = siblings.get(parent) ?? { total: Number.POSITIVE_INFINITY, frames: new Set() };
          expect(tree.total[row]).toBeLessThanOrEqual(before.total);
          expect(before.frames).not.toContain(tree.frame[row]);
          siblings.set(parent, { total: tree.total[row]!, frames: before.frames.add(tree.frame[row]!) });
          // Depth first: a row's parent is the row before it or one of that row's ancestors.
          let above = row - 1;
          while (above > parent) above = tree.parent[above]!;
          expect(above).toBe(parent);
        }
        children.forEach((total, row) => void near(total, tree.total[row]!));
      }),
    );
  });
});
