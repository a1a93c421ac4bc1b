// The agent and the launcher, in a cache folder named by their sources, so that a new version or another compiler gets a build
// of its own and an old one is never loaded by mistake. On first use they are taken from a package that has them built, or
// compiled.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { errnoOf, fail, messageOf, ok, type Result } from '#base/result.ts';
import { AGENT, AGENT_SOURCES, hashAgentSources, LAUNCHER, PACKAGE_ROOT } from './agent-sources.ts';
import { findPrebuilt, ownLibc } from './prebuilt.ts';

export interface NativeParts {
  readonly agent: string;
  readonly launcher: string;
}

/** One way to come by them. */
interface Source {
  /** Of the cache folder. */
  readonly name: string;
  /** Puts both into a folder. */
  readonly fill: (folder: string) => Result<void>;
}

/** `root`: from where packages are looked for. */
export function ensureNativeParts(environment: NodeJS.ProcessEnv, root = PACKAGE_ROOT): Result<NativeParts> {
  const sources = hashAgentSources();
  const libc = ownLibc();
  // Whoever names a compiler wants it to be used.
  const prebuilt = environment.CC ? undefined : findPrebuilt(root, sources, libc);
  if (prebuilt !== undefined) {
    const name = `${process.arch}-${libc}-prebuilt-${sources}`;
    const taken = ensureIn(environment, { name, fill: (folder) => copyParts(prebuilt, folder) });
    if (taken.ok) return taken;
  }
  const compiler = environment.CC || 'cc';
  const key = createHash('sha256').update(`${compiler}\0${sources}`).digest('hex').slice(0, 16);
  const name = `${process.arch}-${libc}-${key}`;
  return ensureIn(environment, { name, fill: (folder) => compile(folder, environment, compiler) });
}

function ensureIn(environment: NodeJS.ProcessEnv, source: Source): Result<NativeParts> {
  let trouble: Result<NativeParts> | undefined;
  for (const base of cacheFolders(environment)) {
    const folder = join(base, source.name);
    const parts = { agent: join(folder, AGENT), launcher: join(folder, LAUNCHER) };
    if (existsSync(parts.agent) && existsSync(parts.launcher) && isOurs(base)) return ok(parts);
    const made = make(base, folder, environment, source);
    if (made.ok) return ok(parts);
    trouble ??= made;
    if (made.error.code !== 'cache-unwritable') return made;
  }
  return trouble ?? fail('cache-unwritable', 'there is no folder for the compiled agent');
}

/**
 * The loader takes LD_PRELOAD apart at spaces and colons, so a cache below such a path cannot be used; then, and where the
 * home folder cannot be written, a folder of the user's own below the temporary one.
 */
function cacheFolders(environment: NodeJS.ProcessEnv): string[] {
  const cache = environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache');
  const folders = [join(cache, 'highwater'), join(tmpdir(), `highwater-${userInfo().uid}`)];
  return folders.filter((folder) => folder.startsWith('/') && !/[\s:]|^\/(?:proc|sys|dev)\//.test(folder));
}

/** A library that somebody else could have put there is never loaded. */
function isOurs(folder: string): boolean {
  const status = lstatSync(folder);
  return status.isDirectory() && status.uid === userInfo().uid && (status.mode & 0o022) === 0;
}

/** What a compiler got wrong without a word, or what was built for another machine, shows here and not in the user's program. */
function findTrouble(folder: string, environment: NodeJS.ProcessEnv): string | undefined {
  const env = { ...environment, LD_PRELOAD: join(folder, AGENT), HIGHWATER_DIR: '' };
  const loaded = spawnSync('/bin/sh', ['-c', ':'], { encoding: 'utf8', env });
  const words = loaded.stderr?.trim().split('\n')[0];
  if (loaded.status !== 0 || words !== '') return words || `exit status ${loaded.status}`;
  const started = spawnSync(join(folder, LAUNCHER), { encoding: 'utf8', env: environment });
  if (started.error) return `the launcher: ${errnoOf(started.error) ?? started.error.message}`;
  // Its answer to no arguments at all. Its status alone would not do: what the kernel refuses, a shell tries to read.
  return /^usage: /.test(started.stderr) ? undefined : `the launcher: exit status ${started.status}`;
}

function make(base: string, folder: string, environment: NodeJS.ProcessEnv, source: Source): Result<void> {
  let scratch: string;
  try {
    mkdirSync(base, { recursive: true, mode: 0o700 });
    if (!isOurs(base)) return fail('cache-unwritable', `${base} is not a folder of this user alone`);
    scratch = mkdtempSync(join(base, 'building-'));
  } catch (error) {
    return fail('cache-unwritable', `cannot write into ${base}`, errnoOf(error) ?? messageOf(error));
  }
  try {
    const filled = source.fill(scratch);
    if (!filled.ok) return filled;
    const trouble = findTrouble(scratch, environment);
    if (trouble !== undefined) return fail('agent-build-failed', 'the compiled agent cannot be loaded', trouble);
    // Only what is incomplete goes away: a program may be starting with a whole one just now.
    if (!existsSync(join(folder, LAUNCHER))) rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
    return ok(undefined);
  } catch (error) {
    // Another run that built the same in the meantime has won: its result is as good.
    if (existsSync(join(folder, AGENT))) return ok(undefined);
    return fail('cache-unwritable', `cannot write ${folder}`, errnoOf(error) ?? messageOf(error));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Copied, since a package may lie where no loader takes a library from, or be removed while a program runs. */
function copyParts(from: string, to: string): Result<void> {
  for (const name of [AGENT, LAUNCHER]) {
    copyFileSync(join(from, name), join(to, name));
    chmodSync(join(to, name), 0o755);
  }
  return ok(undefined);
}

function compile(folder: string, environment: NodeJS.ProcessEnv, compiler: string): Result<void> {
  const made = spawnSync('sh', [join(AGENT_SOURCES, 'build.sh'), folder], { encoding: 'utf8', env: environment });
  if (made.status === 0) return ok(undefined);
  const words = (made.stderr ?? '').trim().split('\n').slice(0, 5).join('\n');
  const missing = /not found|No such file/.test(words) && !/error:/.test(words);
  return missing
    ? fail('no-compiler', `there is no C compiler '${compiler}'`, words)
    : fail('agent-build-failed', 'the agent could not be compiled', words || `exit status ${made.status}`);
}
