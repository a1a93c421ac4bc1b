// What each command can be asked: the one table of options. Light, because every start of the program loads it.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GrowthLimit } from '#analysis/growth-limit.ts';
import { parseBytes } from '#base/format.ts';
import { type Between, parseBetween } from './between.ts';

/** Formats that go to a file; `true` = a name made from the profile's. */
export const FILE_FORMATS = ['html', 'json', 'csv', 'collapsed', 'speedscope', 'pprof'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export interface RunOptions extends PresentationOptions {
  readonly module?: string;
  readonly code?: string;
  readonly python?: string;
  readonly output?: string;
  readonly quiet?: boolean;
  readonly source: boolean;
  readonly mean: number;
  readonly exact?: boolean;
  readonly native?: boolean;
}

export function addRunOptions(command: Command): Command {
  command
    .usage(
      '[options] script.py [args]\n       highwater run [options] -m module [args]\n       highwater run [options] -c code [args]\n       highwater run [options] -- any command',
    )
    .option('-m, --module <module>', 'run a module, as python -m')
    .option('-c, --code <code>', 'run a piece of code, as python -c')
    .option('--python <path>', 'the interpreter to use (default: python3 on the PATH)')
    .option(
      '-o, --output <file>',
      'where to write the profile (default: NAME.highwater in this folder)',
      parseProfileName,
    )
    .option('-q, --quiet', 'print nothing of our own but errors')
    .option('--no-source', 'do not take source lines along in the profile')
    .option('--mean <size>', 'bytes between samples of small blocks; large ones are always recorded', parseSize, 65536)
    .option('--exact', 'record every block instead of sampling: slower by far, for short programs')
    .option('--native', 'take native stacks too: the C and C++ functions inside each line; costs more');
  return addPresentationOptions(command);
}

export interface ReportOptions extends PresentationOptions {
  readonly output?: string;
  readonly between?: Between;
}

export function addReportOptions(command: Command): Command {
  command
    .argument('<input>', 'a .highwater profile, or the .highwater-run folder of a run that was cut off')
    .option('-o, --output <file>', 'also save the profile (useful for a folder)', parseProfileName)
    .option(
      '--between <moments>',
      'what grew between two moments: start,peak or 2s,1min30s or 10%,end; in the terminal and in every file',
      parseBetween,
    );
  return addPresentationOptions(command);
}

export interface InstanceCount {
  readonly run: string;
  readonly count: number;
}

export interface FitCliOptions {
  readonly limit: number | 'machine' | 'container';
  readonly count?: readonly InstanceCount[];
  /** A share from 0 to 1. */
  readonly risk?: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly html?: true | string;
}

export function addFitOptions(command: Command): Command {
  command
    .argument('<inputs...>', '.highwater profiles, or .highwater-run folders')
    .requiredOption('--limit <size>', 'what they may need together: 16GiB, machine or container', parseLimit)
    .option(
      '--count <run=count>',
      'how many instances of a run (default: 1; repeatable): --count serve=40',
      collectCount,
    )
    .option(
      '--risk <percent>',
      'accept that this share of cycles exceeds the limit (default: all peaks at once must fit)',
      parseRisk,
    )
    .option('--seed <number>', 'of the random starts', parseCount, 1)
    .option('--json', 'as JSON, by docs/schemas/fit.schema.json')
    .option('--html', 'write a page for the browser: one file, nothing else needed (--html=FILE names it)')
    .option('--html-file <path>')
    .options.at(-1)!
    .hideHelp();
  return command;
}

/** A page or a table that `-o` was meant for would be a profile under its name, and what was there under another. */
function parseProfileName(file: string): string {
  const format = FILE_FORMATS.find((name) => file.toLowerCase().endsWith(`.${name}`));
  if (format === undefined) return file;
  throw new InvalidArgumentError(`-o names the profile, which is no ${format.toUpperCase()}. Try --${format}=${file}`);
}

/** Instances of one run: more would be another question. */
const MOST_INSTANCES = 10_000;

function collectCount(text: string, before: readonly InstanceCount[] = []): InstanceCount[] {
  const [, run, digits] = /^([\s\S]+)=(\d+)$/.exec(text) ?? [];
  const count = Number(digits);
  if (run === undefined || !(count >= 1 && count <= MOST_INSTANCES)) {
    throw new InvalidArgumentError(`It must be a run and a number from 1 to ${MOST_INSTANCES}, such as serve=40.`);
  }
  return [...before, { run, count }];
}

function parseLimit(text: string): FitCliOptions['limit'] {
  if (text === 'machine' || text === 'container') return text;
  const bytes = parseBytes(text);
  if (!bytes) throw new InvalidArgumentError('It must be a size such as 512M or 16GiB, or machine, or container.');
  return bytes;
}

function parseRisk(text: string): number {
  const percent = parsePercent(text);
  if (percent >= 100) throw new InvalidArgumentError('It must be below 100 %.');
  return percent / 100;
}

export interface SlimCommandOptions {
  readonly output: string;
  readonly force?: boolean;
  readonly slotState?: boolean;
  readonly verify?: 'load';
  readonly python?: string;
  readonly memory?: number;
  readonly forecast?: boolean;
  readonly json?: boolean;
}

export function addSlimOptions(command: Command): Command {
  return command
    .argument('<input>', 'a pickle (cloudpickle, dill) or a file of joblib; nothing in it is executed')
    .requiredOption('-o, --output <file>', 'where to write the new file')
    .option('--force', 'replace the output if it exists')
    .option('--slot-state', 'set attributes one by one on Python 3.11 and later; imports the classes to check them')
    .addOption(new Option('--verify <how>', 'load both files in your Python and compare them').choices(['load']))
    .option('--forecast', 'predict what loading takes, before and after, as xray does; needs more memory')
    .option('--memory <size>', 'address space for --verify load (default: what the machine has free)', parseSize)
    .option('--python <path>', 'the interpreter for --slot-state and --verify (default: python3 on the PATH)')
    .option('--json', 'as JSON, by docs/schemas/slim.schema.json');
}

export type PresentationOptions = { readonly [F in FileFormat]?: true | string } & {
  readonly lines: number;
  readonly minBytes?: number;
  readonly minPercent?: number;
  readonly reduced?: boolean;
  readonly quiet?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly all?: boolean;
  /** False: nothing of the run before. */
  readonly previous?: boolean;
};

/**
 * Formats take their file as --html=FILE and never as a word of its own: in `run --html train.py` the word is the script.
 * Commander has no such kind of option, so splitFormatFiles turns --html=FILE into one that it has.
 */
export function addPresentationOptions(command: Command): Command {
  command
    .option('--html', 'write a report for the browser: one file, nothing else needed (--html=FILE names it)')
    .option('--json', 'write everything as JSON, by docs/schemas/report.schema.json (--json=FILE, - for stdout)')
    .option('--csv', 'write the table of lines as CSV (--csv=FILE)')
    .option('--speedscope', 'write a file for speedscope.app (--speedscope=FILE)')
    .option('--collapsed', 'write folded stacks for flamegraph.pl and others (--collapsed=FILE)')
    .option('--pprof', 'write a file for pprof (--pprof=FILE)')
    .option('-n, --lines <count>', 'how many lines to list', parseCount, 15)
    .option('--min-bytes <size>', 'list only lines that hold at least this much (64K, 10M)', parseSize)
    .option('--min-percent <percent>', 'list only lines that hold at least this share of the heap', parsePercent)
    .option('--reduced', 'only the headline and the lines')
    .option('--no-previous', 'say nothing of the run before (NAME.prev.highwater)');
  addOwnershipOptions(command);
  for (const format of FILE_FORMATS) command.option(`--${format}-file <path>`).options.at(-1)!.hideHelp();
  return command;
}

/** Which code is the user's own. */
function addOwnershipOptions(command: Command): Command {
  return command
    .option(
      '--include <pattern>',
      'only files that match are your own code (part of a path, or a glob; repeatable)',
      collect,
    )
    .option('--exclude <pattern>', 'files that match are never your own code (repeatable)', collect)
    .option('--all', 'all Python code counts as your own: name the line that allocated, in a library too');
}

export interface DiffOptions
  extends Pick<PresentationOptions, 'json' | 'html' | 'lines' | 'include' | 'exclude' | 'all'> {
  readonly failOver?: GrowthLimit;
  readonly against?: readonly string[];
}

export function addDiffOptions(command: Command): Command {
  command
    .argument(
      '<runs...>',
      'profiles or folders of runs: the earlier and the later one; one alone is compared with its NAME.prev.highwater',
    )
    .option(
      '--against <before...>',
      'earlier runs, where there are several: diff AFTER1 AFTER2 --against BEFORE1 BEFORE2',
    )
    .option('--json', 'as JSON, by docs/schemas/compare.schema.json (--json=FILE)')
    .option('--html', 'write a page for the browser: one file, nothing else needed (--html=FILE names it)')
    .option('-n, --lines <count>', 'how many lines to list', parseCount, 15)
    .option('--fail-over <limit>', 'exit with 1 when the peak grew by more: 5% or 10MiB', parseGrowth);
  for (const format of ['json', 'html']) command.option(`--${format}-file <path>`).options.at(-1)!.hideHelp();
  return addOwnershipOptions(command);
}

/** One value a time: an option that takes all words that follow would take the script too. */
function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** ['--html=x', 'a'] -> ['--html-file', 'x', 'a'], up to a `--`. To be given words of ours only. */
export function splitFormatFiles(argv: readonly string[], formats: readonly FileFormat[] = FILE_FORMATS): string[] {
  const split: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') return [...split, ...argv.slice(i)];
    const [, format, path] = /^--(\w+)=([\s\S]*)$/.exec(word) ?? [];
    if (formats.includes(format as FileFormat)) split.push(`--${format}-file`, path!);
    else split.push(word);
  }
  return split;
}

