// The command line. Each command's code is loaded when it is called, so that `run` starts fast.
import { Command, CommanderError } from 'commander';
import { FailureError, messageOf } from '#base/result.ts';
import {
  addDiffOptions,
  addFitOptions,
  addFormatsOptions,
  addReportOptions,
  addRunOptions,
  addSlimOptions,
  addXrayOptions,
  type DiffOptions,
  type FitCliOptions,
  type FormatsOptions,
  joinFormatFiles,
  parsePort,
  type ReportOptions,
  type RunOptions,
  type SlimCommandOptions,
  splitFormatFiles,
  type XrayOptions,
} from './options.ts';
import { separateRunWords } from './run-words.ts';
import { complain, remark } from './say.ts';
import { TOOL_VERSION } from './version.ts';

const USAGE = 2;
const COULD_NOT_MEASURE = 125;

function buildProgram(argv: readonly string[], finish: (code: number) => void): Command {
  const program = new Command('highwater')
    .description("How much memory your Python code really needs: the kernel's peak, explained down to the line.")
    .version(TOOL_VERSION)
    .enablePositionalOptions()
    .showHelpAfterError('(highwater --help shows the commands)')
    .exitOverride();

  addRunOptions(program.command('run'))
    .summary('run a program and report its peak memory')
    .argument('[words...]')
    .passThroughOptions()
    .action(async (words: string[], options: RunOptions, command: Command) => {
      const { run } = await import('./commands/run.ts');
      const isCommand =
        argv[argv.length - words.length - 1] === '--' && options.module === undefined && options.code === undefined;
      if (words.length === 0 && options.module === undefined && options.code === undefined) {
        command.error('error: what shall be run? Name a script, -m module, -c code, or -- and a command');
      }
      finish(await run(words, isCommand, joinFormatFiles(options)));
    });

  addReportOptions(program.command('report'))
    .summary('report from a saved profile, in any format')
    .action(async (input: string, options: ReportOptions) => {
      const { report } = await import('./commands/report.ts');
      finish(await report(input, joinFormatFiles(options)));
    });

  program
    .command('view')
    .summary('open the report in the browser')
    .argument('<input>', 'a .highwater profile, or the .highwater-run folder of a run that was cut off')
    .option('--port <port>', 'port on the loopback address (default: any free one)', parsePort, 0)
    .option('--no-open', 'only print the address')
    .action(async (input: string, options: { port: number; open: boolean }) => {
      const { view } = await import('./commands/view.ts');
      finish(await view(input, options));
    });

  addFitOptions(program.command('fit'))
    .summary('do recorded runs fit on one machine together, and how many of them?')
    .action(async (inputs: string[], options: FitCliOptions) => {
      const { fitRuns } = await import('./commands/fit.ts');
      finish(await fitRuns(inputs, joinFormatFiles(options)));
    });

  addXrayOptions(program.command('xray'))
    .summary('what loading a model file costs, read without executing it')
    .action(async (models: string[], options: XrayOptions) => {
      const { xray } = await import('./commands/xray.ts');
      finish(await xray(models, options));
    });

  addFormatsOptions(program.command('formats'))
    .summary('load a model, save it in every format that it can have, and measure each')
    .action(async (model: string, options: FormatsOptions) => {
      const { formats } = await import('./commands/formats.ts');
      finish(await formats(model, options));
    });

  addSlimOptions(program.command('slim'))
    .summary('rewrite a pickle or joblib file so that loading it takes less memory')
    .action(async (input: string, options: SlimCommandOptions) => {
      const { slim } = await import('./commands/slim.ts');
      finish(await slim(input, options));
    });

  addDiffOptions(program.command('diff'))
    .summary('compare two runs: what grew, beyond what runs differ by')
    .action(async (runs: string[], options: DiffOptions) => {
      const { diff } = await import('./commands/diff.ts');
      finish(await diff(runs, joinFormatFiles(options)));
    });

  program
    .command('doctor')
    .summary('what works on this machine')
    .option('--json', 'as JSON')
    .option('--python <path>', 'the interpreter to look at')
    .action(async (options: { json?: boolean; python?: string }) => {
      const { doctor } = await import('./commands/doctor.ts');
      finish(await doctor(options));
    });

  program
    .command('guide')
    .summary('how to: questions and the commands that answer them')
    .action(async () => {
      const { guide } = await import('./commands/guide.ts');
      finish(guide());
    });
  return program;
}

async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const isRun = given[0] === 'run';
  const argv = isRun ? ['run', ...separateRunWords(given.slice(1), addRunOptions(new Command()))] : splitFilesOf(given);
  try {
    await buildProgram(argv, (code) => {
      process.exitCode = code;
    }).parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    process.exitCode = exitCodeOf(thrown, isRun);
  }
}

/** Of the commands that have formats to write. */
function splitFilesOf(argv: readonly string[]): readonly string[] {
  if (argv[0] === 'report' || argv[0] === 'diff') return splitFormatFiles(argv);
  return argv[0] === 'fit' ? splitFormatFiles(argv, ['html']) : argv;
}

function exitCodeOf(thrown: unknown, isRun: boolean): number {
  // Commander has printed its own sentence already; help and version end here too, with code 0.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : isRun ? COULD_NOT_MEASURE : USAGE;
  if (thrown instanceof FailureError) complain(thrown.failure);
  else
    remark(
      `unexpected error: ${process.env.HIGHWATER_DEBUG && thrown instanceof Error ? thrown.stack : messageOf(thrown)}`,
    );
  return isRun ? COULD_NOT_MEASURE : 3;
}

await main();
