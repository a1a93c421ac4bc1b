// The X-ray for machines. docs/schemas/artifact.schema.json describes every field.
import { ARTIFACT_SCHEMA } from '#artifact/types.ts';
import { formatJson } from './json-text.ts';
import { EXIT_DONE, type Report } from './report.ts';
import type { XrayedModel } from './xray.ts';

export interface XrayFailure {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export function renderXrayJson(
  models: readonly XrayedModel[],
  failures: readonly XrayFailure[],
  tool: { readonly name: string; readonly version: string },
): Report {
  const report = {
    schema: ARTIFACT_SCHEMA,
    tool,
    models: models.map(({ path, report: content, measured }) => ({ path, ...content, measured })),
    failures,
  };
  return { text: formatJson(report), exitCode: EXIT_DONE };
}
