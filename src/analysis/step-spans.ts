// When each step of a run was the one running: computeSteps adds a line's visits up, a picture over time needs them apart.
import type { Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, Profile } from '#profile/types.ts';
import type { Ownership } from './ownership.ts';
import { computeStepReadings, type Step } from './steps.ts';

export interface StepSpan {
  /** Index into the steps that were given. */
  readonly step: number;
  readonly start: Milliseconds;
  readonly end: Milliseconds;
}

/** In order of time, neighbours of one step joined. The spans of a step add up to its `busy`. */
export function computeStepSpans(
  profile: Profile,
  ownership: Ownership,
  process: IndexIntoProcesses,
  steps: readonly Step[],
): StepSpan[] {
  const stepOf = stepFinder(profile, steps);
  const spans: { step: number; start: number; end: number }[] = [];
  for (const { frame, time, end } of computeStepReadings(profile, ownership, process)) {
    const step = frame < 0 ? undefined : stepOf(frame);
    if (step === undefined) continue;
    const last = spans[spans.length - 1];
    if (last?.step === step && last.end === time) last.end = end;
    else spans.push({ step, start: time, end });
  }
  return spans;
}

function stepFinder({ frames, strings }: Profile, steps: readonly Step[]): (frame: number) => number | undefined {
  const indexOf = new Map(steps.map((step, i) => [`${step.file}:${step.line}:${step.func}`, i]));
  return (frame) =>
    indexOf.get(`${strings[frames.file[frame]!]}:${frames.line[frame]}:${strings[frames.func[frame]!]}`);
}
