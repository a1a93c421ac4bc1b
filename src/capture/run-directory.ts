// The folder that a run writes into while it runs, so that a killed program, or a killed highwater, leaves its evidence:
//
//   NAME.highwater-run/
//     run.json       what was run, where and when (RunManifest); written before the program starts
//     status         the launcher's word: started, exited or killed, resource usage
//     samples.log    the sampler's readings
//     agent-*.hws    one stream per Python process image
//
// It becomes NAME.highwater when the run is over, and is then removed. `highwater report FOLDER` reads one that was left.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, fail, messageOf, ok, type Result } from '#base/result.ts';
import type { Bytes, MonotonicNs } from '#base/units.ts';
import type { PythonFacts } from '#profile/types.ts';
import { STREAM_NAME } from './wire.ts';

export const RUN_SUFFIX = '.highwater-run';
const MANIFEST_VERSION = 1;

export interface RunManifest {
  readonly version: number;
  readonly tool: string;
  readonly command: readonly string[];
  readonly title: string;
  readonly workingDirectory: string;
  /** Unix time in ms, and CLOCK_MONOTONIC at the same moment: the zero of all times in the profile. */
  readonly startedAt: number;
  readonly start: MonotonicNs;
  readonly python: PythonFacts | null;
  /** Thread counts that were asked of BLAS and OpenMP runtimes by their own settings. */
  readonly threadSettings: Readonly<Record<string, number>>;
  readonly limits: { readonly addressSpace: Bytes | null; readonly data: Bytes | null };
  readonly embedSource: boolean;
}

export class RunDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get manifestPath(): string {
    return join(this.path, 'run.json');
  }
  get statusPath(): string {
    return join(this.path, 'status');
  }
  get samplesPath(): string {
    return join(this.path, 'samples.log');
  }

  /** Paths of the streams, in order of name. */
  streamPaths(): string[] {
    return readdirSync(this.path)
      .filter((name) => STREAM_NAME.test(name))
      .sort()
      .map((name) => join(this.path, name));
  }

  writeManifest(manifest: Omit<RunManifest, 'version'>): Result<void> {
    try {
      writeFileSync(this.manifestPath, JSON.stringify({ version: MANIFEST_VERSION, ...manifest }), { mode: 0o600 });
      return ok(undefined);
    } catch (error) {
      return fail('run-folder-unwritable', `cannot write into ${this.path}`, errnoOf(error) ?? messageOf(error));
    }
  }

  readManifest(): Result<RunManifest> {
    let manifest: unknown;
    try {
      manifest = JSON.parse(readFileSync(this.manifestPath, 'utf8'));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return fail('not-a-run-folder', `${this.path} is not the folder of a run`);
      return fail('run-folder-damaged', `cannot read ${this.manifestPath}`, messageOf(error));
    }
    if (!isManifest(manifest)) {
      return fail('run-folder-damaged', `${this.manifestPath} is not a manifest that this highwater knows`);
    }
    return ok(manifest);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Whatever else a file of that name may hold, it is refused here and not met later. */
function isManifest(value: unknown): value is RunManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { version, command, python, threadSettings, limits, ...rest } = value as {
    [name in keyof RunManifest]?: unknown;
  };
  const isText = (text: unknown) => typeof text === 'string';
  return (
    version === MANIFEST_VERSION &&
    Array.isArray(command) &&
    command.every(isText) &&
    [rest.tool, rest.title, rest.workingDirectory].every(isText) &&
    [rest.startedAt, rest.start].every(Number.isFinite) &&
    typeof rest.embedSource === 'boolean' &&
    (python === null || isPythonFacts(python)) &&
    isRecordOf(threadSettings, Number.isFinite) &&
    isRecordOf(limits, (limit) => limit === null || Number.isFinite(limit)) &&
    'addressSpace' in (limits as object) &&
    'data' in (limits as object)
  );
}

function isPythonFacts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { executable, version, implementation, prefix, basePrefix, libraryPaths, freeThreaded } = value as {
    [name in keyof PythonFacts]?: unknown;
  };
  const texts = [executable, version, implementation, prefix, basePrefix];
  if (Array.isArray(libraryPaths)) texts.push(...libraryPaths);
  return (
    texts.every((text) => typeof text === 'string') && typeof freeThreaded === 'boolean' && Array.isArray(libraryPaths)
  );
}

function isRecordOf(value: unknown, isGood: (value: unknown) => boolean): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isGood);
}

/** Makes a fresh folder beside the profile; one that a killed run left is kept, and another name is taken. */
export function createRunDirectory(profilePath: string): Result<RunDirectory> {
  const base = profilePath.replace(/\.highwater$/, '') + RUN_SUFFIX;
  for (let n = 1; n < 1000; n++) {
    const path = n === 1 ? base : `${base}.${n}`;
    if (existsSync(path)) continue;
    try {
      mkdirSync(path, { mode: 0o700 });
      return ok(new RunDirectory(path));
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') continue;
      return fail('output-unwritable', `cannot create ${path}`, errnoOf(error) ?? messageOf(error));
    }
  }
  return fail('output-unwritable', `there are too many folders ${base}.* of runs that were cut off`);
}
