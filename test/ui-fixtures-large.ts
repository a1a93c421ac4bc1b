// A large run, made from a fixed seed: what measures size and speed.
import { DOMAIN, MOMENT_KIND, NOT_COUNTED, type Profile } from '#profile/types.ts';
import { RICH_META } from './ui-fixtures.ts';
import { MIB, ProfileMaker, SITE } from './ui-fixtures-maker.ts';

/** Numbers in [0, 1) that are the same on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface LargeSize {
  readonly stacks: number;
  readonly frames: number;
  readonly samples: number;
}

/** A long run of a large program: a call tree of many stacks, half of which hold something. */
export function largeProfile(size: LargeSize = { stacks: 200_000, frames: 20_000, samples: 20_000 }): Profile {
  const maker = new ProfileMaker();
  const random = seededRandom(7);
  maker.process(500, -1, 'train.py', 7720, 0, 3_600_000, true);
  maker.moments.add({
    kind: MOMENT_KIND.processPeak,
    process: 0,
    time: 566_640,
    resident: 7600 * MIB,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  addLargeFrames(maker, size.frames);
  addLargeStacks(maker, size, random);
  for (let i = 0; i < size.samples; i++) {
    const time = (i * 3_600_000) / size.samples;
    const rss = (4000 + 3500 * Math.sin(i / 2000) + 200 * random()) * MIB;
    maker.sample(0, time, Math.round(rss), i % 20 === 0);
    if (i % 2 === 0) {
      const stack = Math.floor((i / size.samples) * 50) * 997;
      maker.activity.add({
        process: 0,
        time,
        rss: Math.round(rss),
        stack: stack % size.stacks,
        thread: 1,
        ...NOT_COUNTED,
      });
    }
    if (i % 4 === 0)
      maker.system.add({ time, cgroupUsage: rss * 1.1, cgroupCache: rss * 0.05, available: 2 ** 35 - rss });
  }
  return maker.finish({ ...RICH_META, durationMs: 3_600_000, cgroup: null, notes: [] });
}

function addLargeFrames(maker: ProfileMaker, count: number): void {
  for (let i = 0; i < count; i++) {
    const file =
      i % 5 === 0 ? `/home/me/project/src/part_${i % 60}.py` : `${SITE}/package_${i % 40}/module_${i % 700}.py`;
    maker.frames.intern(
      maker.strings.intern(file),
      maker.strings.intern(`Class${i % 300}.method_${i % 4000}`),
      1 + (i % 2500),
    );
  }
}

const MEAN = 8192;

function addLargeStacks(maker: ProfileMaker, { stacks, frames }: LargeSize, random: () => number): void {
  let count = 0;
  while (count < stacks) {
    // Mostly near the last stacks, so that the tree grows deep; sometimes anywhere, so that it grows wide.
    const near = random() < 0.8 ? Math.max(0, count - 1 - Math.floor(random() * 40)) : Math.floor(random() * count);
    const row = maker.stacks.intern(count === 0 ? -1 : near, Math.floor(random() ** 4 * frames));
    if (row < count) continue;
    count++;
    // Calls in the middle rarely allocate themselves. Small blocks: so many samples of one mean; large ones: exact, odd.
    if (random() < 0.35) continue;
    const exact = random() < 0.15 ? Math.round(2 ** (14 + 5 * random())) : 0;
    const samples = exact > 0 ? 0 : 1 + Math.floor(30 * random() ** 3);
    const bytes = exact + samples * MEAN;
    const size = 16 * (1 + Math.floor(24 * random() ** 2));
    const blocks = exact > 0 ? 1 : Math.round(bytes / size);
    const domain = random() < 0.4 ? DOMAIN.python : DOMAIN.malloc;
    const common = { process: 0, stack: row, domain, blocks, samples, variance: samples * MEAN * MEAN };
    const isAlive = random() < 0.5;
    if (isAlive) maker.live.add({ ...common, moment: 0, bytes, exactBytes: exact, resident: Number.NaN });
    maker.churn.add({ ...common, allocated: bytes, exactAllocated: exact, freed: isAlive ? 0 : bytes });
  }
}
