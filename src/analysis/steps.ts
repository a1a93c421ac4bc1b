// What the program was doing when: the run cut into steps by the user's own line that was running, with the resident
// memory before, at most during, and after each. This is what tells imports, data, fit and saving apart, also where a step
// gives all its memory back before the peak.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import { OWNER, type Ownership } from './ownership.ts';
import { findOpenedFrames, stepFrame } from './step-levels.ts';

export interface Step {
  readonly file: string;
  readonly line: number;
  readonly func: string;
  /** Most of its time went to an import statement. */
  readonly importing: boolean;
  /** First seen and last seen; a line may run many times between. */
  readonly start: Milliseconds;
  readonly end: Milliseconds;
  /** Time during which it was the line last seen running. */
  readonly busy: Milliseconds;
  readonly rssBefore: Bytes;
  readonly rssMax: Bytes;
  readonly rssAfter: Bytes;
}

/** In order of first appearance. */
export function computeSteps(profile: Profile, ownership: Ownership, process: IndexIntoProcesses): Step[] {
  const readings = computeStepReadings(profile, ownership, process);
  if (readings.length === 0) return [];
  const gather = new StepGatherer(readings[0]!.rss);
  for (const reading of readings) gather.add(reading);
  return gather.steps().map((step) => withNames(profile, step));
}

/** One look of the agent at what ran, and how much was resident then. */
export interface StepReading {
  /** Row of FrameTable, -1 where none of the user's code ran. */
  readonly frame: number;
  readonly importing: boolean;
  readonly time: Milliseconds;
  readonly rss: Bytes;
  /** The next reading: times between two readings count for the earlier one. */
  readonly end: Milliseconds;
}

/** In order of time. */
export function computeStepReadings(
  profile: Profile,
  ownership: Ownership,
  process: IndexIntoProcesses,
): StepReading[] {
  const rows = readingsOf(profile, process);
  if (rows.length === 0) return [];
  const chains = userChains(profile, ownership);
  const ends = endsOf(profile, process, rows);
  const { activity } = profile;
  const chainOf = (row: number) => (activity.stack[row]! < 0 ? [] : chains(activity.stack[row]!));
  const opened = findOpenedFrames(
    rows.map((row, i) => ({ chain: chainOf(row), busy: ends[i]! - activity.time[row]!, rss: activity.rss[row]! })),
  );
  return rows.map((row, i) => {
    const stack = activity.stack[row]!;
    return {
      frame: stepFrame(chainOf(row), opened),
      importing: stack >= 0 && ownership.importing[stack] === 1,
      time: activity.time[row]!,
      rss: activity.rss[row]!,
      end: ends[i]!,
    };
  });
}

class StepGatherer {
  readonly #steps = new Map<number, MutableStep>();
  /** Where the last step left off; what a step begins with. */
  #level: Bytes;
  #last: MutableStep | undefined;

  constructor(firstRss: Bytes) {
    this.#level = firstRss;
  }

  add(reading: StepReading): void {
    const step = this.#steps.get(reading.frame);
    if (this.#last && this.#last !== step) this.#leave(this.#last, reading.rss);
    if (reading.frame < 0) {
      this.#level = reading.rss;
      this.#last = undefined;
      return;
    }
    this.#last = step ?? this.#begin(reading);
    extend(this.#last, reading);
  }

  steps(): MutableStep[] {
    return [...this.#steps.values()];
  }

  // Memory that is asked for becomes resident when it is touched, after the agent has looked: the first look in the next
  // step sees what this one touched.
  #leave(step: MutableStep, rss: Bytes): void {
    step.rssMax = Math.max(step.rssMax, rss);
    step.rssAfter = rss;
    this.#level = rss;
  }

  #begin({ frame, time, rss }: StepReading): MutableStep {
    const step: MutableStep = {
      frame,
      importBusy: 0,
      start: time,
      end: time,
      busy: 0,
      rssBefore: this.#level,
      rssMax: rss,
      rssAfter: rss,
    };
    this.#steps.set(frame, step);
    return step;
  }
}

function extend(step: MutableStep, { importing, time, rss, end }: StepReading): void {
  const busy = end - time;
  step.busy += busy;
  if (importing) step.importBusy += busy;
  step.end = end;
  step.rssMax = Math.max(step.rssMax, rss);
  step.rssAfter = rss;
}

interface MutableStep {
  frame: number;
  /** Of `busy`, on behalf of import statements. */
  importBusy: Milliseconds;
  start: Milliseconds;
  end: Milliseconds;
  busy: Milliseconds;
  rssBefore: Bytes;
  rssMax: Bytes;
  rssAfter: Bytes;
}

function withNames(profile: Profile, { frame, importBusy, ...step }: MutableStep): Step {
  const { frames, strings } = profile;
  return {
    file: strings[frames.file[frame]!]!,
    line: frames.line[frame]!,
    func: strings[frames.func[frame]!]!,
    importing: importBusy > 0.5 * step.busy,
    ...step,
  };
}

function readingsOf(profile: Profile, process: IndexIntoProcesses): number[] {
  const rows: number[] = [];
  const { activity } = profile;
  for (let row = 0; row < activity.length; row++) {
    // Other threads would cut the main thread's steps to pieces.
    if (activity.process[row] === process && activity.thread[row]! <= 1) rows.push(row);
  }
  return rows;
}

function endsOf(profile: Profile, process: IndexIntoProcesses, rows: readonly number[]): Float64Array {
  const { time } = profile.activity;
  const ended = profile.processes.end[process]!;
  const end = Math.max(Number.isNaN(ended) ? profile.meta.durationMs : ended, time[rows[rows.length - 1]!]!);
  return Float64Array.from(rows, (_, i) => (i + 1 < rows.length ? time[rows[i + 1]!]! : end));
}

/** The user's own frames of a stack, outermost first. */
function userChains(profile: Profile, ownership: Ownership): (stack: number) => readonly number[] {
  const known = new Map<number, readonly number[]>();
  const { frame, parent } = profile.stacks;
  return (stack) => {
    let chain = known.get(stack);
    if (chain) return chain;
    const inwards: number[] = [];
    for (let at = stack; at >= 0; at = parent[at]!) {
      if (ownership.frame[frame[at]!] === OWNER.user) inwards.push(frame[at]!);
    }
    chain = inwards.reverse();
    known.set(stack, chain);
    return chain;
  };
}