/** Commander's values with the two spellings of each format joined again. */
export function joinFormatFiles<T extends object>(options: T): T {
  const joined = { ...options } as Record<string, unknown>;
  for (const format of FILE_FORMATS) {
    const path = joined[`${format}File`];
    if (path !== undefined) joined[format] = path;
    delete joined[`${format}File`];
  }
  return joined as T;
}

export interface XrayOptions {
  readonly python?: string;
  readonly json?: boolean;
  readonly html?: string;
  readonly failOn?: 'dangerous' | 'unknown';
  readonly measure?: boolean;
  readonly memoryLimit?: number;
  readonly script?: string;
  readonly lines: number;
}

export function addXrayOptions(command: Command): Command {
  return command
    .argument(
      '<models...>',
      'model files: pickle, joblib, torch, safetensors, npy, npz, ONNX, GGUF, HDF5, Parquet, CSV, ...',
    )
    .option(
      '--python <version>',
      'predict for Python 3.9 to 3.14, or for this interpreter (default: python3 on the PATH)',
    )
    .option('--json', 'as JSON, by docs/schemas/artifact.schema.json')
    .option('--html <file>', 'also write a page for the browser: one file, nothing else needed')
    .addOption(
      new Option('--fail-on <verdict>', 'exit with 1 if a file would import such a name').choices([
        'dangerous',
        'unknown',
      ]),
    )
    .option('--measure', 'also load it, in a fresh interpreter: this runs whatever the file says')
    .option('--memory-limit <size>', 'with --measure: memory that the load may take', parseSize)
    .option('--script <file>', 'with --measure: where classes of __main__ are defined; run as a module first')
    .option('-n, --lines <count>', 'rows in a table', parseCount, 12);
}

