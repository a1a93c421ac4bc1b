// Whether runs fit together, for machines: docs/schemas/fit.schema.json describes every field.
import type { Fit } from '#analysis/fit/fit.ts';
import { formatJson } from './json-text.ts';
import { EXIT_DONE, EXIT_FINDING, type Report } from './report.ts';

export const FIT_SCHEMA = 'highwater-fit/1';

export function renderFitJson(fit: Fit): Report {
  const { limit, risk, by, fits, worst, steady, random, runs } = fit;
  const spare = limit - worst.high;
  const text = formatJson({ schema: FIT_SCHEMA, limit, risk, by, fits, spare, worst, steady, random, runs });
  return { text, exitCode: fits ? EXIT_DONE : EXIT_FINDING };
}
