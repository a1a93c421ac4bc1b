// `highwater slim`: a pickle or joblib file rewritten so that loading it takes the memory of the object and not of the garbage
// beside it. Nothing in the file is executed, unless the user asks for a check that does.
import { resolve } from 'node:path';
import { type Failure, FailureError } from '#base/result.ts';
import { renderSlim, renderSlimJson } from '#report/slim.ts';
import { openFileSource } from '../file-source.ts';
import type { SlimCommandOptions } from '../options.ts';
import { complain, screenOf, write } from '../say.ts';
import { checkPaths, Scratch } from '../slim-files.ts';
import { SlimRun } from '../slim-run.ts';

const USAGE = 2;
const NOT_DONE = 3;

/** Exit codes: 0 done, 2 the output exists or is the input, 3 it was not done. */
export async function slim(input: string, options: SlimCommandOptions): Promise<number> {
  const opened = openFileSource(resolve(input));
  if (!opened.ok) return refuse(opened.error, NOT_DONE);
  const paths = checkPaths(resolve(input), resolve(options.output), options.force === true);
  if (!paths.ok) return refuse(paths.error, USAGE);
  const scratch = new Scratch(options.output);
  try {
    const report = await new SlimRun(input, options, scratch).run(opened.value);
    write(1, (options.json ? renderSlimJson(report) : renderSlim(report, screenOf(1))).text);
    return 0;
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return refuse({ ...error.failure, message: nameFile(error.failure.message, input) }, NOT_DONE);
  } finally {
    scratch.remove();
    opened.value.close();
  }
}

function refuse(failure: Failure, code: number): number {
  complain(failure);
  return code;
}

/** Sentences about bytes of the file do not name it. */
function nameFile(message: string, input: string): string {
  return message.includes('(at byte ') ? `${input}: ${message}` : message;
}
