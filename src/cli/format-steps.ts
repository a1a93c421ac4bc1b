// One step of `highwater formats` in a process of its own, by python/save_formats.py.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { ArtifactReport } from '#artifact/types.ts';
import type { Bytes } from '#base/units.ts';
import { PACKAGE_ROOT } from '#capture/agent-sources.ts';
import type { FormatRow } from '#report/formats.ts';
import { loadSpec } from './xray-measure.ts';

export interface FormatStep {
  readonly step: 'applies' | 'save' | 'load' | 'compare';
  readonly source: string;
  readonly report: ArtifactReport;
  /** Name in the script's table. */
  readonly format: string;
  readonly target: string;
  readonly script: string | undefined;
}

/** What the script says: the fields of the row that the step is about, or why it went wrong. */
export type FormatAnswer = Partial<FormatRow> & {
  readonly failure?: string;
  /** Of `applies`: format -> why not, '' where it applies. */
  readonly reasons?: Readonly<Record<string, string>>;
};

const SCRIPT = join(PACKAGE_ROOT, 'python', 'save_formats.py');
const PATIENCE_MS = 600_000;

export function runFormatStep(
  { step, source, report, format, target, script }: FormatStep,
  where: { readonly python: string; readonly environment: NodeJS.ProcessEnv; readonly memoryLimit: Bytes | undefined },
): FormatAnswer {
  const spec = {
    step,
    ...loadSpec(report, where.memoryLimit),
    source,
    format,
    target,
    script: script === undefined ? '' : resolve(script),
  };
  const answer = spawnSync(where.python, [SCRIPT, JSON.stringify(spec)], {
    encoding: 'utf8',
    env: where.environment,
    timeout: PATIENCE_MS,
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    return JSON.parse(answer.stdout.trim().split('\n').pop()!);
  } catch {
    const how = answer.signal ? `killed by ${answer.signal}` : `exit status ${answer.status}`;
    return { failure: `the interpreter ended before it answered (${how})` };
  }
}
