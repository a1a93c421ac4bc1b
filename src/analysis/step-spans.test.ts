import { expect, test } from 'vitest';
import { richProfile } from '../../test/ui-fixtures.ts';
import { computeOwnership } from './ownership.ts';
import { computeStepSpans } from './step-spans.ts';
import { computeSteps } from './steps.ts';

test('spans follow one another, and those of a step add up to its time', () => {
  const profile = richProfile({ alone: true });
  const ownership = computeOwnership(profile);
  const steps = computeSteps(profile, ownership, 0);
  const spans = computeStepSpans(profile, ownership, 0, steps);
  expect(spans.map((span) => steps[span.step]!.line)).toEqual([2, 6, 7, 12, 17, 19, 20]);
  spans.slice(1).forEach((span, i) => {
    expect(span.start).toBeGreaterThanOrEqual(spans[i]!.end);
  });
  steps.forEach((step, i) => {
    const mine = spans.filter((span) => span.step === i);
    expect(mine.reduce((sum, span) => sum + span.end - span.start, 0)).toBeCloseTo(step.busy, 6);
  });
});

test('a process without readings has no spans', () => {
  const profile = richProfile();
  expect(computeStepSpans(profile, computeOwnership(profile), 2, [])).toEqual([]);
});