export interface FormatsOptions {
  readonly python?: string;
  readonly script?: string;
  readonly memoryLimit?: number;
  readonly keep?: string;
  readonly json?: boolean;
}

export function addFormatsOptions(command: Command): Command {
  return command
    .argument('<model>', 'the model file; it is loaded, which runs whatever it says')
    .option('--python <path>', 'the interpreter to use (default: python3 on the PATH)')
    .option('--script <file>', 'where classes of __main__ are defined; run as a module first')
    .option('--memory-limit <size>', 'memory that each step may take (default: what the machine has left)', parseSize)
    .option('--keep <folder>', 'an existing folder in which the files stay')
    .option('--json', 'as JSON');
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('It must be a whole number.');
  return count;
}

export function parseSize(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new InvalidArgumentError('It must be a size such as 64K, 10M or 1G.');
  return bytes;
}

function parsePercent(text: string): number {
  const percent = Number(text.replace(/\s*%$/, ''));
  if (!(percent >= 0 && percent <= 100)) throw new InvalidArgumentError('It must be a number from 0 to 100.');
  return percent;
}

/** "5%" or "10MiB". */
export function parseGrowth(text: string): GrowthLimit {
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text);
  if (percent) return { kind: 'share', share: Number(percent[1]) / 100 };
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new InvalidArgumentError('It must be a share such as 5% or a size such as 10MiB.');
  return { kind: 'bytes', bytes };
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError('It must be a port number.');
  return port;
}
