// How deep to look for the steps of a run: `main()` is no step if everything happens in it. A line is looked into where
// that shows at least two steps worth telling apart; a line with one thing in it is looked through.
import type { Bytes, Milliseconds } from '#base/units.ts';

export interface ChainReading {
  /** The user's own frames that ran, outermost first. */
  readonly chain: readonly number[];
  readonly busy: Milliseconds;
  readonly rss: Bytes;
}

/** A step must take this share of the time, or move this share of the memory that the run moved. */
const WORTH_TELLING = 0.04;
/** More steps than a reader takes in at once are not made. */
const MOST_STEPS = 16;

/** Frames that are no steps themselves: their callees are. */
export function findOpenedFrames(readings: readonly ChainReading[]): ReadonlySet<number> {
  const run = weigh(readings);
  const opened = new Set<number>();
  const settled = new Set<number>();
  for (;;) {
    const steps = gatherSteps(readings, opened);
    const [frame] = [...steps]
      .filter(([candidate]) => !settled.has(candidate))
      .sort(([, a], [, b]) => shareOf(b, run) - shareOf(a, run))[0] ?? [-1];
    if (frame < 0) return opened;
    settled.add(frame);
    const path = findSplit(readings, frame, run);
    if (path.length === 0) continue;
    const deeper = new Set([...opened, ...path]);
    if (gatherSteps(readings, deeper).size > MOST_STEPS) continue;
    for (const through of path) opened.add(through);
  }
}

/** The frame that stands for a chain: the outermost that is not opened, else the innermost; -1 for none. */
export function stepFrame(chain: readonly number[], opened: ReadonlySet<number>): number {
  for (const frame of chain) if (!opened.has(frame)) return frame;
  return chain.length > 0 ? chain[chain.length - 1]! : -1;
}

interface Weight {
  busy: Milliseconds;
  least: Bytes;
  most: Bytes;
}

function newWeight(): Weight {
  return { busy: 0, least: Number.POSITIVE_INFINITY, most: 0 };
}

function add(weight: Weight, reading: ChainReading): void {
  weight.busy += reading.busy;
  weight.least = Math.min(weight.least, reading.rss);
  weight.most = Math.max(weight.most, reading.rss);
}

function weigh(readings: readonly ChainReading[]): Weight {
  const weight = newWeight();
  for (const reading of readings) if (reading.chain.length > 0) add(weight, reading);
  return weight;
}

function shareOf(part: Weight, run: Weight): number {
  const moved = run.most > run.least ? (part.most - part.least) / (run.most - run.least) : 0;
  return Math.max(run.busy > 0 ? part.busy / run.busy : 0, moved);
}

function gatherSteps(readings: readonly ChainReading[], opened: ReadonlySet<number>): Map<number, Weight> {
  return gather(readings, (chain) => stepFrame(chain, opened));
}

function gather(readings: readonly ChainReading[], keyOf: (chain: readonly number[]) => number): Map<number, Weight> {
  const weights = new Map<number, Weight>();
  for (const reading of readings) {
    const key = keyOf(reading.chain);
    if (key < 0) continue;
    let weight = weights.get(key);
    if (!weight) {
      weight = newWeight();
      weights.set(key, weight);
    }
    add(weight, reading);
  }
  return weights;
}

/** The frames to open below and with `frame` so that two steps or more appear; none where that is not to be had. */
function findSplit(readings: readonly ChainReading[], frame: number, run: Weight): number[] {
  const path: number[] = [];
  for (let at = frame; !path.includes(at); ) {
    path.push(at);
    const callees = [...gather(readings, (chain) => calleeOf(chain, at))];
    const telling = callees.filter(([, weight]) => shareOf(weight, run) >= WORTH_TELLING);
    if (telling.length >= 2) return path;
    if (telling.length === 0 || telling[0]![0] === at) return [];
    at = telling[0]![0];
  }
  return [];
}

/** The frame right below, the frame itself where it ran on its own, -1 where it did not run. */
function calleeOf(chain: readonly number[], frame: number): number {
  const at = chain.indexOf(frame);
  return at < 0 ? -1 : (chain[at + 1] ?? frame);
}
