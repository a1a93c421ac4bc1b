// What loading the old and the new file is predicted to take, as `highwater xray` says it. Apart from the rewriting, because it
// needs a table of all objects, which is more memory.
import { basename } from 'node:path';
import { readArtifact } from '#artifact/read.ts';
import { type Failure, FailureError, unwrap } from '#base/result.ts';
import type { SlimForecast } from '#report/slim.ts';
import { openFileSource } from './file-source.ts';
import { findXrayPython, type XrayPython } from './xray-python.ts';

export interface ForecastFile {
  readonly path: string;
  /** The file with what is inside; the same where nothing is compressed. */
  readonly inside: string;
}

export function forecastBoth(
  files: readonly [before: ForecastFile, after: ForecastFile],
  pythonCommand: string | undefined,
  environment: NodeJS.ProcessEnv,
): SlimForecast {
  const python = unwrap(findXrayPython(pythonCommand, environment, false));
  const [before, after] = files.map((file) => forecastOne(file, python));
  const { major, minor } = python.version;
  return { python: `${major}.${minor}`, before: before!, after: after! };
}

function forecastOne({ path, inside }: ForecastFile, python: XrayPython): SlimForecast['before'] {
  const source = unwrap(openFileSource(path));
  const unpacked = inside === path ? undefined : unwrap(openFileSource(inside));
  try {
    const report = unwrap(
      readArtifact({
        source,
        unpacked,
        name: basename(path),
        python: python.version,
        installed: (name) => python.packages.get(name),
        openBeside: () => undefined,
      }),
    );
    if (report.forecast === null) throw new FailureError(noForecast(path));
    const { peak, residentLow, residentHigh, confidence } = report.forecast;
    return { peak, residentLow, residentHigh, confidence: confidence.level };
  } finally {
    source.close();
    unpacked?.close();
  }
}

function noForecast(path: string): Failure {
  return { code: 'forecast-missing', message: `nothing can be predicted of ${path}` };
}
