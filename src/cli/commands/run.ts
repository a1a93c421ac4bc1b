// `highwater run`: the main job.
import { resolve } from 'node:path';
import { formatBytes } from '#base/format.ts';
import { type Failure, ok, type Result } from '#base/result.ts';
import { isFolder, PROFILE_SUFFIX, packProfile, writeProfileFile } from '#capture/profile-store.ts';
import { findLineTrouble } from '#capture/python.ts';
import { type FinishedRun, finishSession, runSession } from '#capture/session.ts';
import type { Exit, Profile } from '#profile/types.ts';
import { findProblems } from '#profile/validate.ts';
import { renderTerminal } from '#report/terminal.ts';
import { callerEnvironment } from '../caller-environment.ts';
import { runExitCode } from '../explain.ts';
import { keepIgnoredSignals } from '../ignored-signals.ts';
import type { RunOptions } from '../options.ts';
import { overviewOf, writeFormats } from '../presentation.ts';
import { type ComparedRuns, findPrevious, previousText } from '../previous.ts';
import { complain, remark, screenBesideProgram, write } from '../say.ts';
import { resolveTarget, type Target } from '../target.ts';
import { TOOL_VERSION } from '../version.ts';

const SMALLEST_MEAN = 512;

/** Gives the exit code: the program's own, or 125, 126, 127 where it could not be measured or started. */
export async function run(words: readonly string[], isCommand: boolean, options: RunOptions): Promise<number> {
  const environment = callerEnvironment(process.env);
  const target = resolveTarget({ words, isCommand, ...options }, environment);
  if (!target.ok) return failRun(target.error);
  if (options.mean < SMALLEST_MEAN) {
    remark(`--mean must be at least ${formatBytes(SMALLEST_MEAN)}.`);
    return 125;
  }
  warnAboutLines(target.value, options);
  const profilePath = resolve(options.output ?? `${target.value.stem}${PROFILE_SUFFIX}`);
  if (isFolder(profilePath)) {
    return failRun({ code: 'output-unwritable', message: `cannot write ${profilePath}`, cause: 'it is a folder' });
  }
  const finished = await runSession({
    command: target.value.command,
    title: target.value.title,
    profilePath,
    toolVersion: TOOL_VERSION,
    python: target.value.python,
    environment,
    ignoredSignals: keepIgnoredSignals(process.env),
    samplingMean: options.mean,
    isExact: options.exact === true,
    native: options.native === true,
    embedSource: options.source,
  });
  if (!finished.ok) return failRun(finished.error);
  const shown = await present(finished.value, profilePath, options);
  if (!shown.ok) complain(shown.error);
  return exitCodeOf(finished.value.status.exit, shown.ok);
}

function failRun(failure: Failure): number {
  complain(failure);
  return runExitCode(failure);
}

function warnAboutLines({ python }: Target, { quiet }: RunOptions): void {
  const trouble = python && !quiet ? findLineTrouble(python) : undefined;
  if (trouble) remark(`${trouble}: the kernel's figures will be right, but lines cannot be named.`);
}

/** Whatever fails here, the folder of the run stays until its profile is safely written. */
async function present(run: FinishedRun, profilePath: string, options: RunOptions): Promise<Result<void>> {
  const profile = finishSession(run);
  if (!profile.ok) {
    remark(`what was captured is in ${run.directory.path}`);
    return profile;
  }
  const packed = packProfile(profile.value);
  const written = writeProfileFile(profilePath, packed);
  const [problem] = findProblems(profile.value); // no report would read it: a fault of ours, and the only evidence stays
  if (written.ok && !problem) run.directory.remove();
  if (problem) remark(`the profile contradicts itself (${problem}); what was captured is in ${run.directory.path}`);
  const stem = profilePath.replace(/\.highwater$/, '');
  const overview = overviewOf(profile.value, options);
  const previous = written.ok ? await previousOf(profilePath, profile.value, options) : undefined;
  if (!options.quiet) await printSummary(profile.value, overview, previous, options);
  if (!written.ok) {
    remark(`what was captured is in ${run.directory.path}`);
    return written;
  }
  const shown = { profile: profile.value, overview, packed: () => packed, stem, previous };
  const formats = await writeFormats(shown, options);
  if (!options.quiet) remark(`profile: ${profilePath} (${formatBytes(packed.length)}); highwater view opens it`);
  return formats.ok ? ok(undefined) : formats;
}

/** Read where something will say it. */
async function previousOf(path: string, profile: Profile, options: RunOptions): Promise<ComparedRuns | undefined> {
  return options.quiet && options.html === undefined ? undefined : findPrevious(path, profile, options);
}

async function printSummary(
  profile: Profile,
  overview: ReturnType<typeof overviewOf>,
  previous: ComparedRuns | undefined,
  options: RunOptions,
): Promise<void> {
  const screen = screenBesideProgram();
  const { text } = renderTerminal(profile, overview, { ...options, width: screen.width, colour: screen.colour });
  write(screen.fd, text + (await previousText(previous, screen, options)));
}

function exitCodeOf(exit: Exit, reported: boolean): number {
  if (exit.kind === 'exited') return exit.code !== 0 || reported ? exit.code : 125;
  return exit.kind === 'signaled' ? 128 + exit.signal : 125;
}
