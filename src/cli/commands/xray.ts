// `highwater xray`: what loading a model file costs, read without executing it.
import { basename, dirname, join } from 'node:path';
import { readArtifact } from '#artifact/read.ts';
import type { ReadContext } from '#artifact/reader.ts';
import type { ArtifactReport, Verdict } from '#artifact/types.ts';
import { type Failure, ok, type Result } from '#base/result.ts';
import type { XrayedModel } from '#report/xray.ts';
import { renderXrayTerminal } from '#report/xray-terminal.ts';
import { callerEnvironment } from '../caller-environment.ts';
import { type FileSource, openFileSource } from '../file-source.ts';
import { openModel } from '../open-model.ts';
import type { XrayOptions } from '../options.ts';
import { writeOutput } from '../presentation.ts';
import { codecPythons } from '../python-codec.ts';
import { complain, remark, screenOf, write } from '../say.ts';
import { TOOL_VERSION } from '../version.ts';
import { measureInDepth } from '../xray-measure.ts';
import { findXrayPython, type XrayPython } from '../xray-python.ts';

const FINDING = 1;
const USAGE = 2;
const UNREAD = 3;

/** Exit codes: 0 done, 1 something that --fail-on names, 3 a file that could not be read or an output not written. */
export async function xray(paths: readonly string[], options: XrayOptions): Promise<number> {
  const environment = callerEnvironment(process.env);
  const python = findXrayPython(options.python, environment, options.measure === true);
  if (!python.ok) {
    complain(python.error);
    return python.error.code === 'python-version' ? USAGE : UNREAD;
  }
  const models: XrayedModel[] = [];
  const failures: (Failure & { readonly path: string })[] = [];
  for (const path of paths) {
    const read = await xrayOne(path, python.value, environment);
    if (read.ok) {
      const measured = options.measure
        ? await measureInDepth(path, read.value, python.value, environment, options)
        : null;
      models.push({ path, report: read.value, measured });
    } else failures.push({ path, ...read.error });
  }
  const shown = await present(models, failures, options);
  for (const failure of failures) complain(failure);
  if (!shown.ok) complain(shown.error);
  if (failures.length > 0 || !shown.ok) return UNREAD;
  return models.some(({ report }) => isFinding(report, options.failOn)) ? FINDING : 0;
}

function isFinding({ security }: ArtifactReport, failOn: XrayOptions['failOn']): boolean {
  const bad: readonly Verdict[] = failOn === 'unknown' ? ['dangerous', 'unknown'] : failOn ? ['dangerous'] : [];
  return security.globals.some(({ verdict }) => bad.includes(verdict));
}

/** One file, read. */
export async function xrayOne(
  path: string,
  python: XrayPython,
  environment: NodeJS.ProcessEnv,
): Promise<Result<ArtifactReport>> {
  const opened = await openModel(path, codecPythons(python.executable, environment));
  if (!opened.ok) return opened;
  const { source, unpacked } = opened.value;
  const beside: FileSource[] = [];
  const context: ReadContext = {
    source,
    unpacked,
    name: basename(path),
    python: python.version,
    installed: (name) => python.packages.get(name),
    openBeside: (name) => {
      const found = openFileSource(join(dirname(path), name));
      if (found.ok) beside.push(found.value);
      return found.ok ? found.value : undefined;
    },
  };
  try {
    return readArtifact(context);
  } finally {
    for (const open of [opened.value, ...beside]) open.close();
  }
}

async function present(
  models: readonly XrayedModel[],
  failures: readonly (Failure & { readonly path: string })[],
  options: XrayOptions,
): Promise<Result<void>> {
  if (options.json) {
    const { renderXrayJson } = await import('#report/xray-json.ts');
    write(1, renderXrayJson(models, failures, { name: 'highwater', version: TOOL_VERSION }).text);
  } else if (models.length > 0) {
    const screen = screenOf(1);
    write(1, renderXrayTerminal(models, { ...screen, lines: options.lines }).text);
  }
  if (options.html === undefined || models.length === 0) return ok(undefined);
  const { renderXrayHtml } = await import('#report/xray-html.ts');
  const written = writeOutput(options.html, renderXrayHtml(models));
  if (written.ok && options.html !== '-') remark(`wrote ${options.html}`);
  return written;
}
